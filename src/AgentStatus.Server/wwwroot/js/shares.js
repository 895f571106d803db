// Time by status and label, summed: what bars and figures show.
import { h, s } from './dom.js';
import { fillOf, looks, nameOf, swatch } from './statuses.js';
import { text } from './texts.js';
import { duration } from './time.js';

// Times under "STATUS" and, of it, under "STATUS label"; `total` is all time.
export class Shares {
  times = new Map();
  total = 0;

  static of(buckets = []) {
    const shares = new Shares();
    for (const { durations = [], outsideHours = 0, unknown = 0 } of buckets) {
      for (const { status, label, duration: ms } of durations) {
        shares.put(status, ms);
        if (label) shares.#put(`${status} ${label}`, ms);
      }
      shares.put('OUTSIDE', outsideHours);
      shares.put('UNKNOWN', unknown);
    }
    return shares;
  }

  add(other) {
    for (const [key, ms] of other.times) this.#put(key, ms);
    this.total += other.total;
  }

  put(status, ms) {
    this.#put(status, ms);
    this.total += ms;
  }

  #put = (key, ms) => ms > 0 && this.times.set(key, this.get(key) + ms);

  get = key => this.times.get(key) ?? 0;

  // The statuses that there is time in.
  present = () => looks.filter(status => this.get(status) > 0);

  // [label, ms], the longest first.
  labels = status => [...this.times].filter(([key]) => key.startsWith(`${status} `))
    .map(([key, ms]) => [key.slice(status.length + 1), ms]).sort((a, b) => b[1] - a[1]);
}

// A stacked bar: of all time, or of what is neither outside hours nor unknown.
export function bar(shares, whole) {
  const present = shares.present().filter(status => whole || !['OUTSIDE', 'UNKNOWN'].includes(status));
  const sum = present.reduce((ms, status) => ms + shares.get(status), 0);
  let left = 0;
  return s('svg', { class: 'bar', 'aria-hidden': true }, present.map(status => {
    const ms = shares.get(status);
    const x = left;
    left += 100 * ms / sum;
    const labels = shares.labels(status).map(([label, of]) => `${label} ${duration(of)}`);
    return s('rect', {
      x: `${x}%`, width: `${100 * ms / sum}%`, height: '100%', fill: fillOf(status),
      'data-tip': [`${nameOf(status)} ${duration(ms)}`, text.percent(ms / shares.total), ...labels].join(', '),
    });
  }));
}

// What the looks mean, with the sum of each.
export const legend = shares => h('ul', { class: 'legend' }, shares.present().map(status => h('li', {},
  h('span', {}, swatch(status), nameOf(status)),
  h('b', { 'data-key': status, 'data-ms': shares.get(status) }, duration(shares.get(status))),
  h('small', {}, text.percent(shares.get(status) / shares.total)))));
