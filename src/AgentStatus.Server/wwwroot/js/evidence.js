// Why a ring is shown as it is, in a sentence, and what has changed it since.
import { nameOf } from './statuses.js';
import { text } from './texts.js';
import { clock, dateOf, roughly, when } from './time.js';

// The time alone on the ring's own date.
const near = (ring, zone) => at => (dateOf(at, zone) === dateOf(ring, zone) ? clock : when)(at, zone);

// "Offline since 08:58 by the agent's own choice; the app's reconnect at 09:42 did not lift it." Of the agent's events
// only those count that were known.
function sentence({ classification, status, statusLabel, statusSince, origin }, events, ring, zone) {
  if (!status) return text.nothingKnown;
  const at = near(ring, zone);
  const actor = events.find(event => event.occurredAt === statusSince && event.origin === origin)?.actor;
  const parts = [text.since(nameOf(status, statusLabel), at(statusSince), text.by[origin], actor)];
  if (status === 'OFFLINE' && origin !== 'APP' && origin !== 'CALL') {
    const later = events.filter(event => event.occurredAt > statusSince && event.status !== 'OFFLINE');
    const apps = later.filter(event => event.origin === 'APP');
    const rule = later.findLast(event => event.origin === 'SYSTEM');
    if (apps.length > 0) parts.push(text.unlifted(apps.length, at(apps.at(-1).occurredAt)));
    if (rule) parts.push(text.ruleUnlifted(nameOf(rule.status, rule.label), at(rule.occurredAt)));
  }
  if (classification.endsWith('_ANSWERED')) parts.push(text.answered);
  return `${parts.join('; ')}.`;
}

// The sentence, or where now differs from then: then, now, and the late event or retraction that made the difference.
export function evidence({ ringAt, given, current, changed }, events, zone) {
  const then = given.knownThrough;
  const now = sentence(current, events.filter(event => !event.retractedAt), ringAt, zone);
  if (!changed) return [now];
  const known = events.filter(event => event.recordedAt <= then && !(event.retractedAt <= then));
  const late = events.filter(event => event.recordedAt > then && !event.retractedAt);
  const cause = late.findLast(event => event.origin === current.origin && event.status === current.status)
    ?? events.findLast(event => event.recordedAt <= then && event.retractedAt > then) ?? late.at(-1);
  return [text.then + sentence(given, known, ringAt, zone), text.nowIs + now, cause ? causeText(cause, ringAt, near(ringAt, zone)) : text.noCause];
}

function causeText(event, ring, at) {
  const name = text.since(nameOf(event.status, event.label), at(event.occurredAt), text.by[event.origin], event.actor);
  return event.retractedAt ? text.retraction(name, at(event.retractedAt), event.retractionActor, event.retractionReason)
    : text.late(name, at(event.recordedAt), roughly(event.recordedAt - ring));
}
