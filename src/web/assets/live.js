// A new edition: said, never put under the reader's eyes. One connection for the page that is seen, since browsers open
// few to one server. And what is new since this person looked last.
import { byId, html, make, panel } from './frame.js';
import { say, trouble, words } from './say.js';
import { keep, recall } from './store.js';

const notice = byId('notice'), link = byId('news');
const [text, button, diff] = notice.children;
let events, again, silent, tries = 0, told = '';

// The edition that what is shown now was made from.
export function named(edition) {
  if (!edition || html.dataset.preview) return; // What stands below `/~` is not live, and does not become so.
  html.dataset.edition = edition;
  if (edition === told) notice.hidden = true;
  const shown = document.querySelector('.edition span');
  if (shown) shown.textContent = edition.slice(0, 7);
}

// The article that is being read, or whose answer is shown.
function shownSlug() {
  const slug = location.pathname.startsWith('/a/') && decodeURIComponent(location.pathname.slice(3));
  return slug || document.querySelector('#detail .card')?.dataset.slug;
}
async function changes(since) {
  const response = await fetch('/api/v1/changes?since=' + since);
  return response.ok ? (await response.json()).changes : null;
}

async function news(event) {
  const edition = event.edition, before = html.dataset.edition;
  if (edition === before || edition === told) return;
  if ('preview' in html.dataset) return location.reload();
  told = edition;
  count();
  let all = null;
  try { all = await changes(before); } catch { /* Then it is said without the details. */ }
  if (told !== edition || html.dataset.edition === edition) return;
  const slug = shownSlug(), change = all?.find(one => one.slug === slug);
  if (all && !all.length) return; // Nothing that this reader may see.
  const kind = change ? (change.kind === 'removed' ? 'removed' : 'changed') : 'updated';
  if (kind === 'updated' && location.pathname.startsWith('/a/')) return; // Whoever reads another article need not know.
  text.textContent = text.dataset[kind];
  if (kind !== 'updated') {
    text.append(make('small', {}, [change.summary, change.by].filter(Boolean).join(' · ')));
  }
  if (kind === 'changed') {
    diff.href = '/history/' + slug.split('/').map(encodeURIComponent).join('/') + '?from=' + before + '#diff';
    diff.target = document.querySelector('[data-news]') ? '' : '_blank'; // There the page of the article shows it in place.
  }
  diff.hidden = kind !== 'changed';
  button.textContent = kind === 'updated' ? button.dataset.showText : button.dataset.refreshText;
  notice.hidden = false;
  say(text.textContent, false);
}
button.addEventListener('click', () => {
  // Where results stand they are asked for again, and the same row stays active; a page of its own is loaded anew.
  if (document.querySelector('#hits') || panel) {
    notice.hidden = true;
    dispatchEvent(new Event('otvet:renew'));
  } else location.reload();
});

function listen() {
  clearTimeout(again);
  events?.close();
  if (document.hidden || !html.dataset.edition) return quiet();
  events = new EventSource('/api/v1/events');
  events.addEventListener('edition', event => news(JSON.parse(event.data)));
  events.addEventListener('open', () => {
    tries = 0;
    quiet();
    dispatchEvent(new Event('otvet:heard'));
  });
  events.addEventListener('error', () => {
    silent ||= setTimeout(trouble, 10000, 'live', words.unheard + ' ' + html.dataset.edition.slice(0, 7) + '.');
    // The browser comes back by itself after a cut, but not after a refusal.
    if (events.readyState === EventSource.CLOSED) again = setTimeout(listen, Math.min(2000 * 2 ** tries++, 60000) * (.5 + Math.random() / 2));
  });
}
function quiet() {
  clearTimeout(silent);
  silent = null;
  trouble('live');
}

// --- What is new: counted since the edition this person saw the changes of.
async function count() {
  const edition = html.dataset.edition, seen = recall('seen');
  if (!link || !edition) return;
  if (location.pathname === '/changes' || !/^[0-9a-f]{40,64}$/.test(seen)) return keep('seen', edition);
  try {
    const all = await changes(seen), number = all?.length || 0, box = link.querySelector('.badge');
    if (!all) keep('seen', edition); // That edition is no longer known here.
    box.hidden = !number;
    box.textContent = number > 99 ? '99+' : number;
    box.title = words.news;
    link.href = number ? '/changes?since=' + seen : '/changes';
  } catch { /* It is counted next time. */ }
}
addEventListener('storage', event => { if (event.key === 'otvet.seen') count(); }); // Seen in another tab.

document.addEventListener('visibilitychange', listen);
addEventListener('pageshow', event => { if (event.persisted) listen(); });
addEventListener('pagehide', () => events?.close());
addEventListener('online', listen);
const retry = document.querySelector('[data-retry]');
if (retry) setTimeout(() => location.reload(), retry.dataset.retry * 1000);
listen();
count();
