// The form above a view. What it says goes into the URL, and the view follows the URL.
import { h } from './dom.js';
import { defaults, rangeOf } from './question.js';
import { link } from './router.js';
import { text } from './texts.js';

const time = { type: 'datetime-local' };
const kinds = { from: time, to: time, known: time, zone: { list: 'zones' }, company: { required: true } };
const options = { range: text.ranges, by: text.bys, clip: text.clips, basis: text.bases, changed: text.changes };

function field(name, params) {
  const value = name === 'range' ? rangeOf(params) : params.get(name) ?? defaults[name] ?? '';
  if (options[name]) {
    return h('select', { name }, Object.entries(options[name]).map(([one, shown]) =>
      h('option', { value: one, selected: one === value }, shown)));
  }
  // A date alone is its first instant.
  const filled = kinds[name] === time && value.length === 10 ? `${value}T00:00` : value;
  return h('input', { name, value: filled, size: 9, placeholder: text.hint[name], autocomplete: 'off', ...kinds[name] });
}

export function form(view, names, params, again) {
  const made = h('form', {
    'aria-label': text.form, novalidate: true,
    onchange: custom,
    onsubmit: event => {
      event.preventDefault();
      const said = Object.fromEntries([...new FormData(made)].map(([name, value]) => [name, value.trim()]));
      if (said.range === 'custom') delete said.range;
      else said.from = said.to = '';
      for (const name in defaults) if (said[name] === defaults[name]) said[name] = '';
      const next = link(view, said);
      if (next === location.hash) again();
      else location.hash = next;
    },
  }, names.map(name => h('label', { class: name }, text.field[name], field(name, params))),
  h('button', { class: 'primary' }, text.show),
  h('datalist', { id: 'zones' }, Intl.supportedValuesOf('timeZone').map(value => h('option', { value }))));
  function custom() {
    made.classList.toggle('custom', made.elements.range?.value === 'custom');
  }
  custom();
  return made;
}

// The server's names for our fields.
const ours = {
  company_id: 'company', agent_ids: 'agents', agent_id: 'agent', start_time: 'from', end_time: 'to', time_zone: 'zone',
  as_known_at: 'known', call_id: 'call',
};

// Marks the fields that a refusal names.
export const mark = (shown, fields) => fields.forEach(name =>
  shown.elements[ours[name.split('[')[0]] ?? name]?.setAttribute('aria-invalid', true));
