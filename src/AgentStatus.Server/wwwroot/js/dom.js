// Builds elements. Text stays text: what a company calls its statuses cannot become markup.
function fill(element, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (value == null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value);
  }
  element.append(...children.flat(3).filter(child => child || child === 0));
  return element;
}

export const h = (tag, props = {}, ...children) => fill(document.createElement(tag), props, children);

export const s = (tag, props, ...children) =>
  fill(document.createElementNS('http://www.w3.org/2000/svg', tag), props, children);

// A drawing that says nothing which is not said beside it.
export const drawing = (kind, ...children) => s('svg', { class: kind, 'aria-hidden': true }, children);

export const button = (name, onclick, props) => h('button', { type: 'button', onclick, ...props }, name);

// A row: what is no cell becomes one, the first one its heading.
export const tr = (props, head, ...cells) => h('tr', props, h('th', { scope: 'row' }, head),
  cells.flat().map(cell => (cell?.tagName === 'TD' ? cell : h('td', {}, cell))));

export const table = (kind, heads, ...bodies) => h('table', { class: kind },
  h('thead', {}, h('tr', {}, heads.map(head => h('th', { scope: 'col' }, head)))), bodies);

export const say = text => { document.getElementById('said').textContent = text; };
