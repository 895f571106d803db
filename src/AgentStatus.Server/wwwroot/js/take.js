// What people take with them: commands to copy, and CSV files.
import { instants } from './api.js';
import { button, h, say } from './dom.js';
import { text } from './texts.js';
import { iso } from './time.js';

export const copyButton = (name, line, what = '') => {
  const made = button(name, async () => {
    try {
      await navigator.clipboard.writeText(line);
      made.textContent = text.copied;
      say(text.copied);
    } catch {
      // Over http from elsewhere there is no clipboard: the person copies.
      prompt(text.copy, line);
    }
  }, { title: line, 'aria-label': `${text.copy} ${name} ${what}` });
  return made;
};

// A word as a POSIX shell takes it.
const quoted = word => (/^[\w.:/@+-]+$/.test(word) ? word : `'${String(word).replaceAll("'", "'\\''")}'`);

// agentstatus record --company 1 ...; options without a value are left out.
export const command = (verb, options) => ['agentstatus', verb, ...Object.entries(options)
  .filter(([, value]) => value && value !== '0').map(([name, value]) => `--${name} ${quoted(value)}`)].join(' ');

const flat = (value, name = '') => (value && typeof value === 'object'
  ? Object.entries(value).flatMap(([key, inner]) => flat(inner, name ? `${name}.${key}` : key))
  : [[name, value && instants.test(name) ? iso(value) : value]]);

function cell(value = '') {
  // A spreadsheet would take a label that begins like a formula for one.
  const written = String(value).replace(/^[=+\-@\t\r]/, "'$&");
  return /[",\r\n]/.test(written) ? `"${written.replaceAll('"', '""')}"` : written;
}

// RFC 4180, a column for each name that occurs in the objects.
function csv(objects) {
  const rows = objects.map(object => Object.fromEntries(flat(object)));
  const names = [...new Set(rows.flatMap(Object.keys))];
  return [names, ...rows.map(row => names.map(name => row[name]))].map(row => `${row.map(cell)}\r\n`).join('');
}

export const csvButton = (name, objects) => button(text.csv, () => {
  const href = URL.createObjectURL(new Blob([csv(objects())], { type: 'text/csv' }));
  h('a', { href, download: `${name}.csv` }).click();
  setTimeout(() => URL.revokeObjectURL(href), 1000);
});
