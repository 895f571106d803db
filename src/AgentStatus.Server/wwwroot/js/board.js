// The live view's agents in groups. What the watch says is noted at once and drawn with the next frame: a busy company
// costs a drawing a frame, not one a message.
import { h } from './dom.js';
import { link } from './router.js';
import { lookOf, looks, nameOf, swatch } from './statuses.js';
import { text } from './texts.js';
import { duration, when } from './time.js';

export class Board {
  #agents = new Map();
  #groups = new Map();
  #changed = new Set();
  #heard;

  constructor(company, zone) {
    Object.assign(this, { company, zone });
    const tiles = h('ul', { class: 'tiles' });
    this.element = h('div', {}, tiles);
    for (const look of looks.filter(one => one !== 'OUTSIDE')) {
      const count = h('b', {}, 0);
      const list = h('ul', { class: 'chips' });
      const name = [swatch(look), nameOf(look)];
      const group = h('section', { hidden: true, 'data-group': look }, h('h2', {}, name.map(part => part.cloneNode?.(true) ?? part)), list);
      tiles.append(h('li', { 'data-tile': look }, h('span', {}, name), count));
      this.element.append(group);
      this.#groups.set(look, { count, list, group });
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
    if (this.#changed.size > 0) this.frame ??= requestAnimationFrame(() => this.#draw());
  }

  // All were said: who was not is not there any more.
  finish() {
    for (const [id, { chip }] of this.#heard ? this.#agents : []) {
      if (this.#heard.has(id)) continue;
      chip.remove();
      this.#agents.delete(id);
    }
    this.#heard = undefined;
  }

  #come(id) {
    const parts = [h('b', {}, id), h('span'), h('time')];
    const href = link('agent', { company: this.company, agent: id, range: 'today' });
    const agent = { chip: h('li', { 'data-agent': id }, h('a', { href }, parts)), parts };
    this.#agents.set(id, agent);
    return agent;
  }

  // Who has been in a status for longest stands first.
  #draw() {
    this.frame = undefined;
    for (const { chip, parts: [, label], said } of [...this.#changed].sort((a, b) => (a.said.since ?? 0) - (b.said.since ?? 0))) {
      const { list } = this.#groups.get(lookOf(said.status));
      chip.since = said.since ?? 0;
      list.insertBefore(chip, [...list.children].find(other => other !== chip && other.since > chip.since) ?? null);
      label.textContent = said.label ?? '';
      chip.firstChild.dataset.tip = said.since
        ? text.since(nameOf(said.status, said.label), when(said.since, this.zone), text.by[said.origin]) : nameOf(said.status);
    }
    this.#changed.clear();
    for (const { count, list, group } of this.#groups.values()) {
      count.textContent = list.children.length;
      group.hidden = list.children.length === 0;
    }
    this.tick();
  }

  // The clocks go on, also while nothing is said.
  tick() {
    for (const { parts: [, , time], said } of this.#agents.values()) {
      time.textContent = said?.since ? duration(Math.max(0, Date.now() - said.since)) : '';
    }
  }

  rows = () => [...this.#agents.values()].map(({ said }) => said);
}
