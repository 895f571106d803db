// One tooltip for all that has data-tip: on hover and on focus, gone with Escape.
import { h } from './dom.js';

const tip = h('div', { class: 'tip', role: 'tooltip', hidden: true });

function show({ target }) {
  const tipped = target.closest?.('[data-tip]');
  tip.hidden = !tipped;
  if (!tipped) return;
  tip.textContent = tipped.dataset.tip;
  const { left, width, top, bottom } = tipped.getBoundingClientRect();
  const middle = left + width / 2 - tip.offsetWidth / 2;
  tip.style.left = `${Math.max(8, Math.min(middle, innerWidth - tip.offsetWidth - 8))}px`;
  tip.style.top = `${top > tip.offsetHeight + 16 ? top - tip.offsetHeight - 8 : bottom + 8}px`;
}

export function tips() {
  document.body.append(tip);
  const hide = () => { tip.hidden = true; };
  addEventListener('pointerover', show);
  addEventListener('focusin', show);
  addEventListener('keydown', ({ key }) => key === 'Escape' && hide());
  addEventListener('scroll', hide, true);
  addEventListener('hashchange', hide);
}
