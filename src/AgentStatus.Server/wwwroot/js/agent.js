// One agent's time, a row a day, and the events that it comes from.
import { all, get } from './api.js';
import { h } from './dom.js';
import { eventTable } from './events.js';
import { idOf } from './question.js';
import { Shares, legend } from './shares.js';
import { text } from './texts.js';
import { daysOf, key, timeline } from './timeline.js';
import { asked, howToFill } from './view.js';

export const fields = ['company', 'agent', 'range', 'from', 'to', 'clip', 'basis', 'zone', 'known'];

const mostDays = 62;

export async function show(view, signal) {
  if (!view.params.get('agent')) return view.empty(text.whichAgent);
  const agent = idOf(view.params, 'agent');
  const question = await view.question(signal);
  const { company, query, window } = question;
  const asking = { ...query, agent_ids: agent, granularity: 'GRANULARITY_DAY', include_segments: true };
  const [{ agents, timeZone, completeThrough }, calls, events] = await Promise.all([
    get(company, 'breakdown', asking, signal),
    all('calls', company, 'calls', { ...window, agent_id: agent }, signal),
    eventTable(question, agent, signal)]);
  const [{ segments, buckets, hoursFault }] = agents;
  view.title(text.agent(agent), ...asked(question, timeZone, completeThrough));
  if (!events && !segments.some(({ status }) => status)) {
    return view.empty(text.empty.agent(agent), ...howToFill(company));
  }
  view.csv(`agent-${agent}`, () => segments.map(segment => ({ agentId: agent, ...segment })));
  const days = daysOf(question.start, segments.at(-1)?.endTime ?? 0, timeZone).slice(0, mostDays);
  view.show(
    hoursFault && h('p', { class: 'bad' }, text.hours(hoursFault)), legend(Shares.of(buckets)),
    h('div', { class: 'above' }, h('h2', {}, text.timeline), h('p', {}, text.keys(days.length)), key()),
    timeline(days, segments, calls, timeZone, company), h('h2', {}, text.events), events || text.noEvents);
}
