// How long each agent was in each status.
import { pages } from './api.js';
import { csvButton } from './csv.js';
import { figures } from './figures.js';
import { Shares, bar, legend } from './shares.js';
import { text } from './texts.js';
import { asked, howToFill } from './view.js';

export const fields = ['company', 'agents', 'range', 'from', 'to', 'by', 'clip', 'basis', 'zone', 'known'];

export const heading = () => text.report;

export async function show(view, signal) {
  const { company, query, ...question } = await view.question(signal);
  const agents = [];
  let last;
  // Pages that are small enough for the first to come soon, and for none to hold the browser.
  for await (last of pages(company, 'breakdown', { ...query, page_size: 250 }, signal)) {
    agents.push(...last.agents ?? []);
    view.show(text.read(agents.length));
  }
  view.title(text.report, text.agents(agents.length), ...asked(question, last.timeZone, last.completeThrough));
  if (agents.length === 0) return view.empty(text.empty.agents(company), ...howToFill(company));
  const sum = new Shares();
  for (const agent of agents) sum.add(agent.shares = Shares.of(agent.buckets));
  const { element, fill } = figures(agents, sum, view.params, last.timeZone);
  view.tools.replaceChildren(csvButton(`breakdown-${company}`, () => agents.flatMap(rows)));
  view.show(bar(sum, true), legend(sum), element);
  await fill(signal);
}

// A row for each bucket, status and label.
const rows = ({ agentId, buckets = [] }) => buckets.flatMap(({ startTime, endTime, durations = [], outsideHours, unknown }) =>
  [...durations, { status: 'OUTSIDE_HOURS', duration: outsideHours }, { status: 'UNKNOWN', duration: unknown }]
    .map(({ status, label = '', duration }) => ({ agentId, startTime, endTime, status, label, seconds: duration / 1000 })));
