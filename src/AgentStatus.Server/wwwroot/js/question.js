// What a view's URL asks: whose time, which window, in which zone.
import { Refusal, get } from './api.js';
import { text } from './texts.js';
import { addDays, dateOf, formatOf, instantOf, iso, monthOf, weekOf } from './time.js';

export const defaults = { range: 'last7', by: 'total', clip: 'offline-only', basis: 'as-recorded' };

const wrong = (field, sentence, value) => new Refusal(sentence(text.field[field], value));

function checked(field, id) {
  if (!/^[1-9]\d{0,18}$/.test(id)) throw wrong(field, text.wrongId, id);
  return id;
}

export const idOf = (params, field) => checked(field, params.get(field) ?? '');

export const idsOf = params =>
  (params.get('agents') ?? '').split(/[\s,]+/).filter(Boolean).map(id => checked('agents', id));

const zones = new Map();

// The company's zone: UTC where it has no business hours, or none that were ever good.
async function companyZone(company, signal) {
  if (!zones.has(company)) {
    const { hoursJson } = await get(company, 'hours', {}, signal).catch(error => {
      if (error.status) return {};
      throw error;
    });
    zones.set(company, JSON.parse(hoursJson || 'null')?.time_zone ?? 'UTC');
  }
  return zones.get(company);
}

// The zone that the URL names, else the company's.
export async function zoneOf(params, signal) {
  const zone = params.get('zone') || await companyZone(idOf(params, 'company'), signal);
  try {
    formatOf(zone);
  } catch {
    throw wrong('zone', text.wrongZone, zone);
  }
  return zone;
}

// First date and last date, exclusive.
const ranges = {
  today: date => [date, addDays(date, 1)],
  yesterday: date => [addDays(date, -1), date],
  last7: date => [addDays(date, -6), addDays(date, 1)],
  week: date => [weekOf(date), addDays(weekOf(date), 7)],
  lastweek: date => [addDays(weekOf(date), -7), weekOf(date)],
  month: date => [monthOf(date, 0), monthOf(date, 1)],
  lastmonth: date => [monthOf(date, -1), monthOf(date, 0)],
};

// Dates in the URL are a custom range.
export const rangeOf = params => (params.get('from') ? 'custom' : params.get('range') ?? defaults.range);

// `query` is what the server is asked, in its own names, and `window` the times of it.
export async function questionOf(params, signal) {
  const zone = await zoneOf(params, signal);
  const instant = field => {
    const at = instantOf(params.get(field) ?? '', zone);
    if (Number.isNaN(at)) throw wrong(field, text.wrongTime, params.get(field));
    return at;
  };
  const range = ranges[rangeOf(params)];
  const [start, end] = range ? range(dateOf(Date.now(), zone)).map(date => instantOf(date, zone)) : [instant('from'), instant('to')];
  if (end <= start) throw wrong('to', text.wrongWindow);
  const known = params.get('known') && instant('known');
  const word = (prefix, field) => prefix + (params.get(field) ?? defaults[field]).toUpperCase().replace('-', '_');
  const window = { start_time: iso(start), end_time: iso(end) };
  return {
    company: params.get('company'), zone, start, end, known, window,
    query: {
      ...window, agent_ids: idsOf(params), as_known_at: known && iso(known), time_zone: params.get('zone'),
      granularity: word('GRANULARITY_', 'by'), hours_clip: word('HOURS_CLIP_', 'clip'), hours_basis: word('HOURS_BASIS_', 'basis'),
    },
  };
}
