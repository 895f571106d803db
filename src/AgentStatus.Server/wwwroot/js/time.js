// Instants are milliseconds UTC, shown in a zone by its offset, which Intl knows. Durations are elapsed time.
export const hour = 3_600_000;
export const day = 24 * hour;

const formats = new Map();
const offsets = new Map();

// Throws for a zone that this browser does not know, as it knows none of Windows' names.
export function formatOf(zone) {
  const two = '2-digit';
  const parts = { year: 'numeric', month: two, day: two, hour: two, minute: two, second: two, hourCycle: 'h23' };
  if (!formats.has(zone)) formats.set(zone, new Intl.DateTimeFormat('en', { timeZone: zone, ...parts }));
  return formats.get(zone);
}

// How far local clocks are ahead of UTC. Offsets change on quarters of an hour, so one look-up a quarter does.
function offsetAt(at, zone) {
  const quarter = Math.floor(at / (hour / 4)) * (hour / 4);
  const key = zone + quarter;
  if (!offsets.has(key)) {
    const part = Object.fromEntries(formatOf(zone).formatToParts(quarter).map(({ type, value }) => [type, value]));
    offsets.set(key, Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second) - quarter);
  }
  return offsets.get(key);
}

// "2026-03-29T08:58:12.345" in the zone.
const wall = (at, zone) => new Date(at + offsetAt(at, zone)).toISOString().slice(0, 23);

export const dateOf = (at, zone) => wall(at, zone).slice(0, 10);

// As <input type="datetime-local"> takes it.
export const inputOf = (at, zone) => wall(at, zone).slice(0, 16);

// "08:58", with seconds and milliseconds where there are some.
export const clock = (at, zone) => wall(at, zone).slice(11).replace(/\.000$/, '').replace(/^(..:..):00$/, '$1');

export const seconds = (at, zone) => wall(at, zone).slice(11, 19);

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
  const around = [offsetAt(at - day, zone), offsetAt(at + day, zone)];
  const fitting = around.map(offset => at - offset).filter(guess => guess + offsetAt(guess, zone) === at);
  return fitting.length > 0 ? Math.min(...fitting) : at - Math.min(...around);
}

const isoDate = (...date) => new Date(Date.UTC(...date)).toISOString().slice(0, 10);

export const addDays = (date, days) => new Date(Date.parse(date) + days * day).toISOString().slice(0, 10);

// The first of the month, so many months later.
export const monthOf = (date, later) => isoDate(date.slice(0, 4), date.slice(5, 7) - 1 + later);

// The Monday of the date's week.
export const weekOf = date => addDays(date, -(new Date(date).getUTCDay() + 6) % 7);

// h:mm:ss, hours without limit.
export const duration = ms =>
  `${Math.floor(ms / hour)}:${new Date(ms % hour).toISOString().slice(14, 19)}`;

// "4 min 34 s", "2 d 3 h".
export function roughly(ms) {
  const [large, small, big, little] = ms >= day ? [day, hour, 'd', 'h']
    : ms >= hour ? [hour, hour / 60, 'h', 'min'] : [hour / 60, 1000, 'min', 's'];
  const rest = Math.floor((ms % large) / small);
  return [[Math.floor(ms / large), big], [rest, little]].filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`).join(' ') || '0 s';
}
