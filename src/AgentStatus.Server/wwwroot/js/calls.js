// What Call Steps showed for the rings of a call, and what it shows now; without a call, the calls of a time.
import { all, get } from './api.js';
import { h, table, tr } from './dom.js';
import { evidence } from './evidence.js';
import { idOf, zoneOf } from './question.js';
import { link } from './router.js';
import { named } from './statuses.js';
import { text, words } from './texts.js';
import { addDays, dateOf, day, iso, when } from './time.js';
import { asked } from './view.js';

export const fields = ['company', 'call', 'range', 'from', 'to', 'changed', 'zone'];

const mostCalls = 2000;
// Each costs a request.
const mostExplained = 100;

export const heading = params => (params.get('call') ? text.call(params.get('call')) : text.calls);

export const show = (view, signal) => (view.params.get('call') ? one(view, signal) : list(view, signal));

async function list(view, signal) {
  const { company, zone, window, ...question } = await view.question(signal);
  const only_changed = view.params.get('changed') && 'true';
  const found = await all('calls', company, 'calls', { ...window, only_changed }, signal);
  view.title(text.calls, text.callCount(found.length), ...asked(question, zone));
  if (found.length === 0) return view.empty(text.empty.calls(company), text.empty.keep);
  view.csv(`calls-${company}`, () => found);
  const rows = found.slice(0, mostCalls).map(call => tr({ 'data-call': call.callId },
    h('a', { href: link('calls', { company, call: call.callId }) }, call.callId), when(call.firstRingAt, zone),
    when(call.lastRingAt, zone), call.stepCount, h('td', { class: 'bad' }, call.changedStepCount)));
  view.show(table('', text.callHeads, h('tbody', {}, rows)));
}

async function one(view, signal) {
  const [company, call] = [idOf(view.params, 'company'), idOf(view.params, 'call')];
  const zone = await zoneOf(view.params, signal);
  const { steps } = await get(company, `calls/${call}/steps`, {}, signal);
  view.title(text.call(call), text.ringCount(steps.length), zone);
  if (steps.length === 0) return view.empty(text.empty.steps(call), text.empty.keep);
  for (const step of steps.slice(0, mostExplained)) {
    step.evidence = evidence(step, await eventsOf(company, step, signal), zone);
  }
  view.csv(`call-${call}`, () => steps);
  view.show(table('steps', text.stepHeads, h('tbody', {}, steps.map(step => row(company, step, zone)))));
}

// From a day before the earliest instant that matters, up to the ring.
const eventsOf = (company, { agentId, ringAt, given, current }, signal) =>
  all('events', company, `agents/${agentId}/events`, {
    start_time: iso(Math.min(ringAt, given.statusSince ?? ringAt, current.statusSince ?? ringAt) - day),
    end_time: iso(ringAt + 1),
  }, signal);

const shown = ({ label, status, statusLabel }) => [h('b', {}, label), h('div', {}, named(status, statusLabel))];

function row(company, { agentId, ringAt, ringGroupId, outcome, given, current, changed, evidence: said }, zone) {
  const date = dateOf(ringAt, zone);
  return tr({ class: changed && 'changed', 'data-agent': agentId },
    [when(ringAt, zone), ringGroupId > 0 && h('small', {}, text.group(ringGroupId))],
    h('a', { href: link('agent', { company, agent: agentId, from: date, to: addDays(date, 1) }) }, agentId),
    words(outcome), h('td', {}, shown(given)),
    h('td', {}, changed ? [shown(current), h('b', { class: 'bad' }, text.changed)] : text.same), said);
}
