// The live view's agents, a column for each status. What the watch says is noted at once and drawn with the next frame:
// a busy company costs a drawing a frame, not one a message.
import { h } from './dom.js';
import { link } from './router.js';
import { lookOf, looks, named, nameOf } from './statuses.js';
import { text } from './texts.js';
import { duration, when } from './time.js';

export class Board {
  element = h('div', { class: 'board' });
  #agents = new Map();
  #columns = new Map();
  #changed = new Set();
  #heard;
  #frame;

  constructor(company, zone) {
    Object.assign(this, { company, zone });
    for (const look of looks.filter(one => one !== 'OUTSIDE')) {
      const [count, list] = [h('b'), h('ul')];
      this.element.append(h('section', { 'data-group': look }, h('h2', {}, named(look), count), list));
      this.#columns.set(look, { count, list });
    }
  }

  get size() {
    return this.#agents.size;
  }

  // A connection begins: it says every agent's present status first.
  begin() {
    this.#heard = new Set();
  }

  take(agents) {
    for (const said of agents) {
      const agent = this.#agents.get(said.agentId) ?? this.#come(said.agentId);
      agent.said = said;
      this.#heard?.add(said.agentId);
      this.#changed.add(agent);
    }
    this.#frame ??= requestAnimationFrame(() => this.#draw());
  }

  // All were said: who was not is not there any more.
  finish() {
    for (const [id, { chip }] of this.#agents) {
      if (!this.#heard || this.#heard.has(id)) continue;
      chip.remove();
      this.#agents.delete(id);
    }
    this.#heard = undefined;
  }

  #come(id) {
    const [label, time] = [h('span'), h('time')];
    const href = link('agent', { company: this.company, agent: id, range: 'today' });
    const agent = { chip: h('li', { 'data-agent': id }, h('a', { href }, h('b', {}, id), label, time)), label, time };
    this.#agents.set(id, agent);
    return agent;
  }

  // Who has been in a status for longest stands first.
  #draw() {
    this.#frame = undefined;
    for (const { chip, label, said } of this.#changed) {
      const { list } = this.#columns.get(lookOf(said.status));
      chip.since = said.since ?? 0;
      list.insertBefore(chip, [...list.children].find(other => other !== chip && other.since > chip.since) ?? null);
      label.textContent = said.label ?? '';
      chip.firstChild.dataset.tip = said.since
        ? text.since(nameOf(said.status, said.label), when(said.since, this.zone), text.by[said.origin]) : nameOf(said.status);
    }
    this.#changed.clear();
    for (const { count, list } of this.#columns.values()) count.textContent = list.children.length;
    this.tick();
  }

  // The clocks go on, also while nothing is said.
  tick() {
    for (const { time, said } of this.#agents.values()) {
      time.textContent = said.since ? duration(Math.max(0, Date.now() - said.since)) : '';
    }
  }

  rows = () => [...this.#agents.values()].map(({ said }) => said);
}
