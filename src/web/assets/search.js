// Answers as one types: a list box that the search field steers (ARIA combobox), the answer beside it. The server renders
// the results; here they are only put in place.
import { prepare } from './copy.js';
import { named } from './live.js';
import { say, words } from './say.js';

const main = document.getElementById('main'), q = document.getElementById('q');
let hits = [], active = -1, speak;
let reading;
function enhance() {
  const list = document.getElementById('hits'), detail = document.getElementById('detail');
  hits = [...(list?.children || [])];
  active = -1;
  prepare(main);
  if (list) list.setAttribute('role', 'listbox');
  hits.forEach((hit, i) => {
    hit.id = 'hit-' + i;
    hit.setAttribute('role', 'option');
    hit.more = hit.querySelector('.more');
    hit.more.remove();
    const link = hit.querySelector('.go'), title = document.createElement('span'); // No links inside options.
    title.append(...link.childNodes);
    link.replaceWith(title);
  });
  if (detail) q.setAttribute('role', 'combobox');
  else q.removeAttribute('role');
  q.setAttribute('aria-autocomplete', 'list');
  q.setAttribute('aria-expanded', !!list);
  if (list) q.setAttribute('aria-controls', 'hits');
  else ['aria-controls', 'aria-expanded', 'aria-autocomplete'].forEach(name => q.removeAttribute(name));
  activate(0, false);
}
function activate(number, scroll = true) {
  const hit = hits[number];
  if (!hit) return q.removeAttribute('aria-activedescendant');
  hits[active]?.setAttribute('aria-selected', 'false');
  active = number;
  hit.setAttribute('aria-selected', 'true');
  q.setAttribute('aria-activedescendant', hit.id);
  const detail = document.getElementById('detail');
  detail.replaceChildren(hit.more);
  detail.scrollTop = 0;
  if (scroll) hit.scrollIntoView({ block: 'nearest' });
  clearTimeout(reading);
  if (!hit.read && matchMedia('(min-width: 56.25rem)').matches) reading = setTimeout(read, 250, hit);
}
async function read(hit) { // The text of the article below its answer, for whoever stays with it.
  hit.read = true;
  try {
    const page = new DOMParser().parseFromString(await (await fetch(hit.dataset.href)).text(), 'text/html');
    const text = page.querySelector('.prose');
    text.classList.add('read');
    text.querySelectorAll('[id]').forEach(one => one.removeAttribute('id'));
    text.querySelectorAll('a[href^="#"]').forEach(one => one.setAttribute('href', hit.dataset.href.split('#')[0] + one.getAttribute('href')));
    hit.more.querySelector('.sections')?.remove();
    hit.more.append(text);
  } catch { hit.read = false; }
}
main.addEventListener('click', event => {
  const button = event.target.closest('button'), hit = event.target.closest('.hit');
  if (!button && hit && getSelection().isCollapsed) {
    if (event.ctrlKey || event.metaKey) open(hit.dataset.href, '_blank', 'noopener');
    else activate(hits.indexOf(hit), false);
  }
});
// Where the screen is narrow, the row itself shows the answer.
main.addEventListener('otvet:variant', event => {
  const brief = event.target.closest('#detail') && hits[active]?.querySelector('.brief');
  if (brief) brief.textContent = event.detail;
});
main.addEventListener('click', event => { // A filter is a link that leads here again.
  const choice = event.target.closest('#refine a');
  if (!choice || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  search(new URL(choice.href), true);
  if (matchMedia('(pointer: fine)').matches) q.focus({ preventScroll: true });
});
q.form.addEventListener('submit', event => { event.preventDefault(); location.assign(address()); });
main.addEventListener('dblclick', event => { const hit = event.target.closest('.hit'); if (hit) location.assign(hit.dataset.href); });
main.addEventListener('auxclick', event => { const hit = event.target.closest('.hit'); if (hit && event.button === 1) open(hit.dataset.href, '_blank', 'noopener'); });

// --- As one types. The newest answer wins; what is shown stays until there is something newer.
let sent = 0, got = 0, settled = q.value, rtt = 50, timer, request;
const searching = () => location.pathname === '/search';
const before = { path: location.pathname + location.search, kind: document.body.className, title: document.title, search: searching() };
let away = null; // What stood here before the reader typed.
function address() { // Of what is typed, narrowed as what is shown is.
  const to = new URL(searching() ? location.href : '/search', location);
  ['offset', 'exact', 'part'].forEach(name => to.searchParams.delete(name));
  to.searchParams.set('q', q.value);
  return to;
}
async function search(to = address(), step = false) {
  const number = ++sent, text = q.value, part = new URL(to), from = performance.now();
  request?.abort();
  request = new AbortController();
  part.searchParams.set('part', 'results');
  const slow = setTimeout(() => main.classList.add('stale'), 300), slower = setTimeout(() => say(words.loading, false), 800);
  try {
    const response = await fetch(part, { signal: request.signal, headers: { accept: 'text/html' } });
    if (!response.ok) throw response;
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    rtt = rtt * .7 + (performance.now() - from) * .3;
    if (number < got) return;
    got = number;
    if (!away && !before.search) { away = [...main.childNodes]; step = true; }
    history[step ? 'pushState' : 'replaceState'](null, '', to);
    const opened = main.querySelector('.refine')?.open;
    main.replaceChildren(...page.body.childNodes);
    if (opened && main.querySelector('.refine')) main.querySelector('.refine').open = true;
    settled = text;
    document.body.className = 'search';
    document.title = text + ' · ' + document.title.split(' · ').pop();
    named(response.headers.get('otvet-edition'));
    enhance();
    clearTimeout(speak);
    speak = setTimeout(() => say(document.getElementById('found')?.textContent || '', false), 400);
  } catch (problem) {
    if (problem.name !== 'AbortError') say(words.offline);
  } finally {
    clearTimeout(slow);
    clearTimeout(slower);
    if (number === sent) main.classList.remove('stale');
  }
}
function typed() {
  clearTimeout(timer);
  if (!q.value.trim() && away) return back();
  if (rtt > 120) timer = setTimeout(search, 120); else search();
}
function back() { // To the page the reader typed on.
  request?.abort();
  got = ++sent;
  main.replaceChildren(...away);
  away = null;
  settled = '';
  hits = [];
  document.body.className = before.kind;
  document.title = before.title;
  history.replaceState(null, '', before.path);
  enhance();
}
q.addEventListener('input', event => { if (!event.isComposing) typed(); });
q.addEventListener('compositionend', typed);
addEventListener('popstate', () => location.reload());

enhance();

export const shownHits = () => hits;
export const step = by => activate((active + by + hits.length) % hits.length);
// The address that Enter leads to: of the active hit, when what is shown answers what is typed.
export const target = () => settled === q.value && hits[active]?.dataset.href;
export function clear() {
  q.value = '';
  typed();
}
