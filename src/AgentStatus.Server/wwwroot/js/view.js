// What all views are made of: the form, a heading with what was asked, and the answer, or what is wrong.
import { Refusal } from './api.js';
import { command, copyButton } from './copy.js';
import { button, h, say } from './dom.js';
import { form } from './form.js';
import { questionOf } from './question.js';
import { text } from './texts.js';
import { dateOf, dayText, inputOf, seconds, when } from './time.js';

export class View {
  heading = h('h1', { tabindex: -1 });
  sub = h('p');
  tools = h('div', { class: 'tools' });
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

  // What the URL asks; "custom" in the form then starts from these dates.
  async question(signal) {
    const question = await questionOf(this.params, signal);
    const { from, to } = this.form.elements;
    from.value ||= inputOf(question.start, question.zone);
    to.value ||= inputOf(question.end, question.zone);
    return question;
  }

  fault(error) {
    if (!(error instanceof Refusal)) console.error(error);
    this.show(h('div', { class: 'box bad', role: 'alert' }, error.message, ' ', button(text.again, this.again)));
  }

  // Says what to do where there is nothing to show.
  empty(sentence, ...commands) {
    say(sentence);
    this.show(h('div', { class: 'box' }, sentence, commands.map(words => {
      const line = command(...words);
      return h('p', {}, h('code', {}, line), copyButton(text.copy, line, { 'aria-label': `${text.copy} ${line}` }));
    })));
  }
}

export const howToFill = company =>
  [['seed', { company, agents: 50, days: 60 }], ['import FILE', { company }]];

// What was asked: the window, whole days by their dates, its zone, and up to when all is known.
export function asked({ start, end, known }, zone, through) {
  const whole = [start, end].every(at => inputOf(at, zone).endsWith('T00:00'));
  const [first, last] = [dateOf(start, zone), dateOf(end - 1, zone)];
  const window = !whole ? [when(start, zone), when(end, zone)]
    : [first !== last && dayText(first), dayText(last, 'numeric')].filter(Boolean);
  return [window.join(' – '), zone, known && text.knownAt(when(known, zone)), through && text.through(seconds(through, zone))];
}

// The parameters that lead from one view to another with the same question.
export const carried = params => Object.fromEntries(
  ['company', 'range', 'from', 'to', 'zone', 'known', 'clip', 'basis'].map(name => [name, params.get(name)]));
