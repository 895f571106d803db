// The form above a view. What it says goes into the URL, and the view follows the URL.
import { h } from './dom.js';
import { defaults, rangeOf } from './question.js';
import { link } from './router.js';
import { text } from './texts.js';

const options = { range: text.ranges, by: text.bys, clip: text.clips, basis: text.bases, changed: text.changes };

function field(name, params) {
  const value = name === 'range' ? rangeOf(params) : params.get(name) ?? defaults[name] ?? '';
  if (options[name]) {
    return h('select', { name }, Object.entries(options[name]).map(([one, shown]) =>
      h('option', { value: one, selected: one === value || null }, shown)));
  }
  if (!['from', 'to', 'known'].includes(name)) {
    return h('input', { name, value, size: 9, placeholder: text.hint[name] });
  }
  // A date alone is its first instant.
  return h('input', { name, type: 'datetime-local', value: value.length === 10 ? `${value}T00:00` : value });
}

export function form(view, names, params, again) {
  const made = h('form', {
    'aria-label': text.form,
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
  }, names.map(name => h('label', { class: name }, text.field(name), field(name, params))),
  h('button', { class: 'primary' }, text.show));
  return made;
}
