// Keys. Letters by their place (`code`), so that they work on any layout; named keys by name.
import { byId, q } from './frame.js';
import { card, pending, pick } from './copy.js';
import { clear, count, enter, isReading, leave, move, target } from './search.js';
import { keep, recall } from './store.js';

const keys = byId('keys'), single = byId('single');
single.checked = recall('single') !== false; // Whoever dictates to the computer can switch single keys off (WCAG 2.1.4).
single.addEventListener('change', () => keep('single', single.checked));
document.querySelector('[data-keys]')?.addEventListener('click', () => keys.showModal());

function focus() {
  q.focus();
  q.select();
}
// What is done at the outermost layer, where nothing is left to leave.
export const outermost = { escape() {}, insert: () => false };

addEventListener('keydown', event => {
  if (event.isComposing || keys.open || document.querySelector(':popover-open') || document.querySelector('dialog[open]')) return;
  const { key, code } = event, command = event.ctrlKey || event.metaKey, shift = event.shiftKey, alt = event.altKey;
  const field = event.target.closest?.('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]'), inSearch = event.target === q;
  const by = { ArrowDown: 1, ArrowUp: -1 }[key], page = { PageDown: 1, PageUp: -1 }[key], detail = byId('detail');
  const bare = !command && !alt && !shift;
  if (code === 'KeyK' && command && !shift && !alt) focus();
  else if ((key === '?' || (code === 'Slash' && shift)) && !command && !alt && !field && single.checked) keys.showModal();
  else if (code === 'Slash' && bare && !field && single.checked) focus();
  else if (alt && !command && !shift && /^Digit[1-3]$/.test(code) && card()) pick(card(), code.slice(5) - 1);
  else if (key === 'Escape' && bare) {
    if (isReading()) leave();
    else if (field && !inSearch) focus();
    else if (q.value) clear();
    else return outermost.escape();
  } else if (key === 'Enter' && shift && !command && !alt && (inSearch || !field)) {
    if (!card() || (!pending.hold(outermost.insert) && outermost.insert() === false)) return;
  } else if (!inSearch || alt) return;
  else if (by && bare && count()) move(by);
  else if (page && bare && detail?.scrollHeight > detail?.clientHeight) detail.scrollBy({ top: page * detail.clientHeight * .85 });
  else if (key === 'Enter' && bare) enter();
  else if (key === 'Enter' && command && target()) open(target(), '_blank', 'noopener');
  else return;
  event.preventDefault();
});
