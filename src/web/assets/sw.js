// The service worker: pages and searches come from the server when it answers within its limit, else from what this device
// keeps. Only what names its edition is the server's: whatever else answers on a borrowed network is not listened to.
import { find, merge, prepare } from './local.js';
import { articlePage, browsePage, read, resultsPage, seen, startPage, state, whole } from './pages.js';
import { stored, within } from './shelf.js';

const SHELL = [], VERSION = ''; // The server writes here what pages load, and a hash of it all.
const CACHE = 'otvet-' + VERSION, LIMIT = 1500, PAUSE = 5000, FORMAT = 2;

const isOurs = response => response.headers.has('otvet-edition') && response.type !== 'opaqueredirect';
const late = ms => new Promise((_, failed) => setTimeout(failed, ms, new Error('late')));

// --- The program: kept whole under the names of its content.
self.addEventListener('install', event => event.waitUntil((async () => {
  const cache = await caches.open(CACHE);
  await Promise.all(SHELL.map(async address => {
    const response = await fetch(address);
    if (!response.ok || response.redirected || /html/.test(response.headers.get('content-type'))) throw new Error(address);
    await cache.put(address, response);
  }));
  await keepShell(cache);
})()));

self.addEventListener('activate', event => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith('otvet-') && name !== CACHE) await caches.delete(name);
  await self.clients.claim();
  sync().catch(() => {});
})()));

async function keepShell(cache) { // The page that is filled here, in the language that the reader chose.
  const response = await fetch('/offline', { cache: 'no-store' });
  if (!response.ok || response.redirected || !isOurs(response)) throw new Error('/offline');
  await (cache || await caches.open(CACHE)).put('/offline', response);
}

self.addEventListener('message', event => {
  const answer = work => event.waitUntil(work.then(told => event.source?.postMessage(told), error => event.source?.postMessage({ failed: error.name })));
  if (event.data === 'go') self.skipWaiting();
  if (event.data === 'sync') answer(sync().then(about));
  if (event.data === 'look') answer(look().then(up => ({ up })));
});

// --- What is kept.
let kept, known; // The index, and what is known of it, as long as the worker lives.

async function about() { // How old it is, as far as clocks can be believed: they are only compared with themselves.
  known ??= await stored('about', 'state') || {};
  const now = Math.max(Date.now(), known.seen || 0), age = known.here ? now - known.here : null;
  const odd = known.here && Date.now() < (known.seen || known.here) - 3e5;
  return { ...known, age, odd, expired: age > known.hours * 36e5, today: new Date(Date.now() + (odd ? 0 : known.skew || 0)).toISOString().slice(0, 10) };
}

async function remember(change) {
  known = { ...(known ?? await stored('about', 'state')), ...change };
  await within(['about'], 'readwrite', store => store.put(known, 'state'));
}

let syncing, rest = 0; // Whoever was refused or failed does not ask again at once.
const sync = () => syncing ??= (Date.now() < rest ? Promise.resolve() : refresh().catch(error => { if (error.name !== 'TypeError') rest = Date.now() + 6e4; throw error; })).finally(() => { syncing = null; });

async function refresh() {
  known ??= await stored('about', 'state') || {};
  const response = await fetch('/api/v1/offline' + (known.state ? '?since=' + known.state : ''), { cache: 'no-store' });
  if ((response.status === 401 || response.status === 403) && (isOurs(response) || location.protocol === 'https:')) { rest = Date.now() + 6e4; return forget(); }
  if (!isOurs(response) || response.redirected) throw new Error('foreign');
  if (response.status === 413) { await forget(); throw Object.assign(new Error(), { name: 'TooLarge' }); }
  if (!response.ok) throw new Error(response.status);
  const bundle = await response.json();
  if (bundle.format !== FORMAT) { rest = Date.now() + 6e5; return; } // Of another program: its worker is on its way.
  const all = bundle.since === null, articles = bundle.articles;
  const index = all || articles.length || bundle.removed.length || bundle.search.synonyms
    ? merge(all ? null : await stored('about', 'index'), bundle) : null;
  const server = Date.parse(response.headers.get('date')) || Date.now(), here = Date.now();
  const fresh = { state: bundle.state, edition: bundle.edition, hours: bundle.hours, at: server, here, seen: here, skew: server - here };
  await within(['articles', 'about'], 'readwrite', (store, about) => {
    if (all) store.clear();
    bundle.removed.forEach(slug => store.delete(slug));
    articles.forEach(article => store.put(article, article.slug));
    if (index) about.put(index, 'index');
    about.put(fresh, 'state');
  });
  known = fresh;
  if (index) { kept = null; await keepImages(index.docs); }
  await keepShell().catch(() => {});
}

// Images of what is kept, as far as there is room: 50 MB. They are fetched as they come, so that an article has its own or none.
const IMAGES = 'images', MOST = 100, LARGEST = 5e5;
async function keepImages(docs) {
  const cache = await caches.open(IMAGES), wanted = new Set(docs.flatMap(doc => doc.images || []).slice(0, MOST));
  for (const { url } of await cache.keys()) if (!wanted.delete(new URL(url).pathname)) await cache.delete(url);
  for (const address of wanted) await keepImage(await fetch(address), address).catch(() => {});
}
async function keepImage(response, address) {
  const cache = await caches.open(IMAGES);
  if (!isOurs(response) || response.redirected) throw response;
  if (!response.ok || (await response.clone().blob()).size > LARGEST || (await cache.keys()).length > MOST) return cache.delete(address);
  await cache.put(address, response);
}
async function image({ request }) {
  const mine = await caches.match(request.url, { cacheName: IMAGES });
  if (mine && Date.now() < down) return mine;
  const asked = fetch(request);
  if (mine) asked.then(response => keepImage(response.clone(), request.url)).catch(() => {});
  return Promise.race([asked.then(response => { if (!isOurs(response)) throw response; return response; }), late(LIMIT)]).catch(() => mine || asked);
}

async function forget() {
  kept = null;
  known = {};
  await caches.delete(IMAGES);
  await within(['articles', 'about'], 'readwrite', (store, about) => { store.clear(); about.clear(); });
  return tell({ forgotten: true });
}

// An answer of the server says whether what is kept is still what it has.
async function confirm(response) {
  const edition = response.headers.get('otvet-edition'), { edition: mine, here } = await about();
  if (edition !== mine) return sync().catch(() => {});
  if (Date.now() - here > 6e4) { const now = Date.now(); await remember({ at: Date.parse(response.headers.get('date')) || now, here: now, seen: now }); }
}

// --- Whether the server answers. While it does not, nobody waits for it; it is looked for meanwhile.
let down = 0, looking;
const look = () => looking ??= (async () => {
  try {
    const response = await Promise.race([fetch('/api/v1/edition', { cache: 'no-store' }), late(LIMIT)]);
    if (!response.ok || response.redirected || !isOurs(response)) throw response;
    down = 0;
    confirm(response);
    return true;
  } catch { down = Date.now() + PAUSE; return false; }
})().finally(() => { looking = null; });

async function tell(what, id) { // One page, or all.
  const all = id ? [await self.clients.get(id)] : await self.clients.matchAll();
  all.forEach(client => client?.postMessage(what));
}

self.addEventListener('fetch', event => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (SHELL.includes(url.pathname)) return event.respondWith(caches.match(url.pathname).then(found => found || fetch(request)));
  if (request.destination === 'image' && url.pathname.startsWith('/files/')) return event.respondWith(image(event));
  const isPage = request.mode === 'navigate' || (/^\/(search$|a\/)/.test(url.pathname) && /html|[*]/.test(request.headers.get('accept')));
  if (!/^\/(~|(panel|assets|files|offline)\b)/.test(url.pathname) && (isPage || url.pathname === '/api/v1/search')) event.respondWith(answer(event, url));
});

async function answer(event, url) {
  const { request } = event, isVisit = request.mode === 'navigate';
  const here = () => local(url).catch(() => null), say = what => { if (!isVisit && event.clientId) tell(what, event.clientId); };
  if (url.pathname.startsWith('/ui/')) { // The choice of a language is the server's, and what is kept follows it.
    const chosen = fetch(request);
    event.waitUntil(chosen.then(() => keepShell()).catch(() => {}));
    return chosen.catch(blank);
  }
  if (Date.now() < down) {
    const mine = await here();
    if (mine) { look(); say(await told()); return mine; }
  }
  // A visit does not follow redirects by itself, and a redirect that is not followed does not say whose it is.
  const asked = isVisit ? fetch(url.href, { headers: request.headers, credentials: 'same-origin', cache: request.cache, signal: request.signal }) : fetch(request);
  let response;
  try {
    response = await Promise.race([asked, late(LIMIT)]);
    if (isOurs(response) && response.status < 500 && response.status !== 429) {
      down = 0;
      event.waitUntil(confirm(response).catch(() => {}));
      say({ up: true });
      return response.redirected && isVisit ? Response.redirect(response.url) : response;
    }
  } catch (error) {
    if (error.name === 'AbortError' || request.signal.aborted) throw error;
  }
  const mine = await here();
  if (mine) {
    if (!response || !isOurs(response)) down = Date.now() + PAUSE;
    say(await told());
    return mine;
  }
  // Nothing is here: whoever visits is shown what the network says, a search takes no answer but the server's.
  try { response ??= await asked; } catch { return isVisit ? blank() : Response.error(); }
  return isOurs(response) || isVisit ? response : Response.error();
}

const said = ({ at, edition, age, odd }) => ({ at, edition, age, odd });
const told = async () => ({ local: said(await about()) });

// --- Answers from here.
async function library() {
  if (!kept) { const index = await stored('about', 'index'); kept = index && prepare(index); }
  return kept;
}

const articles = slugs => within(['articles'], 'readonly', store => {
  const requests = slugs.map(slug => store.get(slug));
  return { get result() { return requests.map(request => request.result); } };
});

async function local(url) {
  const now = await about();
  if (!now.edition || now.expired) return null;
  if (Date.now() - now.seen > 6e4) remember({ seen: Date.now() }).catch(() => {});
  if (url.pathname === '/api/v1/search') return searched(url, now);
  const w = read(await (await caches.match('/offline')).text()), made = await page(url, w, now);
  if (!made || made instanceof Response) return made;
  const html = url.searchParams.get('part') ? made.main : whole(w, { ...made, now: said(now) });
  return respond(html, now, 'text/html; charset=utf-8');
}

const respond = (body, now, type) => new Response(body, { headers: { 'content-type': type, 'otvet-edition': now.edition, 'otvet-local': new Date(now.at).toISOString(), 'cache-control': 'no-store' } });

async function blank() { // What is not here says so, on the page that the server made for it.
  const page = await caches.match('/offline'), now = await about().catch(() => ({}));
  if (!page) return Response.error();
  const kind = 'offline' + (now.expired ? ' expired' : now.edition ? '' : ' none');
  const body = whole({ shell: await page.text() }, { kind, now: said(now) });
  return new Response(body, { status: 503, headers: { 'content-type': 'text/html; charset=utf-8', 'otvet-local': '0', 'cache-control': 'no-store' } });
}

async function query(url) {
  const index = await library(), { searchParams } = url, offset = +searchParams.get('offset') || 0, limit = +searchParams.get('limit') || 10;
  const text = searchParams.get('q') || '', wanted = name => searchParams.getAll(name).map(value => value.toLowerCase()).filter(Boolean);
  const [types, langs, topics, [under]] = ['type', 'lang', 'tag', 'under'].map(wanted);
  const has = (all, one) => !all.length || all.includes(one);
  const among = doc => has(types, doc.type) && has(langs, doc.lang) && (!topics.length || doc.tags.some(tag => topics.includes(tag.toLowerCase()))) && (!under || doc.path.toLowerCase().startsWith(under + '/'));
  const found = find(index, text.slice(0, 256), { exact: /^(1|true)$/.test(searchParams.get('exact')), among }), hits = found.hits.slice(offset, offset + limit);
  return { index, text, offset, narrowed: [types, langs, topics, under].some(one => one?.length), found: { ...found, hits }, articles: await articles(hits.map(hit => index.all[hit.doc].slug)) };
}

async function page(url, w, now) {
  const { pathname } = url, below = root => decodeURIComponent(pathname.slice(root.length)).normalize().replace(/^\/|\/$/g, ''), { all } = await library();
  if (pathname === '/') return { title: '', kind: 'start', main: startPage(w, all, now.today) };
  if (pathname === '/search') {
    const asked = await query(url), to = change => { const all = new URLSearchParams(url.search); all.delete('part'); Object.entries(change).forEach(([name, value]) => all.set(name, value)); return '/search?' + all; };
    if (!asked.text.trim()) return { title: '', kind: 'start', main: startPage(w, all, now.today) };
    return { title: asked.text, kind: 'search', query: asked.text, main: resultsPage(w, { ...asked, today: now.today, to }) };
  }
  if (pathname.startsWith('/a/')) {
    const slug = below('/a/'), [article] = await articles([slug]);
    if (article) return { title: article.title, kind: 'article', main: articlePage(w, article, now.today) };
    const moved = all.find(doc => doc.redirected_from.includes(slug));
    return moved && Response.redirect('/a/' + moved.slug.split('/').map(encodeURIComponent).join('/'));
  }
  if (/^\/browse(\/|$)/.test(pathname)) {
    const made = browsePage(w, all, below('/browse'), url.searchParams.get('tag'), now.today);
    return made && { ...made, kind: 'browse' };
  }
}

async function searched(url, now) { // The members of the server's answer.
  const { index, text, found, articles } = await query(url);
  const hits = articles.map((article, i) => {
    const { section, snippet, marked } = seen(index, article, found.rare), { slug, path, type, breadcrumbs, answers, tags, lang, changed_at, revision } = article;
    const trust = { state: state(article, now.today), verified_on: article.verified_on ?? null, verified_by: article.verified_by ?? null, review_due: article.review_due ?? null };
    return { slug, url: '/a/' + slug, path, title: article.title, title_html: marked, type, breadcrumbs, section: section ? { id: section.id, title: section.title } : null, snippet_html: snippet, answers, trust, tags, lang, changed_at, revision, score: found.hits[i].score };
  });
  return respond(JSON.stringify({ edition: now.edition, total: found.total, query: { text, searched: found.searched, corrections: found.corrections, notes: found.absent.map(word => `no article has the word "${word}"; the others were searched`) }, hits, suggestions: [] }), now, 'application/json');
}
