// An agent's events as they were recorded, what became of each, and commands that put right what was wrong.
import { pages } from './api.js';
import { command, copyButton } from './copy.js';
import { button, h, table, tr } from './dom.js';
import { nameOf, swatch } from './statuses.js';
import { text } from './texts.js';
import { roughly, when } from './time.js';

const portion = 200;
// What takes longer to be recorded came late.
const late = 10_000;

// The first events, with a button for more; empty if there are none.
export async function eventTable({ company, zone, window }, agent, signal) {
  const unread = pages(company, `agents/${agent}/events`, window, signal);
  const waiting = [];
  let done = false;
  const body = [];
  const more = button('', put, { class: 'more' });
  async function put() {
    while (waiting.length <= portion && !done) {
      const { value } = await unread.next();
      waiting.push(...value?.events ?? []);
      done = !value;
    }
    const rows = waiting.splice(0, portion).map(event => row(event, company, zone));
    element?.tBodies[0].append(...rows);
    body.push(...rows);
    more.hidden = waiting.length === 0;
    more.textContent = text.more(Math.min(waiting.length, portion));
  }
  let element;
  await put();
  element = body.length > 0 && table('events', text.eventHeads, body);
  return h('div', {}, element, element && more);
}

function row(event, company, zone) {
  const { agentId, eventId, status, label, origin, occurredAt, recordedAt, retractedAt, callId, deviceId, actor } = event;
  const retract = command('retract', { company, 'event-id': eventId, reason: text.reason });
  // The same again under a new id, to be changed before it is sent.
  const record = command('record', {
    company, agent: agentId, status: status.toLowerCase().replace('_', '-'), origin: origin.toLowerCase(),
    at: new Date(occurredAt).toISOString(), call: callId, device: deviceId, label, actor,
  });
  const said = `${nameOf(status, label)}, ${when(occurredAt, zone)}`;
  const copy = (name, line) => copyButton(name, line, { title: line, 'aria-label': `${text.copy} ${name}: ${said}` });
  const became = retractedAt ? 'RETRACTED' : event.outcome ?? '';
  return tr({ class: became.toLowerCase(), 'data-event': eventId }, when(occurredAt, zone),
    h('td', {}, swatch(status), nameOf(status, label)), text.origin[origin],
    h('td', {}, retractedAt ? text.retracted(when(retractedAt, zone), event.retractionActor, event.retractionReason) : text.outcome[became]),
    h('td', {}, when(recordedAt, zone),
      recordedAt - occurredAt > late && h('small', {}, text.later(roughly(recordedAt - occurredAt)))),
    h('td', {}, Object.entries(text.details).map(([name, shown]) =>
      event[name] && event[name] !== '0' && [h('small', {}, shown), `${event[name]} `])),
    h('td', {}, !retractedAt && copy('retract', retract), copy('record', record)));
}
