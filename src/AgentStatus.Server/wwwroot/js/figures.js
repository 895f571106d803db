// The report's table: sortable, and drawn in portions so that 1,000 agents do not freeze the page.
import { button, h, table } from './dom.js';
import { link, note } from './router.js';
import { Shares, bar } from './shares.js';
import { named } from './statuses.js';
import { text } from './texts.js';
import { duration, when } from './time.js';
import { carried } from './view.js';

const portion = 100;
const mostLabels = 16;
// Up to so many periods are shown at once; of more, those of the agents that are opened.
const mostOpen = 150;

export function figures(agents, sum, params, zone) {
  let labels = mostLabels;
  // Each status that occurs, and behind it its labels.
  const columns = sum.present().flatMap(status => [[status, named(status)],
    ...sum.labels(status).slice(0, labels).map(([label]) => (labels--, [`${status} ${label}`, label]))]);
  const count = agents.reduce((all, { buckets = [] }) => all + buckets.length, 0);
  const open = count > agents.length && count <= mostOpen;

  const cells = shares => [h('td', { class: 'share' }, bar(shares)), columns.map(([key, head]) => h('td', {
    class: typeof head === 'string' && 'label', 'data-key': key, 'data-ms': shares.ms(key),
  }, shares.ms(key) ? duration(shares.ms(key)) : '–'))];

  const period = bucket => h('tr', { class: 'period' },
    h('th', { scope: 'row' }, when(bucket.startTime, zone)), cells(Shares.of([bucket])));

  // An agent's rows.
  function group({ agentId, shares, buckets = [], hoursFault }) {
    const twist = count > agents.length && button('', () => {
      const closed = made.children.length === 1;
      if (closed) made.append(...buckets.map(period));
      else made.replaceChildren(made.firstChild);
      twist.setAttribute('aria-expanded', closed);
    }, { class: 'twist', 'aria-expanded': String(open), 'aria-label': text.periods(agentId) });
    const href = link('agent', { ...carried(params), agent: agentId });
    const made = h('tbody', { 'data-agent': agentId }, h('tr', {}, h('th', { scope: 'row' }, twist, h('a', { href }, agentId)),
      buckets.length > 0 ? cells(shares) : h('td', { colspan: columns.length + 1, class: 'bad' }, text.hours(hoursFault))),
    open && buckets.map(period));
    made.querySelector('.bar')?.addEventListener('click', () => { location.hash = href; });
    return made;
  }

  const sorting = { key: params.get('sort') ?? '', down: params.get('down') };
  const valueOf = ({ agentId, shares }) => (sorting.key ? shares.ms(sorting.key) : Number(agentId));
  const sorted = () => agents.toSorted((a, b) => (sorting.down ? valueOf(b) - valueOf(a) : valueOf(a) - valueOf(b)));
  const drawn = new Map();

  function place() {
    element.append(...sorted().map(agent => drawn.get(agent)).filter(Boolean), foot);
    for (const { parentElement: head, dataset } of element.querySelectorAll('thead button')) {
      head.setAttribute('aria-sort', dataset.sort !== sorting.key ? 'none' : sorting.down ? 'descending' : 'ascending');
    }
  }

  const head = ([key, shown]) => button(shown, () => {
    sorting.down = sorting.key === key ? !sorting.down : key !== '';
    sorting.key = key;
    note({ sort: key, down: sorting.down && '1' });
    place();
  }, { 'data-sort': key });

  const foot = h('tfoot', {}, h('tr', {}, h('th', { scope: 'row' }, text.total), cells(sum)));
  const element = table('figures', [head(['', text.field.agent]), text.share, ...columns.map(head)], []);
  element.tBodies[0].remove();

  async function fill(signal) {
    const waiting = sorted();
    while (waiting.length > 0 && !signal.aborted) {
      for (const agent of waiting.splice(0, portion)) drawn.set(agent, group(agent));
      place();
      // The browser paints and takes input before the next portion.
      await new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)));
    }
  }
  return { element, fill };
}
