// The form above a view. What it says goes into the URL, and the view follows the URL.
import { h } from './dom.js';
import { defaults, rangeOf } from './question.js';
import { link } from './router.js';
import { text } from './texts.js';

const times = ['from', 'to', 'known'];
const options = { range: text.ranges, by: text.bys, clip: text.clips, basis: text.bases, changed: text.changes };

function field(name, params) {
  const value = name === 'range' ? rangeOf(params) : params.get(name) ?? defaults[name] ?? '';
  if (options[name]) {
    return h('select', { name }, Object.entries(options[name]).map(([one, shown]) =>
      h('option', { value: one, selected: one === value || null }, shown)));
  }
  const time = times.includes(name);
  // A date alone is its first instant.
  const filled = time && value.length === 10 ? `${value}T00:00` : value;
  return h('input', { name, value: filled, size: 9, placeholder: text.hint[name], type: time ? 'datetime-local' : 'text' });
}

export function form(view, names, params, again) {
  const custom = () => made.classList.toggle('custom', made.elements.range?.value === 'custom');
  const made = h('form', {
    'aria-label': text.form,
    onchange: custom,
    onsubmit: event => {
      event.preventDefault();
      const said = Object.fromEntries([...new FormData(made)].map(([name, value]) => [name, value.trim()]));
      if (said.range === 'custom') said.range = '';
      else said.from = said.to = '';
      for (const name in defaults) if (said[name] === defaults[name]) said[name] = '';
      const next = link(view, said);
      if (next === location.hash) again();
      else location.hash = next;
    },
  }, names.map(name => h('label', { class: name }, text.field[name], field(name, params))),
  h('button', { class: 'primary' }, text.show));
  custom();
  return made;
}
