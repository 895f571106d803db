// Why a ring is shown as it is, in a sentence, and what has changed it since.
import { nameOf } from './statuses.js';
import { text } from './texts.js';
import { clock, dateOf, roughly, when } from './time.js';

// "Offline since 08:58 by the agent's own choice; the app's reconnect at 09:42 did not lift it."
function sentence({ classification, status, statusLabel, statusSince, origin }, events, at) {
  if (!status) return text.nothingKnown;
  const actor = events.find(event => event.occurredAt === statusSince && event.origin === origin)?.actor;
  const parts = [text.since(nameOf(status, statusLabel), at(statusSince), text.by[origin], actor)];
  if (status === 'OFFLINE' && ['AGENT', 'SUPERVISOR', 'SYSTEM'].includes(origin)) {
    const apps = events.filter(event =>
      event.origin === 'APP' && event.status !== 'OFFLINE' && event.occurredAt > statusSince);
    if (apps.length > 0) parts.push(text.unlifted(apps.length, at(apps.at(-1).occurredAt)));
  }
  if (classification.endsWith('_ANSWERED')) parts.push(text.answered);
  return `${parts.join('; ')}.`;
}

// Where now differs from then: then, now, and the late event or retraction that made the difference.
export function evidence({ ringAt, given, current, changed }, events, zone) {
  // The time alone on the ring's own date.
  const at = instant => (dateOf(instant, zone) === dateOf(ringAt, zone) ? clock : when)(instant, zone);
  const then = given.knownThrough;
  const now = sentence(current, events.filter(event => !event.retractedAt), at);
  if (!changed) return now;
  const known = events.filter(event => event.recordedAt <= then && !(event.retractedAt <= then));
  const late = events.filter(event => event.recordedAt > then && !event.retractedAt);
  const cause = late.findLast(event => event.origin === current.origin && event.status === current.status)
    ?? known.findLast(event => event.retractedAt) ?? late.at(-1);
  const name = cause
    && text.since(nameOf(cause.status, cause.label), at(cause.occurredAt), text.by[cause.origin], cause.actor);
  return [text.then + sentence(given, known, at), text.nowIs + now, !cause ? text.noCause
    : cause.retractedAt ? text.retraction(name, at(cause.retractedAt), cause.retractionActor, cause.retractionReason)
      : text.late(name, at(cause.recordedAt), roughly(cause.recordedAt - ringAt))].join('\n');
}
