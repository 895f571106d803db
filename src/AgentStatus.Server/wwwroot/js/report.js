// How long each agent was in each status.
import { pages } from './api.js';
import { csvButton } from './csv.js';
import { h } from './dom.js';
import { note } from './router.js';
import { Shares, bar, legend } from './shares.js';
import { figures } from './figures.js';
import { text } from './texts.js';
import { asked, howToFill } from './view.js';

export const fields = ['company', 'agents', 'range', 'from', 'to', 'by', 'clip', 'basis', 'zone', 'known'];

export const heading = () => text.report;

export async function show(view, signal) {
  const question = await view.question(signal);
  const agents = [];
  let last;
  // Pages that are small enough for the first to come soon, and for none to hold the browser.
  for await (last of pages(question.company, 'breakdown', { ...question.query, page_size: 250 }, signal)) {
    agents.push(...last.agents ?? []);
    view.loading(text.read(agents.length));
  }
  const zone = last.timeZone;
  view.title(text.report, text.agents(agents.length), ...asked(question, zone, last.completeThrough));
  if (agents.length === 0) return view.empty(text.empty.agents(question.company), ...howToFill(question.company));
  const sum = new Shares();
  for (const agent of agents) sum.add(agent.shares = Shares.of(agent.buckets));
  const table = figures(agents, sum, view.params, zone);
  const whole = h('input', {
    type: 'checkbox', checked: view.params.get('whole'),
    onchange: () => {
      note({ whole: whole.checked && '1' });
      table.whole(whole.checked);
    },
  });
  view.tools.replaceChildren(h('label', {}, whole, text.whole), csvButton(`breakdown-${question.company}`, () => rows(agents)));
  view.show(bar(sum, true), legend(sum), table.element);
  await table.fill(signal);
}

// A row for each agent, bucket, status and label.
const rows = agents => agents.flatMap(({ agentId, buckets = [] }) => buckets.flatMap(bucket => [
  ...bucket.durations ?? [],
  { status: 'OUTSIDE_HOURS', duration: bucket.outsideHours }, { status: 'UNKNOWN', duration: bucket.unknown },
].map(({ status, label = '', duration }) =>
  ({ agentId, startTime: bucket.startTime, endTime: bucket.endTime, status, label, seconds: duration / 1000 }))));
