// The URL is the state, as in #/report?company=1&range=yesterday: whoever opens it sees the same.
export function route() {
  const [name, query] = location.hash.slice(2).split('?');
  return { name, params: new URLSearchParams(query) };
}

export const link = (name, params) =>
  `#/${name}?${new URLSearchParams(Object.entries(params).filter(([, value]) => value))}`;

// Notes how the view is looked at, without a step to go back to.
export function note(changes) {
  const { name, params } = route();
  history.replaceState(null, '', link(name, { ...Object.fromEntries(params), ...changes }));
}
