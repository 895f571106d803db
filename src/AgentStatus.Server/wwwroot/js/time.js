// Instants are milliseconds UTC, shown in a zone by its offset, which Intl knows. Durations are elapsed time.
export const hour = 3_600_000;
export const day = 24 * hour;

const formats = new Map();
const offsets = new Map();

// Swedish writes dates as ISO 8601 does. Throws for a zone that this browser does not know.
export function formatOf(zone) {
  if (!formats.has(zone)) {
    formats.set(zone, new Intl.DateTimeFormat('sv', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }));
  }
  return formats.get(zone);
}

// How far local clocks are ahead of UTC. Offsets change on quarters of an hour, so one look-up a quarter does.
function offsetAt(at, zone) {
  const quarter = Math.floor(at / hour * 4) * hour / 4;
  const key = zone + quarter;
  if (!offsets.has(key)) offsets.set(key, Date.parse(`${formatOf(zone).format(quarter).replace(' ', 'T')}Z`) - quarter);
  return offsets.get(key);
}

export const iso = at => new Date(at).toISOString();

// "2026-03-29T08:58:12.345Z", but local.
const wall = (at, zone) => iso(at + offsetAt(at, zone));

export const dateOf = (at, zone) => wall(at, zone).slice(0, 10);

// As <input type="datetime-local"> takes it.
export const inputOf = (at, zone) => wall(at, zone).slice(0, 16);

export const seconds = (at, zone) => wall(at, zone).slice(11, 19);

// "08:58", with seconds and milliseconds where there are some.
export const clock = (at, zone) => wall(at, zone).slice(11, 23).replace(/\.000$/, '').replace(/^(..:..):00$/, '$1');

// "Sun 29 Mar" of "2026-03-29".
export const dayText = (date, year) => new Date(date).toLocaleDateString('en-GB', {
  timeZone: 'UTC', weekday: 'short', day: 'numeric', month: 'short', year,
}).replace(',', '');

export const when = (at, zone) => `${dayText(dateOf(at, zone))} ${clock(at, zone)}`;

// The instant of "2026-03-29" or "2026-03-29T08:58" in the zone, or NaN. What comes twice is the first one; what is
// skipped lies as far behind the gap as into it.
export function instantOf(local, zone) {
  const at = Date.parse(`${local.length > 10 ? local : `${local}T00:00`}Z`);
  if (Number.isNaN(at)) return at;
  const guesses = [at - offsetAt(at - day, zone), at - offsetAt(at + day, zone)];
  const fitting = guesses.filter(guess => guess + offsetAt(guess, zone) === at);
  return fitting.length > 0 ? Math.min(...fitting) : Math.max(...guesses);
}

export const addDays = (date, days) => iso(Date.parse(date) + days * day).slice(0, 10);

export const monthOf = (date, later) => iso(Date.UTC(date.slice(0, 4), date.slice(5, 7) - 1 + later)).slice(0, 10);

export const mondayOf = date => addDays(date, -(new Date(date).getUTCDay() + 6) % 7);

// h:mm:ss, hours without limit.
export const duration = ms => Math.floor(ms / hour) + iso(ms % hour).slice(13, 19);

export const roughly = ms => (ms < 2 * hour ? `${Math.round(ms / 60_000)} min`
  : ms < 2 * day ? `${Math.round(ms / hour)} h` : `${Math.round(ms / day)} d`);
