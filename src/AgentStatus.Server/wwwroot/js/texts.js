// All texts that people read, in English.
const count = (number, one) => `${number.toLocaleString('en')} ${one}${number === 1 ? '' : 's'}`;
const by = (who, actor) => (actor ? `${who} (${actor})` : who);
const why = reason => (reason ? `: ${reason}` : '');
// "No answer" of "NO_ANSWER".
export const words = (word = '') => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase().replaceAll('_', ' ');
const wordsOf = (...all) => Object.fromEntries(all.map(word => [word, words(word)]));
const fill = 'Fill it with demo data, or import a log:';

export const text = {
  product: 'AgentStatus',
  views: { report: 'Report', agent: 'Agent', calls: 'Call steps', live: 'Live' },
  loading: 'Reading …',
  csv: 'Download CSV',
  copy: 'Copy',
  copied: 'Copied',
  status: {
    ...wordsOf('ONLINE', 'IDLE', 'ON_CALL', 'WRAP_UP', 'BUSY', 'AWAY', 'OFFLINE', 'OUTSIDE', 'UNKNOWN'),
    WRAP_UP: 'Wrap-up', OUTSIDE: 'Outside hours',
  },
  by: {
    AGENT: "by the agent's own choice", SUPERVISOR: "by a supervisor's choice", SYSTEM: 'by a rule of the company',
    APP: 'by what the app said', CALL: 'by a call',
  },
  since: (name, at, who, actor) => `${name} since ${at} ${by(who, actor)}`,
  noAnswer: 'The server does not answer.',
  refused: (message, fields) =>
    `The server refused: ${fields.map(({ field, description }) => `${field}: ${description}`).join('; ') || message}`,
  again: 'Try again',
  key: 'Key or token',
  signIn: 'Sign in',
  wrong: (field, must, value) => `${field} must ${must}${value === undefined ? '' : `; "${value}" is none`}.`,
  id: 'be a number, 1 or more',
  time: 'be a date and time',
  zone: 'be a time zone that this browser knows, such as Europe/Prague',
  window: 'lie after the start',
  hours: fault => `Business hours are not known: ${fault}`,

  form: 'What to show',
  show: 'Show',
  field: name => ({ basis: 'Hours', zone: 'Time zone', known: 'As known at', changed: 'Calls' })[name] ?? words(name),
  hint: { agents: 'all', zone: "company's", call: 'all' },
  ranges: {
    ...wordsOf('today', 'yesterday'), last7: 'Last 7 days', week: 'This week', month: 'This month',
    lastmonth: 'Last month', custom: 'Custom',
  },
  bys: wordsOf('total', 'month', 'week', 'day', 'hour', 'half-hour', 'quarter-hour'),
  clips: { 'offline-only': 'Offline', 'all-statuses': 'All statuses', none: 'Nothing' },
  bases: { 'as-recorded': 'As recorded', 'as-now': 'As of now' },
  changes: { '': 'All', 1: 'Changed' },
  knownAt: at => `as known at ${at}`,
  through: at => `complete through ${at}`,
  empty: {
    agents: company => `Company ${company} has no agents with events in this time. ${fill}`,
    agent: agent => `Nothing is known of agent ${agent} in this time.`,
    live: company => `Company ${company} has no agents yet. ${fill}`,
    calls: company => `No such calls of company ${company} in this time. A ring is kept by the command`,
    steps: call => `No rings of call ${call} were kept. A ring is kept by the command`,
    keep: 'agentstatus classify --company 1 --agent 1 --call 1 --at -1m --record',
  },

  report: 'Agent Status Breakdown',
  agents: number => count(number, 'agent'),
  share: 'Share of counted time',
  total: 'Total',
  percent: share => `${(100 * share).toFixed(1)} %`,
  periods: agent => `Periods of agent ${agent}`,

  agent: id => `Agent ${id}`,
  whichAgent: 'Type an agent, or choose one in the report.',
  timeline: 'Timeline',
  keys: days => `${count(days, 'day')}; arrow keys go from segment to segment`,
  day: (date, hours) => `${date}, ${hours} hours`,
  now: 'now',
  segment: (name, from, to, length, who = '', inside) =>
    `${name}, ${from}–${to}, ${length} ${who}, ${inside ? 'inside' : 'outside'} business hours`,
  ring: (call, at, rings, changed) => `Call ${call}, ${at}, ${count(rings, 'ring')}, ${changed} shown otherwise now`,
  businessHours: 'Business hours',
  kept: 'Kept ring',
  otherwise: 'Shown otherwise now',
  events: 'Events, in the order in which they count',
  noEvents: 'None in this time.',
  eventHeads: ['Occurred', 'Status', 'Origin', 'What became of it', 'Recorded', 'Details', 'Copy a correction'],
  retracted: (at, who, reason) => by(`Retracted ${at}`, who) + why(reason),
  later: length => `${length} later`,
  details: { callId: 'call', deviceId: 'device', sequence: 'sequence', actor: 'by', eventId: 'id' },
  more: 'More',
  reason: 'why it was wrong',

  call: id => `Call ${id}`,
  callCount: number => count(number, 'call'),
  ringCount: number => `${count(number, 'ring')} kept`,
  callHeads: ['Call', 'First ring', 'Last ring', 'Rings', 'Shown otherwise now'],
  stepHeads: ['Ring', 'Agent', 'Outcome', 'Then', 'Now', 'Evidence'],
  group: id => `group ${id}`,
  changed: 'Changed',
  same: 'as then',
  then: 'Then: ',
  nowIs: 'Now: ',
  nothingKnown: 'Nothing was known of the agent.',
  unlifted: (times, at) => (times === 1 ? `the app's reconnect at ${at} did not lift it`
    : `the app's ${times} reconnects, the last at ${at}, did not lift it`),
  answered: 'the call was answered, whatever the status',
  late: (name, at, lag) => `Changed by a late event: ${name}, recorded at ${at}, ${lag} after the ring.`,
  retraction: (name, at, who, reason) =>
    `Changed by a retraction: "${name}" does not count since ${by(at, who)}${why(reason)}.`,
  noCause: 'What changed it lies further back.',

  liveAt: at => `Live, known through ${at}`,
  notLive: (since, wait) => `Not live${since ? ` since ${since}` : ''}. Trying again in ${wait} s.`,
};
