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
  const { company, query, window, start } = question;
  const asking = { ...query, agent_ids: agent, granularity: 'GRANULARITY_DAY', include_segments: true };
  const [{ value: page }, calls, listed] = await Promise.all([
    pages(company, 'breakdown', asking, signal).next(),
    all('calls', company, 'calls', { ...window, agent_id: agent }, signal),
    eventTable(question, agent, signal)]);
  const { segments = [], buckets = [], hoursFault } = page.agents[0];
  const zone = page.timeZone;
  view.title(text.agent(agent), ...asked(question, zone, page.completeThrough));
  view.tools.replaceChildren(csvButton(`agent-${agent}`, () => segments.map(segment => ({ agentId: agent, ...segment }))));
  const days = segments.length > 0 ? daysOf(start, segments.at(-1).endTime, zone) : [];
  const drawn = days.slice(0, mostDays);
  view.show(
    hoursFault && h('p', { class: 'fault' }, text.hours(hoursFault)),
    legend(Shares.of(buckets)),
    h('div', { class: 'above' }, h('h2', {}, text.timeline), h('p', {}, text.keys), key()),
    days.length > mostDays && h('p', {}, text.tooManyDays(mostDays)),
    timeline(drawn, segments, calls, { zone, company }),
    h('h2', {}, text.events),
    listed);
  if (!listed.children.length && segments.every(({ status }) => !status)) view.empty(text.empty.agent(agent), ...howToFill(company));
}
