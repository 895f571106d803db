// One agent's time, a row a day, and the events that it comes from.
import { all, pages } from './api.js';
import { csvButton } from './csv.js';
import { h } from './dom.js';
import { eventTable } from './events.js';
import { idOf } from './question.js';
import { Shares, legend } from './shares.js';
import { text } from './texts.js';
import { daysOf, key, timeline } from './timeline.js';
import { asked, howToFill } from './view.js';

export const fields = ['company', 'agent', 'range', 'from', 'to', 'clip', 'basis', 'zone', 'known'];

const mostDays = 62;

export const heading = params => text.agent(params.get('agent') ?? '');

export async function show(view, signal) {
  if (!view.params.get('agent')) return view.empty(text.whichAgent);
  const agent = idOf(view.params, 'agent');
  const question = await view.question(signal);
  const { company, query, window } = question;
  const asking = { ...query, agent_ids: agent, granularity: 'GRANULARITY_DAY', include_segments: true };
  const [{ value: page }, calls, events] = await Promise.all([
    pages(company, 'breakdown', asking, signal).next(),
    all('calls', company, 'calls', { ...window, agent_id: agent }, signal),
    eventTable(question, agent, signal)]);
  const { segments = [], buckets, hoursFault } = page.agents[0];
  view.title(text.agent(agent), ...asked(question, page.timeZone, page.completeThrough));
  if (!events && segments.every(({ status }) => !status)) return view.empty(text.empty.agent(agent), ...howToFill(company));
  view.tools.replaceChildren(csvButton(`agent-${agent}`, () => segments.map(segment => ({ agentId: agent, ...segment }))));
  const days = daysOf(question.start, segments.at(-1)?.endTime ?? 0, page.timeZone);
  view.show(
    hoursFault && h('p', { class: 'bad' }, text.hours(hoursFault)),
    legend(Shares.of(buckets)),
    h('div', { class: 'above' }, h('h2', {}, text.timeline), h('p', {}, text.keys(Math.min(days.length, mostDays))), key()),
    timeline(days.slice(0, mostDays), segments, calls, page.timeZone, company),
    h('h2', {}, text.events), events);
}
