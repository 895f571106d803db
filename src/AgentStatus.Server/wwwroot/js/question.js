// What a view's URL asks: whose time, which window, in which zone.
import { get, refusal } from './api.js';
import { text } from './texts.js';
import { addDays, dateOf, formatOf, instantOf, iso, mondayOf, monthOf } from './time.js';

export const defaults = { range: 'last7', by: 'total', clip: 'offline-only', basis: 'as-recorded' };

const wrong = (field, must, value) => refusal(text.wrong(text.field(field), must, value));

function checked(field, id) {
  if (!/^[1-9]\d{0,18}$/.test(id)) throw wrong(field, text.id, id);
  return id;
}

export const idOf = (params, field) => checked(field, params.get(field) ?? '');

export const idsOf = params =>
  (params.get('agents') ?? '').split(/[\s,]+/).filter(Boolean).map(id => checked('agents', id));

const hours = new Map();

// UTC where a company has no business hours, or none that were ever good.
async function companyZone(company, signal) {
  try {
    if (!hours.has(company)) hours.set(company, await get(company, 'hours', {}, signal));
  } catch (error) {
    if (!error.status) throw error;
  }
  return JSON.parse(hours.get(company)?.hoursJson || '{}')?.time_zone ?? 'UTC';
}

export async function zoneOf(params, signal) {
  const zone = params.get('zone') || await companyZone(idOf(params, 'company'), signal);
  try {
    formatOf(zone);
  } catch {
    throw wrong('zone', text.zone, zone);
  }
  return zone;
}

// First date, and the one after the last.
const ranges = {
  today: date => [date, addDays(date, 1)],
  yesterday: date => [addDays(date, -1), date],
  last7: date => [addDays(date, -6), addDays(date, 1)],
  week: date => [mondayOf(date), addDays(mondayOf(date), 7)],
  month: date => [monthOf(date, 0), monthOf(date, 1)],
  lastmonth: date => [monthOf(date, -1), monthOf(date, 0)],
};

// Dates in the URL are a custom range.
export const rangeOf = params => (params.get('from') ? 'custom' : params.get('range') ?? defaults.range);

// `query` is what the server is asked, in its own names, and `window` the times of it.
export async function questionOf(params, signal) {
  const zone = await zoneOf(params, signal);
  const instant = (local, field) => {
    const at = instantOf(local ?? '', zone);
    if (Number.isNaN(at)) throw wrong(field, text.time, local ?? '');
    return at;
  };
  const dates = ranges[rangeOf(params)]?.(dateOf(Date.now(), zone)) ?? [params.get('from'), params.get('to')];
  const [start, end] = [instant(dates[0], 'from'), instant(dates[1], 'to')];
  if (end <= start) throw wrong('to', text.window);
  const known = params.get('known') && instant(params.get('known'), 'known');
  const word = (prefix, field) =>
    `${prefix}_${params.get(field) ?? defaults[field]}`.toUpperCase().replaceAll('-', '_');
  const window = { start_time: iso(start), end_time: iso(end) };
  return {
    company: params.get('company'), zone, start, end, known, window,
    query: {
      ...window, agent_ids: idsOf(params), as_known_at: known && iso(known), time_zone: params.get('zone'),
      granularity: word('granularity', 'by'), hours_clip: word('hours_clip', 'clip'),
      hours_basis: word('hours_basis', 'basis'),
    },
  };
}
