// Answers as one types: a list box that the search field steers (ARIA combobox), the answer beside it. The server renders
// the results; here they are only put in place.
import { body, byId, html, main, make, panel, parsed, q } from './frame.js';
import { pending, prepare } from './copy.js';
import { named } from './live.js';
import { remember } from './recent.js';
import { plain, say, trouble, words } from './say.js';

const root = html.dataset.preview || '', page = panel ? '/panel' : root + '/search';
const wide = matchMedia('(min-width: 56.25rem)'), touch = matchMedia('(pointer: coarse)');
let hits = [], active = -1, heading;

// --- The list and the answer beside it.
const detail = () => byId('detail');
export const count = () => hits.length;
export const current = () => hits[active];
// The address that the active hit leads to, when what is shown answers what is typed.
export const target = () => settled === q.value && hits[active]?.dataset.href;
export function move(by) {
  moved = true;
  activate((active + by + hits.length) % hits.length);
}

function enhance(keep) {
  const list = byId('hits');
  hits = [...(list?.children || [])];
  active = -1;
  list?.setAttribute('role', 'listbox');
  heading = list && main.querySelector('.list > h1');
  hits.forEach((hit, i) => {
    hit.id = 'hit-' + i;
    hit.setAttribute('role', 'option');
    hit.more = hit.querySelector('.more');
    hit.more.remove();
    const link = hit.querySelector('.go');
    link.replaceWith(make('span', {}, ...link.childNodes)); // No links inside options.
  });
  prepare(main); // Answers of hits are, when they are shown.
  q.setAttribute('role', 'combobox');
  q.setAttribute('aria-autocomplete', 'list');
  q.setAttribute('aria-expanded', !!list);
  if (list) q.setAttribute('aria-controls', 'hits');
  else q.removeAttribute('aria-controls');
  body.classList.toggle('search', panel || !!main.querySelector('.split') || body.dataset.kind === 'search');
  activate(Math.max(hits.findIndex(hit => hit.dataset.slug === keep), 0), false);
  document.dispatchEvent(new Event('otvet:shown')); // For whoever adds to what is shown.
}

let staying;
export function activate(number, scroll = true) {
  const hit = hits[number];
  if (!hit) return q.removeAttribute('aria-activedescendant');
  hits[active]?.setAttribute('aria-selected', 'false');
  active = number;
  hit.setAttribute('aria-selected', 'true');
  q.setAttribute('aria-activedescendant', hit.id);
  detail().querySelector('.more')?.remove();
  detail().prepend(hit.more);
  prepare(hit.more);
  detail().scrollTop = 0;
  if (scroll) hit.scrollIntoView({ block: 'nearest' });
  clearTimeout(staying);
  if (wide.matches) staying = setTimeout(text, 250, hit);
}
// The text of the article below its answer, for whoever stays with it. The ids in it are not those of this page.
async function text(hit) {
  if (hit.read) return;
  hit.read = true;
  try {
    const response = await fetch(hit.dataset.article);
    if (!response.ok) throw response;
    const found = (await parsed(response)).querySelector('.prose');
    found.classList.add('read');
    found.querySelectorAll('[id]').forEach(one => { one.id = 'd-' + one.id; });
    hit.more.querySelector('.open').before(found);
    hit.more.querySelectorAll('.sections a, .read a[href^="#"]').forEach(one => { one.href = '#d-' + one.hash.slice(1); });
    if (panel) away(hit.more);
  } catch { hit.read = false; }
}
// In a frame, links lead out of it.
const away = root => root.querySelectorAll('a:not([href^="#"])').forEach(link => { link.target = '_blank'; link.rel = 'noopener'; });

// --- Reading: the keyboard goes to the article; where the screen is narrow, it covers the list.
export const isReading = () => body.classList.contains('reading');
export function read(step = true) {
  const hit = hits[active];
  if (!hit || isReading()) return;
  text(hit);
  remember(hit.dataset.slug);
  if (step) history.pushState({ reading: true }, '', panel ? location.href : hit.dataset.href);
  body.classList.add('reading');
  heading?.remove(); // What is read has the heading of the page.
  document.title = hit.more.querySelector('.about h1').textContent + ' · ' + before.product;
  detail().scrollTop = 0;
  hit.more.querySelector('.about h1').focus();
}
export function leave() {
  history.back(); // What comes is a `popstate`, as when the reader goes back by other means.
}
function unread() {
  body.classList.remove('reading');
  main.querySelector('.list')?.prepend(heading || '');
  document.title = (q.value ? q.value + ' · ' : '') + before.product;
  if (!touch.matches) q.focus({ preventScroll: true });
  hits[active]?.scrollIntoView({ block: 'nearest' });
}
// As soon as the answer to what is typed is here.
pending.hold = act => settled !== q.value && (later = act);
export function enter() {
  if (!pending.hold(read)) read();
}

main.addEventListener('click', event => {
  const hit = event.target.closest('.hit'), button = event.target.closest('button'), link = event.target.closest('#detail a[href^="#"]');
  if (button && 'back' in button.dataset) leave();
  else if (button && 'read' in button.dataset) read();
  else if (button && 'print' in button.dataset) print();
  else if (link) {
    event.preventDefault();
    byId(decodeURIComponent(link.hash.slice(1)))?.scrollIntoView({ block: 'start' });
  } else if (hit?.more && getSelection().isCollapsed) {
    if (!plain(event)) return open(hit.dataset.href, '_blank', 'noopener');
    activate(hits.indexOf(hit), false);
    if (touch.matches && !wide.matches && !panel) read();
  }
});
main.addEventListener('dblclick', event => { if (event.target.closest('.hit')?.more) read(); });
main.addEventListener('auxclick', event => {
  const hit = event.target.closest('.hit');
  if (hit?.more && event.button === 1) open(hit.dataset.href, '_blank', 'noopener');
});
main.addEventListener('click', event => { // A filter is a link that leads here again.
  const choice = event.target.closest('.found a, #corrected a, .pager a');
  if (!choice || !plain(event)) return;
  event.preventDefault();
  search(new URL(choice.href), true);
  if (!touch.matches) q.focus({ preventScroll: true });
});
main.addEventListener('otvet:variant', event => { // Where the screen is narrow, the row itself shows the answer.
  const brief = event.target.closest('#detail') && hits[active]?.querySelector('.brief');
  if (brief) brief.textContent = event.detail;
});
main.addEventListener('otvet:copied', event => { if (event.target.dataset.slug) remember(event.target.dataset.slug); });
q.form.addEventListener('submit', event => { event.preventDefault(); enter(); });

// --- As one types. The newest answer wins; what is shown stays until there is something newer, also when the server fails.
let sent = 0, got = 0, settled = q.value, rtt = 40, timer, spoken, again, patience = 1000, later, moved = false, composing = false;
const flying = new Map();
const before = { path: location.pathname + location.search, title: document.title, product: document.title.split(' · ').pop() };
let left = location.pathname === page ? null : []; // What stood here before the reader typed; none where results stand.
body.dataset.kind = left ? '' : 'search';

let asked = location.pathname === page ? new URL(location) : new URL(page, location); // What is shown, as an address.
function address() { // Of what is typed, narrowed as what is shown is.
  const to = new URL(asked);
  ['offset', 'exact', 'part'].forEach(name => to.searchParams.delete(name));
  to.searchParams.set('q', q.value.slice(0, 400)); // The server reads less, and an address must not be too long.
  return to;
}
function waiting(is) {
  body.classList.toggle('busy', is);
  main.classList.toggle('stale', is);
}
export async function search(to = address(), step = false, keep = null) {
  const number = ++sent, typed = q.value, from = performance.now(), control = new AbortController();
  const part = new URL(to);
  part.pathname = root + '/search';
  part.searchParams.set('part', 'results');
  clearTimeout(timer);
  clearTimeout(again);
  // Those on their way may still come first on a slow network, so only the oldest of many are given up.
  for (const [old, one] of flying) if (flying.size > 3 || old < got) { one.abort(); flying.delete(old); }
  flying.set(number, control);
  const late = (act, after, ...words) => setTimeout(() => { if (number > got) act(...words); }, after); // Unless a newer one was faster.
  const clocks = [
    late(waiting, 300, true), late(say, 800, words.loading, false), late(say, 6000, words.slow), setTimeout(() => control.abort('late'), 20000),
  ];
  try {
    const response = await fetch(part, { signal: control.signal, headers: { accept: 'text/html' } });
    // A page that is not ours, as of a Wi-Fi that wants a login, is no answer.
    if (!response.ok || response.redirected || !response.headers.has('otvet-edition')) throw response;
    const found = await parsed(response);
    rtt = rtt * .7 + (performance.now() - from) * .3;
    if (number <= got) return;
    got = number;
    patience = 1000;
    trouble('search');
    asked = to;
    put(found, typed, to, step, keep || (moved && current()?.dataset.slug)); // Who moved already stays where they are.
    named(response.headers.get('otvet-edition'));
    if (number === sent) spoken = setTimeout(say, 400, byId('found')?.textContent || '', false);
    if (typed === q.value) { later?.(); later = null; }
  } catch (problem) {
    if (number === sent && problem.name !== 'AbortError') failed(problem);
  } finally {
    clocks.forEach(clearTimeout);
    flying.delete(number);
    if (number === sent) waiting(false);
  }
}
function put(found, typed, to, step, keep) {
  clearTimeout(spoken);
  if (isReading()) body.classList.remove('reading');
  if (left && !left.length) { left = [...main.childNodes]; step = true; }
  const opened = main.querySelector('.refine')?.open;
  main.replaceChildren(...found.body.childNodes);
  if (opened && main.querySelector('.refine')) main.querySelector('.refine').open = true;
  if (panel) away(main);
  try {
    history[step ? 'pushState' : 'replaceState'](null, '', panel ? to.pathname.replace('/search', page) + to.search : to);
  } catch { /* Some browsers allow only so many steps in some seconds; the address follows with the next. */ }
  settled = typed;
  body.dataset.kind = 'search';
  document.title = (typed ? typed + ' · ' : '') + before.product;
  enhance(keep);
}
// What went wrong, in plain words; tried again until it works, sooner when there is a sign that it would.
function failed(problem) {
  const status = problem.status || 0;
  if (status >= 400 && status < 500 && status !== 429 && status !== 408) return trouble('search', words.refused);
  trouble('search', status === 503 ? words.waiting : status >= 400 ? words.failing : words.lost);
  again = setTimeout(() => { if (!composing) search(); }, patience);
  patience = Math.min(patience * 2, 15000);
}
for (const sign of ['online', 'otvet:heard']) addEventListener(sign, () => { if (!composing && settled !== q.value) search(); });

function typed() {
  clearTimeout(timer);
  clearTimeout(spoken);
  later = null;
  moved = false;
  if (!q.value.trim() && left?.length) return back();
  if (rtt > 120) timer = setTimeout(search, 120); // A slow network is not asked about every letter.
  else search();
}
function back() { // To the page the reader typed on.
  got = ++sent;
  waiting(false);
  trouble('search');
  main.replaceChildren(...left);
  left = [];
  settled = '';
  body.dataset.kind = '';
  document.title = before.title;
  history.replaceState(null, '', before.path);
  enhance();
}
export function clear() {
  q.value = '';
  typed();
  q.focus();
}
// Asks for something as if it had been typed.
export function ask(text) {
  q.value = text;
  typed();
}
// Shows what the newest edition says, the same row active.
addEventListener('otvet:renew', () => search(asked, false, current()?.dataset.slug));

q.addEventListener('compositionstart', () => { composing = true; }); // Half a letter is no question.
q.addEventListener('compositionend', () => { composing = false; typed(); });
q.addEventListener('input', () => { if (!composing) typed(); });
addEventListener('popstate', event => {
  if (isReading()) return event.state?.reading || unread();
  if (event.state?.reading && hits[active]) return read(false);
  const now = location.pathname + location.search;
  if (location.pathname === page) {
    q.value = new URLSearchParams(location.search).get('q') || '';
    search(new URL(location));
  } else if (now === before.path && left?.length) {
    q.value = '';
    back();
  } else if (now !== before.path) location.reload();
});
addEventListener('pageshow', event => { if (event.persisted) waiting(false); });

enhance();
