// What Call Steps showed for the rings of a call, and what it shows now; without a call, the calls of a time.
import { all, get } from './api.js';
import { csvButton } from './csv.js';
import { drawing, h, s, table, tr } from './dom.js';
import { evidence } from './evidence.js';
import { idOf, zoneOf } from './question.js';
import { link } from './router.js';
import { fillOf, named, nameOf } from './statuses.js';
import { text } from './texts.js';
import { addDays, clock, dateOf, day, hour, iso, when } from './time.js';
import { place, within } from './timeline.js';
import { asked } from './view.js';

export const fields = ['company', 'call', 'range', 'from', 'to', 'changed', 'zone'];

// Of more calls and rings the first ones are shown; evidence of a ring costs a request.
const mostCalls = 2000;
const mostExplained = 100;

export const heading = params => (params.get('call') ? text.call(params.get('call')) : text.calls);

export const show = (view, signal) => (view.params.get('call') ? one(view, signal) : list(view, signal));

const howToKeep = (company, call) => ['classify --record', { company, agent: 1, call, outcome: 'no-answer', at: '-1m' }];

async function list(view, signal) {
  const { company, zone, window, ...question } = await view.question(signal);
  const found = await all('calls', company, 'calls', { ...window, only_changed: view.params.get('changed') && 'true' }, signal);
  view.title(text.calls, text.callCount(found.length), ...asked(question, zone));
  if (found.length === 0) return view.empty(text.empty.calls(company), howToKeep(company, 1));
  view.tools.replaceChildren(csvButton(`calls-${company}`, () => found));
  view.show(table('', text.callHeads, found.slice(0, mostCalls).map(({ callId, firstRingAt, lastRingAt, stepCount, changedStepCount }) =>
    tr({ 'data-call': callId }, h('a', { href: link('calls', { company, call: callId }) }, callId), when(firstRingAt, zone),
      when(lastRingAt, zone), stepCount, h('td', { class: 'bad' }, changedStepCount)))));
}

async function one(view, signal) {
  const [company, call, zone] = [idOf(view.params, 'company'), idOf(view.params, 'call'), await zoneOf(view.params, signal)];
  const { steps = [] } = await get(company, `calls/${call}/steps`, {}, signal);
  view.title(text.call(call), text.ringCount(steps.length), zone);
  if (steps.length === 0) return view.empty(text.empty.steps(call), howToKeep(company, call));
  const agents = await all('agents', company, 'breakdown', {
    start_time: iso(steps[0].ringAt - hour / 2), end_time: iso(steps.at(-1).ringAt + hour / 2), hours_clip: 'HOURS_CLIP_NONE',
    agent_ids: [...new Set(steps.map(step => step.agentId))], include_segments: true,
  }, signal);
  const segments = new Map(agents.map(agent => [agent.agentId, agent.segments]));
  for (const step of steps.slice(0, mostExplained)) {
    step.evidence = evidence(step, await eventsOf(company, step, signal), zone).join('\n');
  }
  view.tools.replaceChildren(csvButton(`call-${call}`, () => steps));
  view.show(table('steps', text.stepHeads, steps.map(step => row(company, step, segments.get(step.agentId), zone))));
}

// From a day before the earliest instant that matters, up to the ring.
const eventsOf = (company, { agentId, ringAt, given, current }, signal) => all('events', company, `agents/${agentId}/events`, {
  start_time: iso(Math.min(ringAt, given.statusSince ?? ringAt, current.statusSince ?? ringAt) - day), end_time: iso(ringAt + 1),
}, signal);

const shown = ({ label, status, statusLabel }) => [h('b', {}, label), h('div', {}, named(status, statusLabel))];

function row(company, { agentId, ringAt, ringGroupId, outcome, given, current, changed, evidence: said }, segments, zone) {
  const date = dateOf(ringAt, zone);
  const of = { startTime: ringAt - hour / 2, endTime: ringAt + hour / 2 };
  const strip = drawing('strip', within(segments, of).map(segment => s('rect', {
    ...place(segment, of, hour), y: 4, height: 16, fill: fillOf(segment.status),
    'data-tip': `${nameOf(segment.status, segment.label)}, ${clock(segment.startTime, zone)}–${clock(segment.endTime, zone)}`,
  })), s('rect', { class: 'at', x: '50%', width: 2, height: 24 }));
  return tr({ class: changed && 'changed', 'data-agent': agentId },
    [when(ringAt, zone), ringGroupId > 0 && h('small', {}, text.group(ringGroupId))],
    h('a', { href: link('agent', { company, agent: agentId, from: date, to: addDays(date, 1) }) }, agentId),
    text.ringOutcome[outcome ?? ''], h('td', {}, shown(given)),
    h('td', {}, changed ? [shown(current), h('b', { class: 'bad' }, text.changed)] : text.same),
    h('td', { class: 'around' }, strip), h('td', { class: 'evidence' }, said));
}
