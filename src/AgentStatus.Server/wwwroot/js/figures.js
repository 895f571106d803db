// The report's table: sortable, and drawn in portions so that 1,000 agents do not freeze the page.
import { button, h, table } from './dom.js';
import { link, note } from './router.js';
import { Shares, bar } from './shares.js';
import { nameOf, swatch } from './statuses.js';
import { text } from './texts.js';
import { clock, duration, when } from './time.js';
import { carried } from './view.js';

const portion = 100;
const mostLabels = 16;
// Up to so many periods are shown at once; of more, those of the agents that are opened.
const mostOpen = 150;

// A column for each status that occurs, and behind it for its labels.
function columnsOf(sum) {
  let left = mostLabels;
  return sum.present().flatMap(status => [{ key: status, head: [swatch(status), nameOf(status)] },
    ...sum.labels(status).slice(0, left).map(([label]) => (left--, { key: `${status} ${label}`, head: label, kind: 'label' }))]);
}

export function figures(agents, sum, params, zone) {
  const columns = columnsOf(sum);
  const sorting = { key: params.get('sort') ?? '', down: params.get('down') };
  const drawn = new Map();
  const periods = agents.reduce((count, { buckets = [] }) => count + buckets.length, 0);
  const several = periods > agents.length;
  let whole = params.get('whole');

  const cells = (shares, href) => [
    h('td', { class: 'share' }, href ? h('a', { href, tabindex: -1, 'aria-hidden': true }, bar(shares, whole)) : bar(shares, whole)),
    columns.map(({ key, kind }) => {
      const ms = shares.get(key);
      return h('td', { class: kind, 'data-key': key, 'data-ms': ms }, ms ? duration(ms) : '–');
    })];

  const period = bucket => {
    const start = when(bucket.startTime, zone).replace(/ 00:00$/, params.get('by') === 'hour' ? '$&' : '');
    return h('tr', { class: 'period' }, h('th', { scope: 'row' }, start), cells(Shares.of([bucket])));
  };

  // An agent's rows.
  function group({ agentId, shares, buckets = [], hoursFault }) {
    const href = link('agent', { ...carried(params), agent: agentId });
    const open = several && periods <= mostOpen;
    const twist = several && button('', () => {
      const opened = made.children.length === 1;
      if (opened) made.append(...buckets.map(period));
      else made.replaceChildren(made.firstChild);
      twist.setAttribute('aria-expanded', opened);
    }, { class: 'twist', 'aria-expanded': String(open), 'aria-label': text.periods(agentId) });
    const made = h('tbody', { 'data-agent': agentId }, h('tr', {},
      h('th', { scope: 'row' }, twist, h('a', { href }, agentId)),
      buckets.length > 0 ? cells(shares, href) : h('td', { colspan: columns.length + 1, class: 'bad' }, text.hours(hoursFault))),
    open && buckets.map(period));
    return made;
  }

  const valueOf = ({ agentId, shares }) => (sorting.key ? shares.get(sorting.key) : BigInt(agentId));
  const sorted = () => agents.toSorted((a, b) => {
    const [x, y] = sorting.down ? [valueOf(b), valueOf(a)] : [valueOf(a), valueOf(b)];
    return x < y ? -1 : x > y ? 1 : 0;
  });

  function place() {
    element.append(...sorted().map(agent => drawn.get(agent)).filter(Boolean), foot);
    for (const { parentElement: head, dataset } of element.querySelectorAll('thead button')) {
      if (dataset.sort !== sorting.key) head.removeAttribute('aria-sort');
      else head.setAttribute('aria-sort', sorting.down ? 'descending' : 'ascending');
    }
  }

  const head = (key, shown) => button(shown, () => {
    const down = sorting.key === key ? !sorting.down : key !== '';
    Object.assign(sorting, { key, down });
    note({ sort: key, down: down && '1' });
    place();
  }, { 'data-sort': key });

  const foot = h('tfoot', {}, h('tr', {}, h('th', { scope: 'row' }, text.total), cells(sum)));
  const element = table('figures', [head('', text.field.agent), text.share, ...columns.map(column => head(column.key, column.head))], []);
  element.tBodies[0].remove();

  return {
    element,
    async fill(signal) {
      const waiting = sorted();
      while (waiting.length > 0 && !signal.aborted) {
        for (const agent of waiting.splice(0, portion)) drawn.set(agent, group(agent));
        place();
        // The browser paints and takes input before the next portion.
        await new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)));
      }
    },
    whole(on) {
      whole = on;
      for (const [agent, old] of drawn) {
        drawn.set(agent, group(agent));
        old.replaceWith(drawn.get(agent));
      }
    },
  };
}
