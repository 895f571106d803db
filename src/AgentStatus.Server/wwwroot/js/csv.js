// Comma-separated values as RFC 4180 has them, of objects: a column for each name that occurs.
import { instants } from './api.js';
import { button, h } from './dom.js';
import { text } from './texts.js';
import { iso } from './time.js';

const flat = (value, name = '') => (value && typeof value === 'object'
  ? Object.entries(value).flatMap(([key, inner]) => flat(inner, name ? `${name}.${key}` : key))
  : [[name, value && instants.test(name) ? iso(value) : value]]);

function cell(value = '') {
  // A spreadsheet would take a label that begins like a formula for one.
  const written = String(value).replace(/^[=+\-@\t\r]/, "'$&");
  return /[",\r\n]/.test(written) ? `"${written.replaceAll('"', '""')}"` : written;
}

function csv(objects) {
  const rows = objects.map(object => Object.fromEntries(flat(object)));
  const names = [...new Set(rows.flatMap(Object.keys))];
  return [names, ...rows.map(row => names.map(name => row[name]))].map(row => `${row.map(cell).join(',')}\r\n`).join('');
}

// A button that downloads what `objects` gives at that moment.
export const csvButton = (name, objects) => button(text.csv, () => {
  const href = URL.createObjectURL(new Blob([csv(objects())], { type: 'text/csv' }));
  h('a', { href, download: `${name}.csv` }).click();
  setTimeout(() => URL.revokeObjectURL(href), 1000);
});
