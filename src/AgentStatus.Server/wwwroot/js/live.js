// All agents now, by status, from the watch. It connects again by itself, and says so while it is not live.
import { watch } from './api.js';
import { h, say } from './dom.js';
import { idOf, idsOf, zoneOf } from './question.js';
import { link } from './router.js';
import { lookOf, looks, named, nameOf } from './statuses.js';
import { text } from './texts.js';
import { duration, seconds, when } from './time.js';
import { howToFill } from './view.js';

export const fields = ['company', 'agents'];

// The server says something every second.
const silence = 5000;
const firstWait = 500;
const longestWait = 8000;

export async function show(view, signal) {
  const [company, agent_ids] = [idOf(view.params, 'company'), idsOf(view.params)];
  const zone = await zoneOf(view.params, signal);
  const board = new Board(company, zone);
  const state = h('p', { class: 'off' });
  let through;
  let wait = firstWait;
  const tell = (kind, sentence) => {
    if (state.className !== kind) say(sentence);
    state.className = kind;
    state.textContent = sentence;
  };
  view.tools.append(state);
  view.csv(`live-${company}`, () => [...board.agents.values()].map(({ said }) => said));
  const ticking = setInterval(() => board.tick(), 1000);
  signal.addEventListener('abort', () => clearInterval(ticking));

  function take({ agents = [], knownThrough }) {
    board.take(agents);
    if (!knownThrough) return;
    board.finish();
    [through, wait] = [seconds(knownThrough, zone), firstWait];
    tell('on', text.liveAt(through));
    view.sub.textContent = `${text.agents(board.agents.size)} · ${zone}`;
    if (board.agents.size === 0) view.empty(text.empty.live(company), ...howToFill(company));
    else if (!board.element.isConnected) view.show(board.element);
  }

  for (;;) {
    board.heard = new Set();
    await follow(company, { agent_ids }, take, signal);
    if (signal.aborted) return;
    tell('off', text.notLive(through, Math.ceil(wait / 1000)));
    await new Promise(resolve => setTimeout(resolve, wait));
    wait = Math.min(2 * wait, longestWait);
  }
}

// One connection. Throws what asking again does not mend.
async function follow(company, query, take, signal) {
  const connection = new AbortController();
  const end = () => connection.abort();
  let timer = setTimeout(end, silence);
  try {
    for await (const said of watch(company, query, AbortSignal.any([signal, connection.signal]))) {
      clearTimeout(timer);
      timer = setTimeout(end, silence);
      take(said);
    }
  } catch (error) {
    if ([400, 401, 403].includes(error.status)) throw error;
  } finally {
    clearTimeout(timer);
  }
}

// A column for each status. What the watch says is drawn once a frame, however much it is.
class Board {
  element = h('div', { class: 'board' });
  agents = new Map();
  // Whom a new connection has mentioned, until it has mentioned all.
  heard = null;
  #columns = new Map();
  #changed = new Set();
  #frame = 0;

  constructor(company, zone) {
    Object.assign(this, { company, zone });
    for (const look of looks.filter(one => one !== 'OUTSIDE')) {
      const [count, list] = [h('b'), h('ul')];
      this.element.append(h('section', { 'data-group': look }, h('h2', {}, named(look), count), list));
      this.#columns.set(look, { count, list });
    }
  }

  take(agents) {
    for (const said of agents) {
      const id = said.agentId;
      if (!this.agents.has(id)) this.agents.set(id, this.#chip(id));
      this.agents.get(id).said = said;
      this.heard?.add(id);
      this.#changed.add(this.agents.get(id));
    }
    this.#frame ||= requestAnimationFrame(() => this.#draw());
  }

  finish() {
    for (const [id, { chip }] of this.heard ? this.agents : []) {
      if (this.heard.has(id)) continue;
      chip.remove();
      this.agents.delete(id);
    }
    this.heard = null;
  }

  #chip(id) {
    const [label, time] = [h('span'), h('time')];
    const href = link('agent', { company: this.company, agent: id, range: 'today' });
    return { chip: h('li', { 'data-agent': id }, h('a', { href }, h('b', {}, id), label, time)), label, time };
  }

  // Who has been in a status for longest stands first.
  #draw() {
    this.#frame = 0;
    for (const { chip, label, said: { status, label: name, since = 0, origin } } of this.#changed) {
      const { list } = this.#columns.get(lookOf(status));
      chip.since = since;
      list.insertBefore(chip, [...list.children].find(other => other !== chip && other.since > since) ?? null);
      label.textContent = name;
      chip.firstChild.dataset.tip =
        since ? text.since(nameOf(status, name), when(since, this.zone), text.by[origin]) : nameOf(status);
    }
    this.#changed.clear();
    for (const { count, list } of this.#columns.values()) count.textContent = list.children.length;
    this.tick();
  }

  tick() {
    for (const { time, said: { since } } of this.agents.values()) {
      time.textContent = since ? duration(Math.max(0, Date.now() - since)) : '';
    }
  }
}
