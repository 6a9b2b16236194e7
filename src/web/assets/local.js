// Searching without the server, by the words that a bundle brings. Pure: what is kept and shown is the business of others.

// --- Words, as the server folds and cuts them (search::language, search::portable).
export const fold = text => text.normalize('NFKC').toLowerCase().replace(/ё/g, 'е').replace(/[\u0301\u00ad'’]/g, '');
export const words = text => fold(text).match(/[\p{L}\p{N}]+/gu) || [];

// Endings, keys and Latin spellings are the server's (`rules` of a bundle).
export function cut(word, endings) {
  const ending = endings.find(ending => word.endsWith(ending) && word.length >= ending.length + 3);
  if (ending) return word.slice(0, -ending.length);
  return word.length > 3 && /[аеиоуыьэюяй]$/.test(word) ? word.slice(0, -1) : word;
}

export function hash(text) { // FNV-1a, 32 bits.
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

export function swap(text, [english, russian]) { // What the same keys give on the other layout.
  const [from, to] = /[а-яё]/i.test(text) ? [russian, english] : [english, russian];
  return [...text].map(c => {
    const at = from.indexOf(c), lower = from.indexOf(c.toLowerCase());
    return at >= 0 ? to[at] : lower >= 0 ? to[lower].toUpperCase() : c;
  }).join('');
}

export function russian(word, latin) { // A word in Latin letters as it may be meant, the likeliest first.
  const spelt = new Map(latin), parts = new RegExp([...spelt.keys()].join('|') + '|y', 'g');
  return ['ы', 'й', 'и'].map(y => word.replace(parts, part => spelt.get(part) || y).replace(/([аеиоуыэюя])ы/g, '$1й'));
}

// --- Texts of bundles: rows of numbers, a sign each (web::api::offline::parts).
function each(signs, act) {
  for (let i = 0, high = 0; i < signs.length; i++) {
    const number = signs.charCodeAt(i) - 35;
    if (number < 32768) { act(high * 32768 + number); high = 0; } else high = number - 32768;
  }
}

function reader(parts) {
  const isWord = parts.map(part => /^[\dA-Za-z\u00c0-\u04ff]/.test(part)), apart = parts.map((part, i) => isWord[i] ? ' ' + part : part);
  return signs => {
    let text = '', behind;
    each(signs, number => {
      text += (behind ? apart : parts)[number];
      behind = isWord[number];
    });
    return text;
  };
}

// --- From bundles to an index. What is kept of it: `docs`, `lines` (words by number) and `terms` (by document: number * 8 + weight).
export function merge(old, bundle) {
  if (bundle.since === null) old = { docs: [], lines: [], terms: [] };
  const numbers = new Map(old.lines.map((line, i) => [line.split(' ', 1)[0], i])), lines = old.lines.map(line => line.split(' '));
  const renumbered = bundle.search.words.map(line => {
    const [stem, ...forms] = line.split(' ');
    if (!numbers.has(stem)) numbers.set(stem, lines.push([stem]) - 1);
    const known = lines[numbers.get(stem)];
    forms.forEach(form => { if (known.indexOf(form, 1) < 0) known.push(form); });
    return numbers.get(stem);
  });
  const gone = new Set([...bundle.removed, ...bundle.articles.map(article => article.slug)]), docs = [], terms = [];
  old.docs.forEach((doc, i) => { if (!gone.has(doc.slug)) { docs.push(doc); terms.push(old.terms[i]); } });
  const stem = new Map(), spelt = reader(bundle.parts);
  lines.forEach(([first, ...forms]) => forms.forEach(form => stem.set(form[0] === '-' ? first + form.slice(1) : form, first)));
  for (const article of bundle.articles) {
    article.questions = article.questions.map(spelt);
    for (const one of [article, ...article.answers]) for (const name of ['summary', 'text', 'html', 'markdown']) if (one[name]) one[name] = spelt(one[name]);
    const { answers, html, questions, terms: signs, related, ...doc } = article, names = [doc.title, ...questions].map(name => hash(words(name).map(word => stem.get(word) || word).join(' ')));
    const images = [article, ...answers].flatMap(({ html }) => [...html.matchAll(/<img src="(\/files\/[^"]+)/g)].map(([, at]) => at.replace(/&amp;/g, '&')));
    delete article.terms;
    docs.push({ ...doc, names, images });
    let number = 0;
    const list = [];
    each(signs, packed => list.push(renumbered[number += packed >> 3] * 8 + (packed & 7)));
    terms.push(new Uint32Array(list));
  }
  // Words that nothing has any more go: what a reader may not see any more is not known here either.
  const used = new Uint8Array(lines.length), places = [], left = [];
  for (const list of terms) for (const term of list) used[term >> 3] = 1;
  lines.forEach((line, i) => { places[i] = left.length; if (used[i]) left.push(line.join(' ')); });
  const moved = left.length < lines.length;
  return {
    docs, lines: left, stop: bundle.search.stop ?? old.stop, rules: bundle.search.rules ?? old.rules, synonyms: bundle.search.synonyms ?? old.synonyms,
    terms: moved ? terms.map(list => list.map(term => places[term >> 3] * 8 + (term & 7))) : terms,
  };
}

// Makes what is kept searchable.
export function prepare(kept) {
  const terms = new Map(), stems = new Map(), count = new Uint32Array(kept.lines.length + 1);
  kept.lines.forEach((line, i) => {
    const [stem, ...forms] = line.split(' ');
    stems.set(hash(stem), i);
    for (const form of forms) terms.set(form[0] === '-' ? stem + form.slice(1) : form, i);
  });
  for (const list of kept.terms) for (const term of list) count[term >> 3]++;
  let sum = 0;
  const starts = count.map(n => (sum += n) - n), at = starts.slice(), docs = new Uint16Array(sum), weights = new Uint8Array(sum);
  kept.terms.forEach((list, doc) => { for (const term of list) { const to = at[term >> 3]++; docs[to] = doc; weights[to] = term & 7; } });
  // The letters of every word as bits, so that most are never compared letter by letter.
  const list = [...terms.keys()], letters = Uint32Array.from(list, bits), synonyms = new Map();
  for (const [from, ...to] of kept.synonyms || []) {
    const known = to.map(stem => stems.get(stem)).filter(number => number !== undefined);
    if (known.length) synonyms.set(from, [...(synonyms.get(from) || []), known]);
  }
  return {
    all: kept.docs, terms, starts, docs, weights, synonyms, list, letters, sorted: list.slice().sort(), stop: new Set((kept.stop || '').split(' ')), rules: kept.rules || { endings: [], keys: ['', ''], latin: [] },
    stem: number => kept.lines[number].split(' ', 1)[0],
  };
}

function beginning(index, start, most) { // Words that begin so.
  let low = 0, high = index.sorted.length;
  while (low < high) { const middle = (low + high) >> 1; if (index.sorted[middle] < start) low = middle + 1; else high = middle; }
  const found = [];
  while (found.length < most && index.sorted[low]?.startsWith(start)) found.push(index.sorted[low++]);
  return found;
}

const found = (index, number) => index.starts[number + 1] - index.starts[number];

// Words of the same cut: other forms of one word.
function forms(index, word) {
  const { endings } = index.rules, root = cut(word, endings);
  return root.length < 3 ? [] : beginning(index, root, 200).filter(other => cut(other, endings) === root);
}

function isKnown(index, word, begun) {
  return index.stop.has(word) || index.terms.has(word) || index.synonyms.has(hash(cut(word, index.rules.endings)))
    || forms(index, word).length > 0 || (begun && word.length > 1 && beginning(index, word, 1).length > 0);
}

// Slips between two words, transposed neighbours counting once; more than `most` is not counted out.
export function slips(a, b, most) {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before, row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      let cost = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] !== b[j - 1]));
      if (before && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2] + 1);
      next.push(cost);
      least = Math.min(least, cost);
    }
    if (least > most) return most + 1;
    before = row;
    row = next;
  }
  return row[b.length];
}

function bits(word) {
  let set = 0;
  for (let i = 0; i < word.length; i++) set |= 1 << (word.charCodeAt(i) & 31);
  return set;
}

function corrected(index, word) {
  const most = word.length < 4 || /\d/.test(word) ? 0 : word.length < 8 ? 1 : 2, set = bits(word);
  let best, fewest = most + .5;
  if (most) for (let i = 0; i < index.list.length; i++) {
    const other = index.list[i];
    if (Math.abs(other.length - word.length) > most || other.length < 4) continue;
    let apart = index.letters[i] ^ set, count = 0;
    for (; apart && count <= 2 * most; apart &= apart - 1) count++;
    if (count > 2 * most) continue;
    const cost = slips(word, other, most) + (other[0] === word[0] ? 0 : .3) - Math.min(found(index, index.terms.get(other)), 100) / 1000;
    if (cost < fewest) { fewest = cost; best = other; }
  }
  return best;
}

// The layout: chunks that mean nothing as typed and something on the other layout vote for it, known ones against.
function layout(index, text) {
  const chunks = text.split(/(\s+)/), open = !/\s$/.test(text), turn = chunk => swap(chunk, index.rules.keys);
  const state = chunks.map((chunk, i) => {
    const last = open && i === chunks.length - 1, known = chunk => words(chunk).length > 0 && words(chunk).every(word => isKnown(index, word, last));
    return !chunk.trim() ? 0 : known(chunk) ? -1 : known(turn(chunk)) ? 1 : .1;
  });
  const turned = state.includes(1) && state.reduce((sum, vote) => sum + vote, 0) > 0;
  return chunks.map((chunk, i) => turned && state[i] > 0 && /[\p{L},.;'[\]]/u.test(chunk) ? turn(chunk) : chunk);
}

function spelt(index, chunks) { // Russian in Latin letters: where more is known as that than as it is typed, all is.
  let votes = 0;
  const meant = chunks.map((chunk, i) => {
    const word = fold(chunk), known = one => isKnown(index, one, i === chunks.length - 1);
    if (!/^[a-z]{2,}$/.test(word)) return;
    const ways = russian(word, index.rules.latin), way = ways.find(known);
    votes += word.length * (!!way - known(word));
    return () => way || ways.find(one => corrected(index, one));
  });
  return votes > 0 ? chunks.map((chunk, i) => meant[i]?.() || chunk) : chunks;
}

// The words of a query, each with the terms that it may mean and how much that counts.
function read(index, text, exact) {
  const corrections = [], typed = text.split(/(\s+)/), laid = exact ? typed : layout(index, text);
  const turned = exact ? laid : spelt(index, laid);
  turned.forEach((chunk, i) => { if (chunk !== typed[i]) corrections.push({ kind: chunk === laid[i] ? 'layout' : 'translit', from: typed[i], to: fold(chunk) }); });
  let searched = fold(turned.join(''));
  const all = words(turned.join('')), last = /[\p{L}\p{N}]$/u.test(text) ? all.length - 1 : -1;
  let few = all.map((word, i) => ({ word, begun: i === last, at: i })).filter(({ word }) => !index.stop.has(word));
  if (few.length === 1 && few[0].begun === false && last >= 0) few.push({ word: all[last], begun: true, at: last });
  if (!few.length) few = all.map((word, i) => ({ word, begun: i === last, at: i }));
  const groups = few.slice(0, 20).map(({ word, begun, at }) => {
    const ways = new Map(), add = (number, weight) => { if (!(ways.get(number) >= weight)) ways.set(number, weight); };
    const take = (words, weight) => words.forEach(word => add(index.terms.get(word), weight));
    if (index.terms.has(word)) add(index.terms.get(word), 1);
    if (begun) take(beginning(index, word, word.length < 3 ? 40 : 200), ways.size ? .35 : .85);
    if (!ways.size) take(forms(index, word), .9);
    return { word, at, ways };
  });
  for (let from = 0; from < all.length; from++) for (let to = from + 1; to <= Math.min(all.length, from + 5); to++) { // The lexicon.
    const meant = index.synonyms.get(hash(all.slice(from, to).map(word => cut(word, index.rules.endings)).join(' ')));
    const group = meant && groups.find(group => group.at >= from && group.at < to);
    if (group) for (const terms of meant) { (group.phrases ||= []).push(terms); }
  }
  if (!exact) for (const group of groups) {
    const to = group.ways.size || group.phrases ? null : corrected(index, group.word);
    if (!to) continue;
    corrections.push({ kind: 'typo', from: group.word, to });
    searched = searched.replace(group.word, to);
    group.ways.set(index.terms.get(to), .8);
  }
  const absent = groups.filter(({ word, ways, phrases }) => !ways.size && !phrases && /^\p{L}{3,}$/u.test(word)).map(({ word }) => word);
  return { all, groups, corrections, searched, absent };
}

// What a word is worth by its weight. Found with the answer tests of the sample content: what an article is about counts more than rare words.
const WORTH = [0, 1, 2, 3, 4, 5, 6, 7].map(weight => weight ** 1.5 + 1.3);

// Finds documents by their numbers, best first.
export function find(index, text, { exact = false, among = () => true } = {}) {
  const { all, groups, corrections, searched, absent } = read(index, text, exact), n = index.all.length;
  const score = new Float32Array(n), having = new Uint8Array(n), rare = new Map();
  for (const group of groups) {
    const best = new Float32Array(n), lists = [...group.ways].map(([number, weight]) => [[number], weight]);
    for (const terms of group.phrases || []) lists.push([terms, .8]);
    for (const [terms, weight] of lists) {
      const sums = terms.length > 1 ? new Float32Array(n) : best, hit = terms.length > 1 ? new Uint8Array(n) : null;
      for (const number of terms) {
        const from = index.starts[number], to = index.starts[number + 1], idf = Math.log(1 + (n - (to - from) + .5) / (to - from + .5)) ** .8;
        rare.set(number, Math.max(rare.get(number) || 0, idf * weight));
        for (let i = from; i < to; i++) {
          const doc = index.docs[i], value = idf * weight * WORTH[index.weights[i]];
          if (hit) { sums[doc] += value / terms.length; hit[doc]++; } else if (value > best[doc]) best[doc] = value;
        }
      }
      if (hit) for (let doc = 0; doc < n; doc++) if (hit[doc] === terms.length && sums[doc] > best[doc]) best[doc] = sums[doc];
    }
    for (let doc = 0; doc < n; doc++) if (best[doc]) { score[doc] += best[doc]; having[doc]++; }
  }
  const whole = hash(all.map(word => index.terms.has(word) ? index.stem(index.terms.get(word)) : word).join(' ')), hits = [];
  for (let doc = 0; doc < n; doc++) {
    if (!score[doc] || !among(index.all[doc])) continue;
    const { names, superseded } = index.all[doc], full = having[doc] === groups.length;
    const rank = (superseded ? 0 : 4) + (names.includes(whole) ? 2 : 0) + (groups.length !== 2 || full ? 1 : 0);
    hits.push({ doc, rank, score: score[doc] * (full ? 1.1 : 1) });
  }
  const by = (a, b) => b.rank - a.rank || b.score - a.score || (index.all[a.doc].slug < index.all[b.doc].slug ? -1 : 1);
  return { hits: hits.sort(by), total: hits.length, corrections, searched, rare, absent: hits.length ? absent : [] };
}

// --- What is shown of a hit.
export const escape = text => String(text ?? '').replace(/[&<>"']/g, c => `&#${c.charCodeAt()};`);

export function mark(index, text, rare) {
  return text.split(/([\p{L}\p{N}\u0301\u00ad]+)/u).map((part, i) => i % 2 && rare.has(index.terms.get(fold(part))) ? `<mark>${escape(part)}</mark>` : escape(part)).join('');
}

export const plain = html => html.replace(/<\/t[dh]>((\s|<\/?t(r|head|body)>)*)<t[dh]/g, (_, row) => row.trim() ? '; <i' : ' · <i').replace(/<\/?(a|code|del|em|mark|strong|su[bp])\b[^>]*>/g, '').replace(/<[^>]+>/g, ' ').replace(/&(lt|gt|amp|quot|#39|#x27);/g, (_, name) => ({ lt: '<', gt: '>', amp: '&', quot: '"' })[name] || "'").replace(/\s+/g, ' ').trim();

// The passage that says most of what is asked: its section, and the part of it around the words.
export function passage(index, article, rare) {
  const lead = article.answers_apart && article.answers[0] ? article.answers[0].text : '';
  const parts = article.html.split(/(?=<h[1-6] id=")/).map(html => {
    const [head = '', , id, title] = /^<h([1-6]) id="([^"]*)"[^>]*>(.*?)<\/h\1>/s.exec(html) || [];
    return { text: plain(html.slice(head.length)), section: head && { id, title: plain(title) } };
  });
  let best, most = -1;
  for (const part of [{ text: lead }, ...parts]) {
    const seen = new Set();
    for (const word of words(part.text)) if (rare.has(index.terms.get(word))) seen.add(index.terms.get(word));
    const value = [...seen].reduce((sum, term) => sum + rare.get(term), 0);
    if (value > most && (part.text || !best)) { best = part; most = value; }
  }
  const text = best?.text || '', places = [...text.matchAll(/[\p{L}\p{N}]+/gu)].filter(([word]) => rare.has(index.terms.get(fold(word)))).map(match => match.index);
  let from = 0, dense = 0;
  places.forEach((place, i) => { const inside = places.filter(other => other >= place && other < place + 180).length; if (inside > dense) { dense = inside; from = Math.max(0, places[i] - 30); } });
  if (from < 60) from = 0;
  else from = text.indexOf(' ', from) + 1;
  const end = text.length - from <= 240 ? text.length : text.lastIndexOf(' ', from + 240);
  return { section: best?.section, html: (from ? '… ' : '') + mark(index, text.slice(from, end).trim(), rare) + (end < text.length ? ' …' : '') };
}
