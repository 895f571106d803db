// What time can be, in the order of bars and tables. Each look has a colour, and a pattern beside one of the same hue.
import { drawing, s } from './dom.js';
import { text } from './texts.js';

export const looks = Object.keys(text.status);

export const lookOf = status => (looks.includes(status) ? status : 'UNKNOWN');

export const nameOf = (status, label) => text.status[lookOf(status)] + (label ? ` (${label})` : '');

export const fillOf = status => `url(#${lookOf(status)})`;

export const named = (status, label) => [
  drawing('swatch', s('rect', { width: 12, height: 12, rx: 2, fill: fillOf(status) })), nameOf(status, label)];

const marks = {
  IDLE: 'M0 3h6', WRAP_UP: 'M-1 7 7-1M-4 4 4-4M2 10 10 2', AWAY: 'M1 2h2M4 5h2', UNKNOWN: 'M3 0v6',
  OFFLINE: 'M-1-1 7 7M-4 2 4 10M2-4 10 4',
};

export const patterns = () => drawing('away', looks.map(id =>
  s('pattern', { id, width: 6, height: 6, patternUnits: 'userSpaceOnUse' },
    s('rect', { width: 6, height: 6, class: id }), s('path', { d: marks[id] ?? '', class: `mark ${id}` }))));
