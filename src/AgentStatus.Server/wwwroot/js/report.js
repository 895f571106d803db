// How long each agent was in each status: sortable, and drawn in portions so that 1,000 agents do not freeze the page.
import { pages } from './api.js';
import { button, h, table, tr } from './dom.js';
import { link, note } from './router.js';
import { Shares, bar, legend } from './shares.js';
import { named } from './statuses.js';
import { text } from './texts.js';
import { duration, when } from './time.js';
import { asked, howToFill } from './view.js';

export const fields = ['company', 'agents', 'range', 'from', 'to', 'by', 'clip', 'basis', 'zone', 'known'];

// Agents asked for, and drawn, at once: the first come soon, and nothing holds the browser.
const portion = 100;
// Of a status, those with most time.
const mostLabels = 8;
// Up to so many periods are shown at once; of more, those of the agents that are opened.
const mostOpen = 150;

export async function show(view, signal) {
  const { company, query, ...question } = await view.question(signal);
  const agents = [];
  let last;
  for await (last of pages(company, 'breakdown', { ...query, page_size: portion }, signal)) {
    agents.push(...last.agents ?? []);
    view.show(`${text.agents(agents.length)} …`);
  }
  view.title(text.report, text.agents(agents.length), ...asked(question, last.timeZone, last.completeThrough));
  if (agents.length === 0) return view.empty(text.empty.agents(company), ...howToFill(company));
  const sum = new Shares();
  for (const agent of agents) sum.add(agent.shares = Shares.of(agent.buckets));
  const { element, fill } = figures(agents, sum, view.params, last.timeZone);
  view.csv(`breakdown-${company}`, () => agents.flatMap(rows));
  view.show(bar(sum, true), legend(sum), element);
  await fill(signal);
}

// As the command line writes it.
const rows = ({ agentId: agent_id, buckets }) => buckets.flatMap(bucket => [...bucket.durations,
  { status: 'OUTSIDE_HOURS', duration: bucket.outsideHours }, { status: 'UNKNOWN', duration: bucket.unknown },
].map(({ status, label, duration: ms }) => ms > 0 && {
  agent_id, start_time: bucket.startTime, end_time: bucket.endTime, status, label, seconds: ms / 1000,
}).filter(Boolean));

function figures(agents, sum, params, zone) {
  const columns = sum.present().flatMap(status => [[status, named(status)],
    ...sum.labels(status).slice(0, mostLabels).map(([label]) => [`${status} ${label}`, label])]);
  const asking = { ...Object.fromEntries(params), agents: '', by: '', sort: '', down: '' };
  const count = agents.reduce((all, { buckets }) => all + buckets.length, 0);
  const open = count > agents.length && count <= mostOpen;

  const cells = shares => [h('td', {}, bar(shares)), ...columns.map(([key, head]) => h('td', {
    class: typeof head === 'string' && 'label', 'data-key': key, 'data-ms': shares.ms(key),
  }, shares.ms(key) ? duration(shares.ms(key)) : '–'))];

  const period = bucket => tr({ class: 'period' }, when(bucket.startTime, zone), cells(Shares.of([bucket])));

  function group({ agentId, shares, buckets, hoursFault }) {
    const twist = count > agents.length && button('', () => {
      const closed = made.children.length === 1;
      if (closed) made.append(...buckets.map(period));
      else made.replaceChildren(made.firstChild);
      twist.setAttribute('aria-expanded', closed);
    }, { class: 'twist', 'aria-expanded': String(open), 'aria-label': text.periods(agentId) });
    const href = link('agent', { ...asking, agent: agentId });
    const made = h('tbody', { 'data-agent': agentId }, tr({}, [twist, h('a', { href }, agentId)], buckets.length > 0
      ? cells(shares) : h('td', { colspan: columns.length + 1, class: 'bad' }, text.hours(hoursFault))),
    open && buckets.map(period));
    made.querySelector('.bar')?.addEventListener('click', () => { location.hash = href; });
    return made;
  }

  const sorting = { key: params.get('sort') ?? '', down: params.get('down') };
  const valueOf = ({ agentId, shares }) => (sorting.key ? shares.ms(sorting.key) : Number(agentId));
  const sorted = () => agents.toSorted((a, b) => (valueOf(a) - valueOf(b)) * (sorting.down ? -1 : 1));
  const drawn = new Map();

  function place() {
    element.append(...sorted().map(agent => drawn.get(agent)).filter(Boolean), foot);
    for (const { parentElement: head, dataset } of element.querySelectorAll('thead button')) {
      head.ariaSort = dataset.sort !== sorting.key ? 'none' : sorting.down ? 'descending' : 'ascending';
    }
  }

  const head = ([key, shown]) => button(shown, () => {
    sorting.down = sorting.key === key ? !sorting.down : key !== '';
    sorting.key = key;
    note({ sort: key, down: sorting.down && '1' });
    place();
  }, { 'data-sort': key });

  const foot = h('tfoot', {}, tr({}, text.total, cells(sum)));
  const element = table('figures', [head(['', text.field('agent')]), text.share, ...columns.map(head)]);

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
