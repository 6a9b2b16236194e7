// The answer that would be copied: of the active hit, or of the article. What is to be filled in ({{имя}}) is filled here.
import { body, byId, main, make } from './frame.js';
import { say, words } from './say.js';

export const card = () => (byId('detail') || main).querySelector('.card');
const shown = card => card?.querySelector('.say:not([hidden])');
const tell = (card, name, detail) => card.dispatchEvent(new CustomEvent('otvet:' + name, { bubbles: true, detail }));

// --- Variants. Who writes a letter goes on writing letters: the channel stays from answer to answer.
let channel = '';
export function choose(card, number) {
  const buttons = card.querySelectorAll('[data-variant]'), says = card.querySelectorAll('.say');
  if (!says[number]) return;
  buttons.forEach((button, i) => button.setAttribute('aria-pressed', i === number));
  says.forEach((say, i) => { say.hidden = i !== number; });
  fields(card);
  tell(card, 'variant', filled(shown(card).dataset.text));
}
export function pick(card, number) {
  if (!card?.querySelectorAll('[data-variant]')[number]) return;
  channel = card.querySelectorAll('.say')[number].dataset.channel;
  choose(card, number);
}
export function prepare(root) {
  for (const card of root.querySelectorAll('.card')) {
    const number = [...card.querySelectorAll('.say')].findIndex(say => say.dataset.channel === channel);
    choose(card, Math.max(number, 0));
  }
}

// --- Gaps. Their values belong to one conversation: kept as long as the page, never stored, never sent.
const gap = /\{\{\s*([^{}]+?)\s*\}\}/g;
let values = {};
const filled = text => text.replace(gap, (whole, name) => values[name.toLowerCase()] || whole);
const names = card => [...new Set([...shown(card).dataset.text.matchAll(gap)].map(found => found[1]))];

function fields(card) {
  card.querySelector('.gaps')?.remove();
  const open = names(card);
  if (open.length) {
    shown(card).after(make('div', { className: 'gaps', role: 'group', ariaLabel: words.gaps }, ...open.map(name => {
      const input = make('input', { value: values[name.toLowerCase()] || '', autocomplete: 'off', maxLength: 200 });
      input.addEventListener('input', () => fill({ [name.toLowerCase()]: input.value.trim() }, card));
      return make('label', {}, name, input);
    })));
  }
  paint(card);
}
function paint(card) {
  for (const one of card.querySelectorAll('.gap')) {
    one.dataset.gap ||= one.textContent;
    one.textContent = filled(one.dataset.gap);
    one.classList.toggle('filled', one.textContent !== one.dataset.gap);
  }
}
// Takes values for gaps; `forget` begins a new conversation.
export function fill(more, only, forget = false) {
  values = forget ? { ...more } : { ...values, ...more };
  if (only) {
    paint(only);
    tell(only, 'variant', filled(shown(only).dataset.text));
  } else prepare(document);
}

// --- What is copied.
function escape(text) {
  return make('p', {}, text).innerHTML;
}
function said(answer) {
  const html = answer.querySelector('.said')?.cloneNode(true);
  if (!html) return '';
  html.querySelectorAll('.gap').forEach(one => one.replaceWith(one.textContent));
  // Ways inside the base mean nothing outside.
  html.querySelectorAll('a[href^="/"], a[href^="#"], img').forEach(one => one.replaceWith(...one.childNodes));
  return html.innerHTML.trim();
}
export function content(card, kind = 'answer') {
  const answer = shown(card), link = new URL(card.dataset.href, location).href;
  if (kind === 'link') return { 'text/plain': link };
  if (kind === 'markdown') return { 'text/plain': filled(answer.dataset.markdown) };
  const text = filled(answer.dataset.text), html = said(answer);
  if (kind !== 'quote') return { 'text/plain': text, ...(html && { 'text/html': html }) };
  const source = card.dataset.source;
  return {
    'text/plain': text.replace(/^/gm, '> ') + '\n\n' + source + '\n' + link,
    'text/html': `<blockquote>${html || escape(text)}</blockquote><p>— <a href="${link}">${escape(source)}</a></p>`,
  };
}
// What goes to the host of a panel.
export const whole = card => ({
  slug: card.dataset.slug, revision: card.dataset.revision, channel: shown(card).dataset.channel || null,
  text: content(card)['text/plain'], html: content(card)['text/html'] || '', markdown: content(card, 'markdown')['text/plain'],
});
// What whoever copies should know, after what was done.
export function warn(card, kind) {
  const gaps = kind !== 'link' && filled(shown(card).dataset.text).match(gap);
  const notes = [words[kind], gaps && words.fill + ' ' + [...new Set(gaps)].join(', '), kind !== 'link' && card.dataset.warn];
  say(notes.filter(Boolean).join('. '));
  tell(card, 'copied', kind);
}

// Whoever knows that what is shown answers another question puts off what is to be done with it.
export const pending = { hold: () => false };

let wanted;
document.addEventListener('copy', event => {
  const field = document.activeElement, selection = getSelection();
  const inField = field?.matches?.('input, textarea') && field.selectionStart !== field.selectionEnd;
  if (!wanted && (inField || !selection.isCollapsed)) return inField || withoutNotes(event, selection);
  const [from, kind] = wanted || [card(), 'answer'];
  if (!shown(from)) return;
  if (!wanted && pending.hold(() => copy(card(), kind))) {
    event.preventDefault();
    return say(words.loading);
  }
  for (const [type, text] of Object.entries(content(from, kind))) event.clipboardData.setData(type, text);
  event.preventDefault();
  warn(from, kind);
});
// A selection may cover internal notes; they stay here.
const notes = '.note-internal';
function withoutNotes(event, selection) {
  const box = make('div', { className: 'quiet' });
  for (let i = 0; i < selection.rangeCount; i++) {
    const range = selection.getRangeAt(i), inside = range.commonAncestorContainer;
    if ((inside.closest ? inside : inside.parentElement)?.closest(notes)) box.append(make('p', { className: notes.slice(1) }));
    else box.append(range.cloneContents());
  }
  const found = box.querySelectorAll(notes);
  if (!found.length) return;
  found.forEach(note => note.remove());
  body.append(box); // Only what is rendered has lines.
  const text = box.innerText.trim();
  box.remove();
  event.preventDefault();
  event.clipboardData.setData('text/plain', text);
  event.clipboardData.setData('text/html', box.innerHTML);
  say(text ? words.without : words.notes);
}

// A frame that may not use the clipboard is told so by the browser, in its console, at every try: so it is not tried.
const allowed = document.featurePolicy?.allowsFeature('clipboard-write') ?? true;
export async function copy(card, kind) {
  if (!shown(card)) return;
  try {
    if (!allowed) throw allowed;
    const blobs = Object.entries(content(card, kind)).map(([type, text]) => [type, new Blob([text], { type })]);
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
    warn(card, kind);
  } catch { // Not allowed, or not a secure address: the copy event needs no permission.
    wanted = [card, kind];
    if (!document.execCommand('copy')) say(words.failed);
    wanted = null;
  }
}

main.addEventListener('click', event => {
  const button = event.target.closest('button'), from = button?.closest('.card') || card();
  if (button?.dataset.copy) copy(from, button.dataset.copy);
  else if (button?.dataset.variant) pick(from, +button.dataset.variant);
});
