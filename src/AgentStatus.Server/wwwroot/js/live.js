// All agents of a company now, by status, from the watch. It connects again by itself, and says so while it is not live.
import { Refusal, watch } from './api.js';
import { Board } from './board.js';
import { csvButton } from './csv.js';
import { h, say } from './dom.js';
import { idOf, idsOf, zoneOf } from './question.js';
import { text } from './texts.js';
import { seconds } from './time.js';
import { howToFill } from './view.js';

export const fields = ['company', 'agents'];

// The server says something every second: after so long without a word the connection is taken for dead.
const silence = 5000;
const firstWait = 500;
const longestWait = 8000;

export const heading = () => text.views.live;

export async function show(view, signal) {
  const [company, agent_ids, zone] = [idOf(view.params, 'company'), idsOf(view.params), await zoneOf(view.params, signal)];
  const board = new Board(company, zone);
  const state = h('p', { class: 'state' });
  let through;
  let wait = firstWait;
  const tell = (live, sentence) => {
    if (state.classList.contains('on') !== live) say(sentence);
    state.className = live ? 'state on' : 'state';
    state.textContent = sentence;
  };
  view.tools.replaceChildren(state, csvButton(`live-${company}`, () => board.rows()));
  const ticking = setInterval(() => board.tick(), 1000);
  signal.addEventListener('abort', () => clearInterval(ticking));

  function take({ agents = [], knownThrough }) {
    board.take(agents);
    if (!knownThrough) return;
    board.finish();
    [through, wait] = [seconds(knownThrough, zone), firstWait];
    tell(true, text.liveAt(through));
    view.sub.textContent = `${text.agents(board.size)} · ${zone}`;
    if (board.size === 0) view.empty(text.empty.live(company), ...howToFill(company));
    else if (!board.element.isConnected) view.show(board.element);
  }

  while (!signal.aborted) {
    board.begin();
    await follow(company, { agent_ids }, take, signal);
    tell(false, text.notLive(through, Math.ceil(wait / 1000)));
    // A little more or less, so that not all pages come back at once.
    await new Promise(resolve => setTimeout(resolve, wait * (0.7 + 0.6 * Math.random())));
    wait = Math.min(2 * wait, longestWait);
  }
}

// One connection, to its end; throws only what asking again does not mend.
async function follow(company, query, take, signal) {
  const connection = new AbortController();
  const end = () => connection.abort();
  signal.addEventListener('abort', end);
  let timer = setTimeout(end, silence);
  try {
    for await (const said of watch(company, query, connection.signal)) {
      clearTimeout(timer);
      timer = setTimeout(end, silence);
      if (!signal.aborted) take(said);
    }
  } catch (error) {
    if (error instanceof Refusal && error.status === 400) throw error;
  } finally {
    clearTimeout(timer);
  }
}
