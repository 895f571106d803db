// Commands to copy.
import { button, say } from './dom.js';
import { text } from './texts.js';

export const copyButton = (name, value, props) => {
  const made = button(name, async () => {
    try {
      await navigator.clipboard.writeText(value);
      made.textContent = text.copied;
      say(text.copied);
    } catch {
      // Over http from another machine a browser has no clipboard: the person copies.
      prompt(text.copy, value);
    }
  }, props);
  return made;
};

// A word as a POSIX shell takes it.
const quoted = word => (/^[\w.:/@+-]+$/.test(word) ? word : `'${String(word).replaceAll("'", "'\\''")}'`);

// agentstatus record --company 1 ...; options without a value are left out.
export const command = (verb, options) => ['agentstatus', verb, ...Object.entries(options)
  .filter(([, value]) => value && value !== '0').map(([name, value]) => `--${name} ${quoted(value)}`)].join(' ');
