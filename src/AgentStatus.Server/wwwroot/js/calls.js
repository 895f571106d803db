// What Call Steps showed for the rings of a call, and what it shows now; without a call, the calls of a time.
import { all, get } from './api.js';
import { csvButton } from './csv.js';
import { h, s, table, tr } from './dom.js';
import { evidence } from './evidence.js';
import { idOf, zoneOf } from './question.js';
import { link } from './router.js';
import { fillOf, nameOf, swatch } from './statuses.js';
import { text } from './texts.js';
import { addDays, clock, dateOf, day, hour, when } from './time.js';
import { place, within } from './timeline.js';
import { asked } from './view.js';

export const fields = ['company', 'call', 'range', 'from', 'to', 'changed', 'zone'];

// A row each; of the evidence of a larger call the first ones, since each costs a request.
const mostExplained = 100;

export const heading = params => (params.get('call') ? text.call(params.get('call')) : text.calls);

export const show = (view, signal) => (view.params.get('call') ? one(view, signal) : list(view, signal));

const howToKeep = (company, call = 1) =>
  ['classify --record', { company, agent: 1, call, outcome: 'no-answer', at: '-1m' }];

async function list(view, signal) {
  const question = await view.question(signal);
  const { company, zone, window } = question;
  const found = await all('calls', company, 'calls', { ...window, only_changed: view.params.get('changed') && 'true' }, signal);
  view.title(text.calls, text.callCount(found.length), ...asked(question, zone));
  if (found.length === 0) return view.empty(text.empty.calls(company), howToKeep(company));
  view.tools.replaceChildren(csvButton(`calls-${company}`, () => found));
  view.show(table('list', text.callHeads, found.slice(0, 2000).map(({ callId, firstRingAt, lastRingAt, stepCount, changedStepCount }) =>
    tr({ 'data-call': callId }, h('a', { href: link('calls', { company, call: callId }) }, callId),
      when(firstRingAt, zone), when(lastRingAt, zone), stepCount, changedStepCount ? h('b', { class: 'bad' }, changedStepCount) : '–'))));
}

async function one(view, signal) {
  const [company, call, zone] = [idOf(view.params, 'company'), idOf(view.params, 'call'), await zoneOf(view.params, signal)];
  const { steps = [] } = await get(company, `calls/${call}/steps`, {}, signal);
  view.title(text.call(call), text.ringCount(steps.length), zone);
  if (steps.length === 0) return view.empty(text.empty.steps(call), howToKeep(company, call));
  const around = { startTime: steps[0].ringAt - hour / 2, endTime: steps.at(-1).ringAt + hour / 2 };
  const agents = await all('agents', company, 'breakdown', {
    start_time: new Date(around.startTime).toISOString(), end_time: new Date(around.endTime).toISOString(),
    agent_ids: [...new Set(steps.map(step => step.agentId))], hours_clip: 'HOURS_CLIP_NONE', include_segments: true,
  }, signal);
  const segments = new Map(agents.map(agent => [agent.agentId, agent.segments]));
  for (const step of steps.slice(0, mostExplained)) step.evidence = evidence(step, await eventsOf(company, step, signal), zone);
  view.tools.replaceChildren(csvButton(`call-${call}`, () => steps.map(step => ({ ...step, evidence: step.evidence?.join(' ') }))));
  view.show(table('steps', text.stepHeads, steps.map(step => row(company, step, segments.get(step.agentId), zone))));
}

// From a day before the earliest instant that matters, up to the ring.
function eventsOf(company, { agentId, ringAt, given, current }, signal) {
  const from = Math.min(ringAt, given.statusSince ?? ringAt, current.statusSince ?? ringAt) - day;
  const query = { start_time: new Date(from).toISOString(), end_time: new Date(ringAt + 1).toISOString() };
  return all('events', company, `agents/${agentId}/events`, query, signal);
}

const shown = ({ label, status, statusLabel }) => [swatch(status), h('b', {}, label), h('small', {}, nameOf(status, statusLabel))];

function row(company, { agentId, ringAt, ringGroupId, outcome, given, current, changed, evidence: said = [] }, segments, zone) {
  const date = dateOf(ringAt, zone);
  const of = { startTime: ringAt - hour / 2, endTime: ringAt + hour / 2 };
  const strip = s('svg', { class: 'strip', height: 24, 'aria-hidden': true }, within(segments, of).map(segment => s('rect', {
    ...place(segment, of, hour), y: 4, height: 16, fill: fillOf(segment.status),
    'data-tip': `${nameOf(segment.status, segment.label)}, ${clock(segment.startTime, zone)}–${clock(segment.endTime, zone)}`,
  })), s('rect', { class: 'at', x: '50%', width: 2, height: 24 }));
  return tr({ class: changed && 'changed', 'data-agent': agentId },
    [when(ringAt, zone), h('small', {}, ringGroupId > 0 && text.group(ringGroupId))],
    h('a', { href: link('agent', { company, agent: agentId, from: date, to: addDays(date, 1) }) }, agentId),
    text.ringOutcome[outcome ?? ''],
    h('td', {}, shown(given)), h('td', { class: 'now' }, changed ? [shown(current), h('b', { class: 'bad' }, text.changed)] : text.same),
    h('td', { class: 'around' }, strip), h('td', { class: 'evidence' }, said.map(sentence => h('p', {}, sentence))));
}
