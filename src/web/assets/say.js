// Words for the reader: seen for a moment, and spoken. The words themselves come with the page.
import { byId } from './frame.js';
const said = byId('said'), strip = byId('strip');
let hush;

export const words = said.dataset;
// A click that asks for no other tab or window.
export const plain = event => !event.button && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;

export function say(text, seen = true) {
  if (!seen && said.classList.contains('shown')) return; // What is seen at the moment is not overtaken.
  said.textContent = text;
  said.classList.toggle('shown', seen);
  clearTimeout(hush);
  hush = setTimeout(() => { said.classList.remove('shown'); said.textContent = ''; }, 2500 + text.length * 50);
}

// What is wrong for longer than a moment, each under a name of its own; the first that is left is seen.
const troubles = new Map();
export function trouble(name, text) {
  const was = strip.textContent;
  if (text) troubles.set(name, text);
  else troubles.delete(name);
  const now = troubles.values().next().value || '';
  if (now === was) return;
  strip.textContent = now;
  strip.hidden = !now;
  say(now || words.restored, !now);
}
