// An agent's events as they were recorded, what became of each, and commands that put right what was wrong.
import { pages } from './api.js';
import { button, h, table, tr } from './dom.js';
import { named, nameOf } from './statuses.js';
import { command, copyButton } from './take.js';
import { text, words } from './texts.js';
import { iso, roughly, when } from './time.js';

// The first events, with a button for the next ones; undefined if there are none.
export async function eventTable({ company, zone, window }, agent, signal) {
  const unread = pages(company, `agents/${agent}/events`, { ...window, page_size: 250 }, signal);
  const body = h('tbody');
  async function next() {
    const { value: { events, nextPageToken } } = await unread.next();
    body.append(...events.map(event => row(event, company, zone)));
    more.hidden = !nextPageToken;
  }
  const more = button(text.more, () => next().catch(error => more.replaceWith(error.message)));
  await next();
  return body.firstChild && h('div', {}, table('events', text.eventHeads, body), more);
}

function row(event, company, zone) {
  const { agentId: agent, eventId, status, label, origin, occurredAt, recordedAt, retractedAt, actor } = event;
  const retract = command('retract', { company, 'event-id': eventId, reason: text.reason });
  // The same again under a new id, to be changed before it is sent.
  const record = command('record', {
    company, agent, status: status.toLowerCase().replace('_', '-'), origin: origin.toLowerCase(), at: iso(occurredAt),
    call: event.callId, device: event.deviceId, label, actor,
  });
  const what = `${nameOf(status, label)}, ${when(occurredAt, zone)}`;
  const became = retractedAt ? 'RETRACTED' : event.outcome;
  const lag = recordedAt - occurredAt;
  return tr({ class: became, 'data-event': eventId }, when(occurredAt, zone), h('td', {}, named(status, label)),
    words(origin), retractedAt
      ? text.retracted(when(retractedAt, zone), event.retractionActor, event.retractionReason) : words(became),
    h('td', {}, when(recordedAt, zone), lag > 60_000 && h('small', {}, text.later(roughly(lag)))),
    h('td', {}, Object.entries(text.details).map(([name, shown]) =>
      event[name] && event[name] !== '0' && [h('small', {}, shown), event[name]])),
    h('td', {}, !retractedAt && copyButton('retract', retract, what), copyButton('record', record, what)));
}
