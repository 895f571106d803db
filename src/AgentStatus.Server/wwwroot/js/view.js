// What all views are made of: the form, a heading with what was asked, and the answer, or what is wrong.
import { Refusal } from './api.js';
import { commandLine } from './copy.js';
import { button, h, say } from './dom.js';
import { form, mark } from './form.js';
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
    document.title = text.title(heading);
    say(`${heading}, ${sub[0] ?? ''}`);
  }

  loading = shown => this.show(h('p', {}, shown));

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
    mark(this.form, error.fields ?? []);
    if (!(error instanceof Refusal)) console.error(error);
    this.show(h('div', { class: 'fault', role: 'alert' }, h('p', {}, error.message), button(text.again, this.again)));
  }

  // Says what to do where there is nothing to show.
  empty(sentence, ...commands) {
    say(sentence);
    this.show(h('div', { class: 'empty' }, h('p', {}, sentence), commands.map(words => commandLine(...words))));
  }
}

export const howToFill = company =>
  [['seed', { company, agents: 50, days: 60 }], ['import FILE', { company }]];

// What was asked: the window, whole days by their dates, its zone, and up to when all is known.
export function asked({ start, end, known }, zone, through) {
  const whole = [start, end].every(at => inputOf(at, zone).endsWith('T00:00'));
  const [first, last] = whole ? [dateOf(start, zone), dateOf(end - 1, zone)] : [];
  const year = 'numeric';
  const window = !whole ? `${when(start, zone)} – ${when(end, zone)}`
    : first === last ? dayText(first, year) : `${dayText(first)} – ${dayText(last, year)}`;
  return [window, zone, known && text.knownAt(when(known, zone)), through && text.through(seconds(through, zone))];
}

// The parameters that lead from one view to another with the same question.
export const carried = params => Object.fromEntries(
  ['company', 'range', 'from', 'to', 'zone', 'known', 'clip', 'basis'].map(name => [name, params.get(name)]));
