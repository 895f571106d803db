// Starts the page and shows the view that the URL names.
import * as agent from './agent.js';
import * as calls from './calls.js';
import * as live from './live.js';
import * as report from './report.js';
import { h } from './dom.js';
import { link, route } from './router.js';
import { patterns } from './statuses.js';
import { text } from './texts.js';
import { tips } from './tip.js';
import { View } from './view.js';

const views = { report, agent, calls, live };
const main = h('main');
const nav = h('nav', { 'aria-label': text.product });
let shown;
let before;

async function show() {
  shown?.abort();
  const { signal } = shown = new AbortController();
  const { name, params } = route();
  const known = name in views ? name : 'report';
  // Where the URL names no company, the last one; at first company 1.
  const company = params.get('company') || localStorage.company || '1';
  params.set('company', localStorage.company = company);
  nav.replaceChildren(...Object.keys(views).map(one =>
    h('a', { href: link(one, { company }), 'aria-current': one === known && 'page' }, text.views[one])));
  const view = new View(main, known, views[known].fields, params, show);
  view.title(text.views[known]);
  view.show(text.loading);
  if (before && before !== known) view.heading.focus();
  before = known;
  try {
    await views[known].show(view, signal);
  } catch (error) {
    if (!signal.aborted) view.fault(error);
  }
}

document.body.append(
  patterns(),
  h('header', { class: 'top' }, h('b', {}, h('img', { src: 'icon.svg', alt: '' }), text.product), nav),
  main, h('p', { id: 'said', class: 'away', role: 'status' }));
tips();
addEventListener('hashchange', show);
show();
