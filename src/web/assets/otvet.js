// What pages do beyond links and forms: answers as one types, one key to copy, word of a new edition.
// Without this file everything still works. The server renders the results; here they are only put in place.
const html = document.documentElement, main = document.getElementById('main'), q = document.getElementById('q');
const said = document.getElementById('said'), notice = document.getElementById('notice'), keys = document.getElementById('keys');
html.classList.add('on');

// --- Words for the reader: seen for a moment, and spoken.
let hush, speak, hits = [], active = -1;
function say(text, seen = true) {
  said.textContent = text;
  said.classList.toggle('shown', seen);
  clearTimeout(hush);
  hush = setTimeout(() => { said.classList.remove('shown'); said.textContent = ''; }, 4000);
}

// --- The answer that would be copied: of the active hit, or of the article.
const card = () => (document.getElementById('detail') || main).querySelector('.card');
const shown = c => c?.querySelector('.say:not([hidden])');
function choose(c, number) {
  const buttons = c?.querySelectorAll('[data-variant]') || [];
  if (!buttons[number]) return;
  buttons.forEach((b, i) => b.setAttribute('aria-pressed', i === number));
  c.querySelectorAll('.say').forEach((s, i) => { s.hidden = i !== number; });
  const brief = hits[active]?.querySelector('.brief'); // Where the screen is narrow, the row itself shows the answer.
  if (brief && c === card()) brief.textContent = shown(c).dataset.text;
}
function prepare(root) { for (const c of root.querySelectorAll('.card')) choose(c, 0); }

function content(c, kind) {
  const answer = shown(c);
  if (kind === 'link') return { 'text/plain': new URL(c.dataset.href, location).href };
  const said = answer.querySelector('.said')?.cloneNode(true);
  said?.querySelectorAll('a[href^="/"], a[href^="#"], img').forEach(one => one.replaceWith(...one.childNodes)); // Ways inside the base mean nothing outside.
  if (kind === 'markdown') return { 'text/plain': answer.dataset.markdown };
  return { 'text/plain': answer.dataset.text, ...(said && { 'text/html': said.innerHTML.trim() }) };
}
function copied(c, kind) {
  const gaps = kind === 'link' ? null : shown(c).dataset.text.match(/\{\{[^}]+\}\}/g);
  const notes = [said.dataset[kind], gaps && said.dataset.fill + ' ' + gaps.join(', '), kind !== 'link' && c.dataset.warn];
  say(notes.filter(Boolean).join('. '));
}
let wanted;
document.addEventListener('copy', event => {
  const field = document.activeElement;
  const selected = !getSelection().isCollapsed || (field?.matches?.('input, textarea') && field.selectionStart !== field.selectionEnd);
  const [c, kind] = wanted || [card(), 'answer'];
  if ((selected && !wanted) || !shown(c)) return;
  for (const [type, text] of Object.entries(content(c, kind))) event.clipboardData.setData(type, text);
  event.preventDefault();
  copied(c, kind);
});
async function copy(c, kind) {
  try {
    const blobs = Object.entries(content(c, kind)).map(([type, text]) => [type, new Blob([text], { type })]);
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
    copied(c, kind);
  } catch { // Not allowed in a frame, or not a secure address: the copy event needs no permission.
    wanted = [c, kind];
    if (!document.execCommand('copy')) say(said.dataset.failed);
    wanted = null;
  }
}

// --- Results: a list box that the search field steers (ARIA combobox), the answer beside it.
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
  const button = event.target.closest('button'), c = event.target.closest('.card'), hit = event.target.closest('.hit');
  if (button?.dataset.copy) copy(c, button.dataset.copy);
  else if (button?.dataset.variant) choose(c, +button.dataset.variant);
  else if (hit && getSelection().isCollapsed) {
    if (event.ctrlKey || event.metaKey) open(hit.dataset.href, '_blank', 'noopener');
    else activate(hits.indexOf(hit), false);
  }
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
  const slow = setTimeout(() => main.classList.add('stale'), 300), slower = setTimeout(() => say(said.dataset.loading, false), 800);
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
    if (problem.name !== 'AbortError') say(said.dataset.offline);
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

// --- Keys. Letters by their place (`code`), so that they work on any layout; named keys by name.
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
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], page = { PageDown: 1, PageUp: -1 }[event.key];
    if (step && hits.length) activate((active + step + hits.length) % hits.length);
    else if (page && document.getElementById('detail')) document.getElementById('detail').scrollBy(0, page * innerHeight * .6);
    else if (event.key === 'Enter' && hits[active] && settled === q.value) {
      if (command) open(hits[active].dataset.href, '_blank', 'noopener');
      else location.assign(hits[active].dataset.href);
    } else if (event.key === 'Escape' && q.value) {
      q.value = '';
      typed();
    } else return;
  } else return;
  event.preventDefault();
});
document.querySelector('[data-keys]').addEventListener('click', () => keys.showModal());

// --- A new edition: said, never put under the reader's eyes. One connection for the page that is seen, since browsers
// open few to one server.
let events;
function named(edition) {
  if (!edition) return;
  html.dataset.edition = edition;
  notice.hidden = true;
  const link = document.querySelector('.edition span');
  if (link) link.textContent = edition.slice(0, 7);
}
function news(edition) {
  if (!edition || edition === html.dataset.edition) return;
  if ('preview' in html.dataset) location.reload();
  else if (notice.hidden) {
    notice.hidden = false;
    say(notice.firstChild.textContent.trim(), false);
  }
}
async function listen(check) {
  events?.close();
  if (document.hidden || !html.dataset.edition) return;
  events = new EventSource('/api/v1/events');
  events.addEventListener('edition', event => news(JSON.parse(event.data).edition));
  if (check) try { news((await (await fetch('/api/v1/edition')).json()).edition); } catch { /* The connection tells later. */ }
}
notice.querySelector('button').addEventListener('click', () => location.reload());
document.addEventListener('visibilitychange', listen);
addEventListener('pagehide', () => events?.close());
const retry = document.querySelector('[data-retry]');
if (retry) setTimeout(() => location.reload(), retry.dataset.retry * 1000);

enhance();
listen(false);
