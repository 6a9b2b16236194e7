// To the customer: the sayable part alone, large, on the whole screen. No way leads from it into the base.
import { html } from './frame.js';
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
    const said = say.querySelector('.said')?.cloneNode(true) || Object.assign(document.createElement('div'), { textContent: say.dataset.text });
    said.querySelectorAll('.note-internal, button, input, script').forEach(one => one.remove());
    said.querySelectorAll('a, img, [id]').forEach(one => one.matches('a, img') ? one.replaceWith(...one.childNodes) : one.removeAttribute('id'));
    said.className = 'said';
    return { said, label: say.querySelector('.channel')?.textContent, hidden: say.hidden };
  });
  if (!variants.length || shown) return;
  const dialog = shown = document.createElement('dialog'), button = from.querySelector('[data-show]'), body = document.createElement('div');
  dialog.className = 'customer';
  dialog.lang = from.querySelector('.say').lang;
  dialog.setAttribute('aria-label', from.getAttribute('aria-label'));
  body.tabIndex = 0;
  const turn = number => {
    body.replaceChildren(variants[number].said);
    body.scrollTop = 0;
    dialog.querySelectorAll('[data-turn]').forEach((one, i) => one.setAttribute('aria-pressed', i === number));
  };
  const make = (text, name, press) => {
    const one = Object.assign(document.createElement('button'), { type: 'button', textContent: text });
    one.setAttribute(name, '');
    one.addEventListener('click', press);
    return one;
  };
  const bar = document.createElement('div');
  if (variants.length > 1) bar.append(...variants.map(({ label }, i) => make(label, 'data-turn', () => turn(i))));
  bar.append(make(button?.dataset.close || '×', 'data-close', close));
  dialog.append(body, bar);
  document.body.append(dialog);
  const first = Math.max(0, variants.findIndex(one => !one.hidden));
  turn(first);
  dialog.addEventListener('close', close);
  dialog.addEventListener('keydown', event => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by) turn((variants.findIndex(one => one.said.isConnected) + by + variants.length) % variants.length);
  });
  dialog.showModal();
  body.focus();
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
