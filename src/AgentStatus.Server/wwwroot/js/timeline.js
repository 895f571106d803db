// An agent's days, a row each: the local hours from left to right for as long as they last, so that a day of 23 or 25
// hours is shorter or longer than the others. One day alone has a lane for each status.
import { drawing, h, s } from './dom.js';
import { link } from './router.js';
import { fillOf, lookOf, looks, named, nameOf } from './statuses.js';
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

// Where a segment lies in a stretch of time, as parts of a width of `scale` milliseconds.
export function place({ startTime, endTime = startTime }, of, scale) {
  const from = Math.max(startTime, of.startTime);
  return { x: `${100 * (from - of.startTime) / scale}%`, width: `${100 * (Math.min(endTime, of.endTime) - from) / scale}%` };
}

export const within = (segments, of) =>
  segments.filter(({ startTime, endTime }) => startTime < of.endTime && endTime > of.startTime);

export function timeline(days, segments, calls, zone, company) {
  const longest = Math.max(day, ...days.map(({ startTime, endTime }) => endTime - startTime));
  const single = days.length === 1;
  const lanes = looks.filter(look => single && segments.some(({ status }) => lookOf(status) === look));
  const height = single ? lanes.length * lane : 34;

  function segment(one, of) {
    const { status, label, startTime, endTime, open, origin, inBusinessHours } = one;
    const said = text.segment(nameOf(status, label), (startTime < of.startTime ? when : clock)(startTime, zone),
      open ? text.now : (endTime > of.endTime ? when : clock)(endTime, zone),
      duration(endTime - startTime), text.by[origin], inBusinessHours);
    return s('rect', {
      class: status === 'OFFLINE' && !inBusinessHours ? 'segment out' : 'segment', ...place(one, of, longest), fill: fillOf(status),
      y: single ? lanes.indexOf(lookOf(status)) * lane + 3 : 9, height: single ? lane - 6 : 18, role: 'img', ...item(said, startTime),
    });
  }

  function ring({ callId, firstRingAt, stepCount, changedStepCount }, of) {
    const shape = changedStepCount ? 'M0-2 5 3.5 0 9-5 3.5z' : 'M-3.5 0h7L0 7z';
    return s('a', {
      class: changedStepCount ? 'ring changed' : 'ring', href: link('calls', { company, call: callId }),
      ...item(text.ring(callId, when(firstRingAt, zone), stepCount, changedStepCount), firstRingAt),
    }, s('svg', { x: place({ startTime: firstRingAt }, of, longest).x, overflow: 'visible' },
      s('path', { d: `${shape}M-.4 7h.8V${height - 7}h-.8z` })));
  }

  function row(of) {
    const length = (of.endTime - of.startTime) / hour;
    const inside = within(segments, of);
    const hours = Array.from({ length: Math.ceil(length) }, (_, i) => ({ startTime: of.startTime + i * hour }));
    const x = at => place(at, of, longest).x;
    // The clock at each hour that passes: where clocks change, one is missing or comes twice.
    const axis = drawing('axis', hours.map(at => s('text', { x: x(at), y: 11 }, clock(at.startTime, zone).slice(0, 2))));
    return [(of === days[0] || length !== 24) && [h('div'), axis],
      single ? h('div', { class: 'lanes' }, lanes.map(look => h('span', {}, named(look))))
        : h('div', { class: 'date' }, dayText(of.date), length !== 24 && h('b', {}, `${length} h`)),
      s('svg', { class: 'day', height, role: 'group', 'aria-label': text.day(dayText(of.date), length) },
        s('rect', { class: 'ground', height, ...place(of, of, longest) }),
        inside.filter(one => one.inBusinessHours).map(one => s('rect', { class: 'open', height, ...place(one, of, longest) })),
        hours.map(at => s('rect', { class: 'tick', x: x(at), width: 1, height })),
        inside.map(one => segment(one, of)),
        calls.filter(({ firstRingAt: at }) => at >= of.startTime && at < of.endTime).map(one => ring(one, of)))];
  }
  return roving(h('div', { class: 'timeline', role: 'group', 'aria-label': text.timeline }, days.flatMap(row)));
}

const item = (said, at) => ({ 'aria-label': said, 'data-tip': said, 'data-at': at, tabindex: -1 });

// One stop for Tab; from there the arrow keys go on by time, and up and down by days.
function roving(element) {
  const items = [...element.querySelectorAll('[data-at]')].sort((a, b) => a.dataset.at - b.dataset.at);
  items[0]?.setAttribute('tabindex', 0);
  const moves = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: day, ArrowUp: -day };
  element.addEventListener('keydown', event => {
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    const at = Number(event.target.dataset.at) + move;
    const next = Math.abs(move) === 1 ? items[items.indexOf(event.target) + move]
      : items.reduce((a, b) => (Math.abs(b.dataset.at - at) < Math.abs(a.dataset.at - at) ? b : a));
    if (!next) return;
    event.target.setAttribute('tabindex', -1);
    next.setAttribute('tabindex', 0);
    next.focus();
  });
  return element;
}

// What the marks mean that are not in the legend.
export const key = () => h('ul', { class: 'key' }, [
  ['open', 'M0 0h12v12H0z', text.businessHours], ['ring', 'M2 2h8L6 10z', text.kept], ['ring changed', 'M6 0 12 6 6 12 0 6z', text.otherwise],
].map(([kind, d, said]) => h('li', {}, drawing(`swatch ${kind}`, s('path', { d })), said)));
