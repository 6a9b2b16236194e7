// Keys. Letters by their place (`code`), so that they work on any layout; named keys by name.
import { card, choose } from './copy.js';
import { clear, shownHits, step, target } from './search.js';

const q = document.getElementById('q'), keys = document.getElementById('keys');

addEventListener('keydown', event => {
  if (event.isComposing || keys.open) return;
  const command = event.ctrlKey || event.metaKey, field = event.target.closest('input:not([type=checkbox]), textarea, select');
  const plain = !command && !event.altKey;
  if ((event.code === 'KeyK' && command && !event.shiftKey && !event.altKey) || (event.code === 'Slash' && plain && !event.shiftKey && !field)) {
    q.focus();
    q.select();
  } else if (!field && plain && (event.key === '?' || (event.code === 'Slash' && event.shiftKey))) keys.showModal();
  else if (event.altKey && !command && /^Digit[1-3]$/.test(event.code) && card()) choose(card(), event.code.slice(5) - 1);
  else if (event.target === q && !event.altKey) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key], page = { PageDown: 1, PageUp: -1 }[event.key];
    if (by && shownHits().length) step(by);
    else if (page && document.getElementById('detail')) document.getElementById('detail').scrollBy(0, page * innerHeight * .6);
    else if (event.key === 'Enter' && target()) {
      if (command) open(target(), '_blank', 'noopener');
      else location.assign(target());
    } else if (event.key === 'Escape' && q.value) {
      clear();
    } else return;
  } else return;
  event.preventDefault();
});
document.querySelector('[data-keys]').addEventListener('click', () => keys.showModal());
