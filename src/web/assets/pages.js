// Pages made on the device, from what it keeps and the templates that the server wrote (templates/offline.html). Pure.
import { escape, mark, passage, plain } from './local.js';

const address = (root, path) => root + path.split('/').map(encodeURIComponent).join('/');
const folderOf = path => path.split('/').slice(0, -1).join('/');
const tagged = tag => '/browse?tag=' + encodeURIComponent(tag);

const unescape = text => text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (_, n, x, name) => n ? String.fromCodePoint(n) : x ? String.fromCodePoint(parseInt(x, 16)) : { quot: '"', amp: '&', lt: '<', gt: '>' }[name]);

// Reads the page of the server: its templates, and the words that are counted and dated.
export function read(shell) {
  const templates = Object.fromEntries([...shell.matchAll(/<template id="(\w+)">([^]*?)<\/template>/g)].map(([, id, text]) => [id, text]));
  return { ...JSON.parse(unescape(/<meta name="words" content="([^"]*)"/.exec(shell)[1])), templates, shell };
}

function fill(w, template, data) {
  return template.replace(/\{([?^])(\w+)\}([^]*?)\{\/\2\}|\{>(\w+)\}|\{(=?)(\w+)\}/g, (_, sign, name, inside, other, raw, value) => {
    if (other) return fill(w, w.templates[other], data);
    if (value) return raw ? data[value] ?? '' : escape(data[value]);
    const of = data[name], is = Array.isArray(of) ? of.length : of;
    if (sign === '^') return is ? '' : fill(w, inside, data);
    return (Array.isArray(of) ? of : is ? [of] : []).map(one => fill(w, inside, typeof one === 'object' ? { ...data, ...one } : { ...data, it: one })).join('');
  });
}
const make = (w, name, data) => fill(w, w.templates[name], data);

function counted(w, n, forms) {
  const form = w.lang !== 'ru' ? +(n !== 1) : n % 100 > 10 && n % 100 < 15 ? 2 : n % 10 === 1 ? 0 : n % 10 > 1 && n % 10 < 5 ? 1 : 2;
  return n.toLocaleString(w.lang, { useGrouping: 'min2' }) + '\u00a0' + forms[form];
}

function day(w, iso) {
  if (w.lang === 'ru') return iso.slice(0, 10).split('-').reverse().join('.');
  return new Date(iso).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
}

// How far an article can be trusted, on the day it is read.
export const state = (one, today) => one.superseded ? 'superseded' : one.review_due < today ? 'overdue' : one.verified_on ? 'verified' : 'unverified';

// What the templates show of an article.
function shown(w, one, today) {
  const now = state(one, today), late = (Date.parse(today) - Date.parse(one.review_due)) / 864e5, parts = one.path.split('/');
  const more = now === 'verified' ? ' ' + day(w, one.verified_on) : now === 'overdue' ? w.by + counted(w, late, w.days) : '';
  const short = (one.revision || '').slice(0, 7), about = /^(procedure|standard|overview)$/.test(one.type);
  return {
    ...one, state: now, trust: w['trust_' + now] + more, warn: w['warn_' + now], kind: one.type !== 'answer' && (w.kinds[one.type] || one.type),
    href: address('/a/', one.slug), crumbs: one.breadcrumbs.map((name, i, all) => ({ name, href: address('/browse/', parts.slice(0, i + 1).join('/')), more: i < all.length - 1 })),
    above: one.breadcrumbs.join(' › '), changed: one.changed_at && day(w, one.changed_at), due: one.review_due && day(w, one.review_due),
    label: about ? w.gist : w.say_to_customer, short, source: `${w.quotes[0]}${one.title}${w.quotes[1]}, ${w.revision_short} ${short}`, apart: true,
    said: one.answers?.[0]?.text, many: one.answers?.length > 1,
    answers: one.answers?.map((answer, i) => ({ ...answer, i, first: !i, name: w.channels[answer.channel ?? ''] || answer.channel })),
  };
}

export function seen(index, one, rare) { // What was found in an article.
  const { section, html } = passage(index, one, rare);
  return { section, snippet: html, marked: mark(index, one.title, rare) };
}

export function resultsPage(w, { text, found: { total, corrections, searched, rare, absent }, articles, today, index, offset, narrowed, to }) {
  const hits = articles.map(one => {
    const { section, ...parts } = seen(index, one, rare), what = shown(w, one, today);
    return make(w, 'hit', { ...what, ...parts, deep: section?.title, to: what.href + (section ? '#' + encodeURIComponent(section.id) : '') });
  }).join('');
  const before = offset > 0 && to({ offset: Math.max(0, offset - 10) || '' }), behind = offset + articles.length < total && to({ offset: offset + 10 });
  return make(w, 'results', {
    hits, count: counted(w, total, w.result_forms), absent: absent.map(word => w.absent.join(word)), turned: corrections.length && w.quotes[0] + searched + w.quotes[1], exactly: to({ exact: 1 }), typed: w.quotes[0] + text + w.quotes[1],
    paged: before || behind, before, behind, wider: narrowed && '/search?q=' + encodeURIComponent(text),
  });
}

export function articlePage(w, one, today) {
  const heads = [...one.html.matchAll(/<h2 id="([^"]*)"[^>]*>(.*?)<\/h2>/gs)].map(([, id, title]) => ({ title: plain(title), at: encodeURIComponent(id) }));
  const html = one.html.replace(/<aside class="alert alert-(\w+)"/g, (tag, name) => `${tag} role="note" aria-label="${w['alert_' + name]}"`);
  return make(w, 'article', {
    ...shown(w, one, today), apart: one.answers_apart, html, heads, contents: heads.length > 2, asked: one.questions.length, near: one.related.length,
    instead: one.superseded_by && [one.superseded_by], topics: one.tags.map(name => ({ name, href: tagged(name) })),
  });
}

function tags(docs, current) { // With how many have them, most used first.
  const counts = new Map();
  docs.forEach(doc => doc.tags.forEach(tag => counts.set(tag, (counts.get(tag) || 0) + 1)));
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name, count]) => ({ name, count, href: tagged(name), current: name === current }));
}

function shelves(w, docs, depth) { // The folders so deep, with their names and how many articles they hold.
  const counts = new Map();
  for (const { path, breadcrumbs } of docs) if (breadcrumbs.length > depth) {
    const folder = path.split('/').slice(0, depth + 1).join('/'), [name, count] = counts.get(folder) || [breadcrumbs[depth], 0];
    counts.set(folder, [name, count + 1]);
  }
  return [...counts].sort((a, b) => a[0] < b[0] ? -1 : 1).map(([path, [name, count]]) => ({ name, href: address('/browse/', path), count: counted(w, count, w.article_forms) }));
}

export function browsePage(w, docs, folder, tag, today) {
  const inside = docs.filter(doc => !folder || doc.path.startsWith(folder + '/'));
  const here = inside.filter(doc => tag ? doc.tags.some(one => one.toLowerCase() === tag.toLowerCase()) : folderOf(doc.path) === folder);
  if (!inside.length || (tag && !here.length)) return null;
  const depth = folder ? folder.split('/').length : 0, crumbs = shown(w, inside[0], today).crumbs.slice(0, depth), all = tag ? [] : shelves(w, inside, depth);
  const title = tag || crumbs.pop()?.name || w.catalogue, order = (a, b) => a.title < b.title ? -1 : a.title > b.title ? 1 : a.slug < b.slug ? -1 : 1;
  return { title, main: make(w, 'browse', {
    title, crumbs, named: depth || tag, count: counted(w, tag ? here.length : inside.length, w.article_forms), folders: all.length, shelves: all,
    rows: here.sort(order).map(doc => shown(w, doc, today)), topics: !depth || tag, tags: tags(docs, tag),
  }) };
}

export function startPage(w, docs, today) {
  const lately = docs.filter(doc => doc.changed_at).sort((a, b) => a.changed_at < b.changed_at ? 1 : -1).slice(0, 7);
  return make(w, 'start', { lately: lately.map(doc => shown(w, doc, today)), count: counted(w, docs.length, w.article_forms), shelves: shelves(w, docs, 0), tags: tags(docs).slice(0, 24) });
}

// The page of the server, filled.
export function whole({ shell }, { title, kind, query = '', now, main }) {
  const put = (pattern, text) => { shell = shell.replace(pattern, (_, before, behind) => before + text + (typeof behind === 'string' ? behind : '')); };
  put(/(<html[^>]*?)(?: data-edition="[^"]*")?>/, now.edition ? ` data-edition="${now.edition}" data-local="${escape(JSON.stringify(now))}">` : '>');
  put(/(<title>)(?:[^<]* · )?/, title ? escape(title) + ' · ' : '');
  put(/(<body class=")[^"]+/, kind);
  put(/(id="q"[^>]*? value=")[^"]{0,}/, escape(query));
  if (main) put(/(<main[^>]*>)[^]*?(<\/main>)/, main);
  return shell.replace(/<meta name="words"[^>]*>\n?/, '').replace(/<template id="\w+">[^]*?<\/template>\n?/g, '');
}
