// An agent's days, a row each: the local hours from left to right for as long as they last, so that a day of 23 or 25
// hours is shorter or longer than the others. One day alone has a lane for each status.
import { h, s } from './dom.js';
import { link } from './router.js';
import { fillOf, lookOf, looks, nameOf, swatch } from './statuses.js';
import { text } from './texts.js';
import { addDays, clock, dateOf, day, dayText, duration, hour, instantOf, when } from './time.js';

const lane = 22;

// The local dates from start to end.
export function daysOf(start, end, zone) {
  const days = [];
  for (let date = dateOf(start, zone), at; (at = instantOf(date, zone)) < end; date = addDays(date, 1)) {
    days.push({ date, startTime: at, endTime: instantOf(addDays(date, 1), zone) });
  }
  return days;
}

// Where a segment lies in a stretch of time, which `scale` milliseconds of are the whole width.
export function place({ startTime, endTime }, of, scale) {
  const from = Math.max(startTime, of.startTime);
  return { x: `${100 * (from - of.startTime) / scale}%`, width: `${100 * (Math.min(endTime, of.endTime) - from) / scale}%` };
}

export const within = (segments, of) =>
  segments.filter(({ startTime, endTime }) => startTime < of.endTime && endTime > of.startTime);

// "Away (Lunch), 12:00–12:30, ...": what a segment says on hover and focus.
const spoken = ({ status, label, startTime, endTime, open, origin, inBusinessHours }, of, zone) => text.segment(
  nameOf(status, label), (startTime < of.startTime ? when : clock)(startTime, zone),
  open ? text.now : (endTime > of.endTime ? when : clock)(endTime, zone),
  duration(endTime - startTime), text.by[origin], inBusinessHours);

export function timeline(days, segments, calls, { zone, company }) {
  const longest = Math.max(day, ...days.map(({ startTime, endTime }) => endTime - startTime));
  const single = days.length === 1;
  const lanes = single ? looks.filter(look => segments.some(({ status }) => lookOf(status) === look)) : [];
  const height = single ? lanes.length * lane : 34;

  const segment = (one, of) => {
    const said = spoken(one, of, zone);
    return s('rect', {
      class: one.status === 'OFFLINE' && !one.inBusinessHours ? 'segment out' : 'segment', ...place(one, of, longest),
      y: single ? lanes.indexOf(lookOf(one.status)) * lane + 3 : 9, height: single ? lane - 6 : 18, rx: 1.5,
      fill: fillOf(one.status), role: 'img', 'aria-label': said, 'data-tip': said, 'data-at': one.startTime, tabindex: -1,
    });
  };

  const ring = ({ callId, firstRingAt, stepCount, changedStepCount }, of) => {
    const said = text.ring(callId, when(firstRingAt, zone), stepCount, changedStepCount);
    return s('a', {
      class: changedStepCount ? 'ring changed' : 'ring', href: link('calls', { company, call: callId }),
      'aria-label': said, 'data-tip': said, 'data-at': firstRingAt, tabindex: -1,
    }, s('svg', { x: place({ startTime: firstRingAt, endTime: firstRingAt }, of, longest).x, overflow: 'visible' },
      s('path', { d: `${changedStepCount ? 'M0-2 5 3.5 0 9-5 3.5z' : 'M-3.5 0h7L0 7z'}M-.4 7h.8V${height - 7}h-.8z` })));
  };

  // The clock at each hour that passes: where clocks change, one is missing or comes twice.
  const hours = ({ startTime, endTime }) =>
    Array.from({ length: Math.ceil((endTime - startTime) / hour) }, (_, i) => startTime + i * hour);
  const axis = (of, every) => [h('div'), s('svg', { class: 'axis', 'aria-hidden': true }, hours(of).map((at, i) =>
    i % every === 0 && s('text', { x: `${100 * i * hour / longest}%`, y: 11 }, clock(at, zone).slice(0, 2))))];

  const row = of => {
    const length = (of.endTime - of.startTime) / hour;
    const inside = within(segments, of);
    const shaded = inside.filter(one => one.inBusinessHours).map(one => s('rect', { class: 'open', height, ...place(one, of, longest) }));
    const rings = calls.filter(({ firstRingAt }) => firstRingAt >= of.startTime && firstRingAt < of.endTime);
    return [(single || length !== 24) && axis(of, 1),
      h('div', { class: single ? 'lanes' : 'date' }, single ? lanes.map(look => h('span', {}, nameOf(look), swatch(look)))
        : [dayText(of.date), length !== 24 && h('b', {}, `${length} h`)]),
      s('svg', { class: 'day', height, role: 'group', 'aria-label': text.day(dayText(of.date), length) },
        s('rect', { class: 'ground', height, ...place(of, of, longest) }), shaded,
        hours(of).map((_, i) => s('rect', { class: 'tick', x: `${100 * i * hour / longest}%`, width: 1, height })),
        inside.map(one => segment(one, of)), rings.map(one => ring(one, of)))];
  };
  const usual = days.find(({ startTime, endTime }) => endTime - startTime === day);
  return roving(h('div', { class: 'timeline', role: 'group', 'aria-label': text.timeline },
    !single && usual && axis(usual, 2), days.flatMap(row)));
}

// One stop for Tab; from there the arrow keys go on, by time and from day to day.
function roving(element) {
  const itemsOf = parent => [...parent.querySelectorAll('[data-at]')].sort((a, b) => a.dataset.at - b.dataset.at);
  const all = itemsOf(element);
  all[0]?.setAttribute('tabindex', 0);
  const aside = (item, step) => {
    const rows = [...element.querySelectorAll('.day')];
    const left = one => one.getBoundingClientRect().left;
    const next = rows[rows.indexOf(item.closest('.day')) + step];
    const distance = one => Math.abs(left(one) - left(item));
    return next && itemsOf(next).reduce((a, b) => (distance(b) < distance(a) ? b : a));
  };
  const moves = {
    ArrowRight: item => all[all.indexOf(item) + 1],
    ArrowLeft: item => all[all.indexOf(item) - 1],
    ArrowDown: item => aside(item, 1),
    ArrowUp: item => aside(item, -1),
  };
  element.addEventListener('keydown', event => {
    const next = moves[event.key]?.(event.target);
    if (!next) return;
    event.preventDefault();
    event.target.setAttribute('tabindex', -1);
    next.setAttribute('tabindex', 0);
    next.focus();
  });
  return element;
}

// What the marks mean that are not in the legend.
export const key = () => h('ul', { class: 'key' }, [
  ['M0 0h12v12H0z', 'open', text.businessHours], ['M2 2h8L6 10z', 'ring', text.kept], ['M6 0 12 6 6 12 0 6z', 'ring changed', text.otherwise],
].map(([d, kind, said]) => h('li', {}, s('svg', { class: `swatch ${kind}`, 'aria-hidden': true }, s('path', { d })), said)));
