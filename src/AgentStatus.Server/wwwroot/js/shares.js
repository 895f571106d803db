// Time by status and label, summed: what bars and figures show.
import { drawing, h, s } from './dom.js';
import { fillOf, looks, named, nameOf } from './statuses.js';
import { text } from './texts.js';
import { duration } from './time.js';

// Milliseconds under "STATUS" and, of it, under "STATUS label"; `total` is all time.
export class Shares extends Map {
  total = 0;

  static of(buckets = []) {
    const shares = new Shares();
    for (const { durations = [], outsideHours: outside, unknown } of buckets) {
      for (const { status, label, duration: ms } of durations) {
        shares.put(status, ms);
        if (label) shares.set(`${status} ${label}`, shares.ms(`${status} ${label}`) + ms);
      }
      shares.put('OUTSIDE', outside);
      shares.put('UNKNOWN', unknown);
    }
    return shares;
  }

  put(status, ms = 0) {
    this.set(status, this.ms(status) + ms);
    this.total += ms;
  }

  add(other) {
    for (const [key, ms] of other) this.set(key, this.ms(key) + ms);
    this.total += other.total;
  }

  ms = key => this.get(key) ?? 0;

  present = () => looks.filter(status => this.ms(status) > 0);

  // [label, ms], the longest first.
  labels = status => [...this].filter(([key]) => key.startsWith(`${status} `))
    .map(([key, ms]) => [key.slice(status.length + 1), ms]).sort((a, b) => b[1] - a[1]);
}

// A stacked bar: of all time, or of what is neither outside hours nor unknown.
export function bar(shares, whole) {
  const present = shares.present().filter(status => whole || !['OUTSIDE', 'UNKNOWN'].includes(status));
  const share = 100 / present.reduce((sum, status) => sum + shares.ms(status), 0);
  let left = 0;
  return drawing('bar', present.map(status => {
    const ms = shares.ms(status);
    const tip = `${nameOf(status)} ${duration(ms)}, ${text.percent(ms / shares.total)}`;
    left += share * ms;
    return s('rect', {
      x: `${left - share * ms}%`, width: `${share * ms}%`, height: '100%', fill: fillOf(status), 'data-tip': tip,
    });
  }));
}

export const legend = shares => h('ul', { class: 'legend' }, shares.present().map(status => h('li', {},
  h('span', {}, named(status)),
  h('b', { 'data-key': status, 'data-ms': shares.ms(status) }, duration(shares.ms(status))),
  h('small', {}, text.percent(shares.ms(status) / shares.total)))));
