// To the customer: the sayable part alone, large, on the whole screen. No way leads from it into the base.
import { body, html, make } from './frame.js';
import { card } from './copy.js';

let lock, shown, leaving;
html.classList.add('can-show');

function close() {
  if (!shown) return;
  const dialog = shown;
  shown = null;
  dialog.remove();
  lock?.release().catch(() => {});
  lock = null;
  if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
  if (history.state?.shown) { leaving = true; history.back(); }
}

export function show(from = card()) {
  const variants = [...(from?.querySelectorAll('.say') || [])].map(say => {
    const said = say.querySelector('.said')?.cloneNode(true) || make('div', {}, say.dataset.text);
    said.querySelectorAll('.note-internal, button, input, script').forEach(one => one.remove());
    said.querySelectorAll('a, img, [id]').forEach(one => one.matches('a, img') ? one.replaceWith(...one.childNodes) : one.removeAttribute('id'));
    said.className = 'said';
    return { said, label: say.querySelector('.channel')?.textContent, hidden: say.hidden };
  });
  if (!variants.length || shown) return;
  const page = make('div', { tabIndex: 0 });
  const turn = number => {
    page.replaceChildren(variants[number].said);
    page.scrollTop = 0;
    dialog.querySelectorAll('[data-turn]').forEach((one, i) => one.setAttribute('aria-pressed', i === number));
  };
  const press = (text, name, onclick) => {
    const button = make('button', { type: 'button', onclick }, text);
    button.setAttribute(name, '');
    return button;
  };
  const turns = variants.length > 1 ? variants.map(({ label }, i) => press(label, 'data-turn', () => turn(i))) : [];
  const bar = make('div', {}, ...turns, press(from.querySelector('[data-show]')?.dataset.close || '×', 'data-close', close));
  const dialog = shown = make('dialog', { className: 'customer', lang: from.querySelector('.say').lang, ariaLabel: from.ariaLabel }, page, bar);
  body.append(dialog);
  const first = Math.max(0, variants.findIndex(one => !one.hidden));
  turn(first);
  dialog.addEventListener('close', close);
  dialog.addEventListener('keydown', event => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by) turn((variants.findIndex(one => one.said.isConnected) + by + variants.length) % variants.length);
  });
  dialog.showModal();
  page.focus();
  history.pushState({ ...history.state, shown: true }, '');
  dialog.requestFullscreen?.().catch(() => {});
  navigator.wakeLock?.request('screen').then(got => { if (shown) lock = got; else got.release(); }).catch(() => {});
}

// Back closes it, and does nothing else.
addEventListener('popstate', event => {
  if (!shown && !leaving && !event.state?.shown) return;
  leaving = false;
  event.stopImmediatePropagation();
  close();
}, true);

document.addEventListener('click', event => {
  const button = event.target.closest('[data-show]');
  if (button) show(button.closest('.card') || card());
});
