// The server's JSON with its own names; instants and durations become milliseconds, and enums lose their prefix.
import { text } from './texts.js';

// What the server or the form refuses, in a sentence; status 0: there was no answer.
export const refusal = (message, status = 0) => Object.assign(new Error(message), { status });

const refused = ({ message = status, details = [] }, status) =>
  refusal(text.refused(message, details.flatMap(detail => detail.fieldViolations ?? [])), status);

async function send(company, path, query, signal) {
  const pairs = Object.entries(query).flatMap(([name, value]) => [value || []].flat().map(one => [name, one]));
  const url = `v1/companies/${company}/${path}?${new URLSearchParams(pairs)}`;
  // A key or a token, which this tab alone knows.
  const headers = sessionStorage.bearer ? { authorization: `Bearer ${sessionStorage.bearer}` } : {};
  const response = await fetch(url, { signal, headers }).catch(() => { throw refusal(text.noAnswer); });
  if (!response.ok) throw refused(await response.json().catch(() => ({})), response.status);
  return response;
}

const prefix = /^(AGENT_STATUS|STATUS_ORIGIN|\w+_OUTCOME)_(UNSPECIFIED)?/;
export const instants = /(At|[tT]ime|Through|[sS]ince)$/;

function plain(value, name) {
  if (Array.isArray(value)) return value.map(one => plain(one));
  if (typeof value === 'object' && value) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner, key)]));
  }
  if (/^(duration|outsideHours|unknown|handleTime)$/.test(name)) return Math.round(parseFloat(value) * 1000);
  if (instants.test(name)) return Date.parse(value);
  return /^(status|origin|outcome)$/.test(name) ? value.replace(prefix, '') : value;
}

export const get = async (...request) => plain(await (await send(...request)).json());

export async function* pages(company, path, query, signal) {
  for (let page; !page || page.nextPageToken;) {
    page = await get(company, path, { ...query, page_token: page?.nextPageToken }, signal);
    yield page;
  }
}

export async function all(list, ...request) {
  const items = [];
  for await (const page of pages(...request)) items.push(...page[list] ?? []);
  return items;
}

export async function* watch(company, query, signal) {
  const { body } = await send(company, 'statuses:watch', query, signal);
  let rest = '';
  for await (const part of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + part).split('\n');
    rest = lines.pop();
    for (const line of lines.filter(Boolean)) {
      const said = plain(JSON.parse(line));
      if (said.code) throw refused(said);
      yield said;
    }
  }
}
