// An agent's days, a row each: the local hours from left to right for as long as they last, so that a day of 23 or 25
// hours is shorter or longer. One day alone has a lane for each status.
import { drawing, h, s } from './dom.js';
import { link } from './router.js';
import { fillOf, lookOf, looks, named, nameOf } from './statuses.js';
import { text } from './texts.js';
import { addDays, clock, dateOf, day, dayText, duration, hour, instantOf, when } from './time.js';

const lane = 22;

export function daysOf(start, end, zone) {
  const days = [];
  for (let date = dateOf(start, zone), at; (at = instantOf(date, zone)) < end; date = addDays(date, 1)) {
    days.push({ date, startTime: at, endTime: instantOf(addDays(date, 1), zone) });
  }
  return days;
}

export function timeline(days, segments, calls, zone, company) {
  const longest = Math.max(day, ...days.map(({ startTime, endTime }) => endTime - startTime));
  const single = days.length === 1;
  const lanes = looks.filter(look => single && segments.some(({ status }) => lookOf(status) === look));
  const height = lanes.length * lane || 34;
  const part = ms => `${100 * ms / longest}%`;
  const place = ({ startTime, endTime }, of) => {
    const from = Math.max(startTime, of.startTime);
    return { x: part(from - of.startTime), width: part(Math.min(endTime, of.endTime) - from) };
  };

  function segment(one, of) {
    const { status, label, startTime, endTime, open, origin, inBusinessHours } = one;
    const said = text.segment(nameOf(status, label), (startTime < of.startTime ? when : clock)(startTime, zone),
      open ? text.now : (endTime > of.endTime ? when : clock)(endTime, zone),
      duration(endTime - startTime), text.by[origin], inBusinessHours);
    return s('rect', {
      class: status === 'OFFLINE' && !inBusinessHours ? 'segment out' : 'segment', ...place(one, of),
      y: single ? lanes.indexOf(lookOf(status)) * lane + 3 : 9, height: single ? lane - 6 : 18, fill: fillOf(status),
      role: 'img', ...item(said, startTime),
    });
  }

  function ring({ callId, firstRingAt: startTime, stepCount, changedStepCount }, of) {
    const [kind, d] = changedStepCount
      ? ['ring changed', `M0-2 5 3.5 0 9-5 3.5zM-.5 7h1V${height - 7}h-1z`] : ['ring', 'M-3.5 0h7L0 7z'];
    const said = text.ring(callId, when(startTime, zone), stepCount, changedStepCount);
    return s('a', { class: kind, href: link('calls', { company, call: callId }), ...item(said, startTime) },
      s('svg', { x: part(startTime - of.startTime) }, s('path', { d })));
  }

  function row(of) {
    const length = (of.endTime - of.startTime) / hour;
    const inside = segments.filter(({ startTime, endTime }) => startTime < of.endTime && endTime > of.startTime);
    const hours = [...Array(Math.ceil(length)).keys()].map(i => i * hour);
    // The clock at each hour that passes: where clocks change, one is missing or comes twice.
    const axis = hours.map(ms => s('text', { x: part(ms), y: 11 }, clock(of.startTime + ms, zone).slice(0, 2)));
    return [(of === days[0] || length !== 24) && [h('div'), drawing('axis', axis)],
      single ? h('div', { class: 'lanes' }, lanes.map(look => h('div', {}, named(look))))
        : h('div', {}, dayText(of.date), length !== 24 && h('b', {}, `${length} h`)),
      s('svg', { class: 'day', height, role: 'group', 'aria-label': text.day(dayText(of.date), length) },
        s('rect', { class: 'ground', height, ...place(of, of) }),
        inside.map(one => one.inBusinessHours && s('rect', { class: 'open', height, ...place(one, of) })),
        hours.map(ms => s('rect', { class: 'tick', x: part(ms), width: 1, height })),
        inside.map(one => segment(one, of)),
        calls.map(one => one.firstRingAt >= of.startTime && one.firstRingAt < of.endTime && ring(one, of)))];
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
    const distance = one => Math.abs(one.dataset.at - event.target.dataset.at - move);
    const next = Math.abs(move) === 1 ? items[items.indexOf(event.target) + move]
      : items.reduce((a, b) => (distance(b) < distance(a) ? b : a));
    next?.setAttribute('tabindex', 0);
    next?.focus();
  });
  return element;
}

export const key = () => h('ul', {}, [
  ['open', 'M0 0h12v12H0z', text.businessHours], ['ring', 'M2 2h8L6 10z', text.kept],
  ['ring changed', 'M6 0 12 6 6 12 0 6z', text.otherwise],
].map(([kind, d, said]) => h('li', {}, drawing(`swatch ${kind}`, s('path', { d })), said)));
