// The answer that would be copied: of the active hit, or of the article.
import { say, words } from './say.js';

const main = document.getElementById('main');

export const card = () => (document.getElementById('detail') || main).querySelector('.card');
const shown = card => card?.querySelector('.say:not([hidden])');

export function choose(card, number) {
  const buttons = card?.querySelectorAll('[data-variant]') || [];
  if (!buttons[number]) return;
  buttons.forEach((button, i) => button.setAttribute('aria-pressed', i === number));
  card.querySelectorAll('.say').forEach((say, i) => { say.hidden = i !== number; });
  card.dispatchEvent(new CustomEvent('otvet:variant', { bubbles: true, detail: shown(card).dataset.text }));
}

export function prepare(root) {
  for (const card of root.querySelectorAll('.card')) choose(card, 0);
}

function content(card, kind) {
  const answer = shown(card);
  if (kind === 'link') return { 'text/plain': new URL(card.dataset.href, location).href };
  if (kind === 'markdown') return { 'text/plain': answer.dataset.markdown };
  const said = answer.querySelector('.said')?.cloneNode(true);
  // Ways inside the base mean nothing outside.
  said?.querySelectorAll('a[href^="/"], a[href^="#"], img').forEach(one => one.replaceWith(...one.childNodes));
  return { 'text/plain': answer.dataset.text, ...(said && { 'text/html': said.innerHTML.trim() }) };
}

function copied(card, kind) {
  const gaps = kind === 'link' ? null : shown(card).dataset.text.match(/\{\{[^}]+\}\}/g);
  const notes = [words[kind], gaps && words.fill + ' ' + gaps.join(', '), kind !== 'link' && card.dataset.warn];
  say(notes.filter(Boolean).join('. '));
}

let wanted;
document.addEventListener('copy', event => {
  const field = document.activeElement;
  const selected = !getSelection().isCollapsed || (field?.matches?.('input, textarea') && field.selectionStart !== field.selectionEnd);
  const [from, kind] = wanted || [card(), 'answer'];
  if ((selected && !wanted) || !shown(from)) return;
  for (const [type, text] of Object.entries(content(from, kind))) event.clipboardData.setData(type, text);
  event.preventDefault();
  copied(from, kind);
});

export async function copy(card, kind) {
  try {
    const blobs = Object.entries(content(card, kind)).map(([type, text]) => [type, new Blob([text], { type })]);
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
    copied(card, kind);
  } catch { // Not allowed in a frame, or not a secure address: the copy event needs no permission.
    wanted = [card, kind];
    if (!document.execCommand('copy')) say(words.failed);
    wanted = null;
  }
}

main.addEventListener('click', event => {
  const button = event.target.closest('button');
  if (button?.dataset.copy) copy(button.closest('.card'), button.dataset.copy);
  else if (button?.dataset.variant) choose(button.closest('.card'), +button.dataset.variant);
});
