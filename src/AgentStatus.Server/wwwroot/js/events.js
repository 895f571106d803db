// An agent's events as they were recorded, what became of each, and commands that put right what was wrong.
import { pages } from './api.js';
import { command, copyButton } from './copy.js';
import { button, h, table, tr } from './dom.js';
import { named, nameOf } from './statuses.js';
import { text } from './texts.js';
import { iso, roughly, when } from './time.js';

// What takes longer to be recorded came late.
const late = 60_000;

// The first events, with a button for the next ones; undefined if there are none.
export async function eventTable({ company, zone, window }, agent, signal) {
  const unread = pages(company, `agents/${agent}/events`, { ...window, page_size: 250 }, signal);
  const next = async () => {
    const { value: { events = [], nextPageToken } = {} } = await unread.next();
    more.hidden = !nextPageToken;
    return events.map(event => row(event, company, zone));
  };
  const more = button(text.more, async () => element.tBodies[0].append(...await next()), { class: 'more' });
  const rows = await next();
  const element = table('events', text.eventHeads, rows);
  return rows.length > 0 ? h('div', {}, element, more) : undefined;
}

function row(event, company, zone) {
  const { agentId: agent, eventId, status, label, origin, occurredAt, recordedAt, retractedAt, callId, deviceId, actor } = event;
  const retract = command('retract', { company, 'event-id': eventId, reason: text.reason });
  // The same again under a new id, to be changed before it is sent.
  const record = command('record', {
    company, agent, status: status.toLowerCase().replace('_', '-'), origin: origin.toLowerCase(), at: iso(occurredAt),
    call: callId, device: deviceId, label, actor,
  });
  const copy = (name, line) => copyButton(name, line, {
    title: line, 'aria-label': `${text.copy} ${name}: ${nameOf(status, label)}, ${when(occurredAt, zone)}`,
  });
  const became = retractedAt ? 'RETRACTED' : event.outcome ?? '';
  const lag = recordedAt - occurredAt;
  return tr({ class: became, 'data-event': eventId }, when(occurredAt, zone), h('td', {}, named(status, label)), text.origin[origin],
    retractedAt ? text.retracted(when(retractedAt, zone), event.retractionActor, event.retractionReason) : text.outcome[became],
    h('td', {}, when(recordedAt, zone), lag > late && h('small', {}, text.later(roughly(lag)))),
    h('td', {}, Object.entries(text.details).map(([name, shown]) =>
      Number(event[name]) !== 0 && event[name] && [h('small', {}, shown), event[name]])),
    h('td', {}, !retractedAt && copy('retract', retract), copy('record', record)));
}
