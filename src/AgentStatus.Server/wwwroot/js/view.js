// What all views are made of: the form, a heading with what was asked, and the answer, or what is wrong.
import { button, h, say } from './dom.js';
import { form } from './form.js';
import { questionOf } from './question.js';
import { command, copyButton, csvButton } from './take.js';
import { text } from './texts.js';
import { dateOf, dayText, inputOf, seconds, when } from './time.js';

export class View {
  heading = h('h1', { tabindex: -1 });
  sub = h('p');
  tools = h('div');
  body = h('div');

  constructor(main, name, fields, params, again) {
    Object.assign(this, { params, again, form: form(name, fields, params, again) });
    main.replaceChildren(this.form, h('header', {}, this.heading, this.sub, this.tools), this.body);
  }

  title(heading, ...sub) {
    this.heading.textContent = heading;
    this.sub.textContent = sub.filter(Boolean).join(' · ');
    document.title = `${heading} · ${text.product}`;
    say(`${heading}, ${sub[0] ?? ''}`);
  }

  show = (...content) => this.body.replaceChildren(...content.flat().filter(Boolean));

  csv = (name, objects) => this.tools.append(csvButton(name, objects));

  async question(signal) {
    const question = await questionOf(this.params, signal);
    // "Custom" starts from these dates.
    this.form.elements.from.value ||= inputOf(question.start, question.zone);
    this.form.elements.to.value ||= inputOf(question.end, question.zone);
    return question;
  }

  fault(error) {
    if (!('status' in error)) console.error(error);
    this.show(h('div', { class: 'box bad', role: 'alert' }, error.message, ' ',
      [401, 403].includes(error.status) ? this.#signIn() : button(text.again, this.again)));
  }

  #signIn() {
    const key = h('input', { type: 'password', autocomplete: 'off', required: true });
    return h('form', {
      onsubmit: event => {
        event.preventDefault();
        sessionStorage.bearer = key.value.trim();
        this.again();
      },
    }, h('label', {}, text.key, key), h('button', { class: 'primary' }, text.signIn));
  }

  empty(sentence, ...commands) {
    say(sentence);
    this.show(h('div', { class: 'box' }, sentence, commands.map(line =>
      h('p', {}, h('code', {}, line), copyButton(text.copy, line, line)))));
  }
}

export const howToFill = company =>
  [command('seed', { company, agents: 50, days: 60 }), command('import FILE', { company })];

// What was asked: the window, whole days by their dates, its zone, and up to when all is known.
export function asked({ start, end, known }, zone, through) {
  const whole = [start, end].every(at => inputOf(at, zone).endsWith('T00:00'));
  const [first, last] = [dateOf(start, zone), dateOf(end - 1, zone)];
  const window = !whole ? `${when(start, zone)} – ${when(end, zone)}`
    : (first === last ? '' : `${dayText(first)} – `) + dayText(last, 'numeric');
  return [window, zone, known && text.knownAt(when(known, zone)),
    through && text.through(seconds(through, zone))];
}
