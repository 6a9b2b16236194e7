// Work without the server, as the page sees it: the worker that does it, the strip that says how old the data are, an update
// of the program on a tap.
import { byId, html, panel } from './frame.js';
import { say } from './say.js';
import { keep, recall } from './store.js';

const strip = byId('offline'), update = byId('update');
const w = strip.dataset, worker = navigator.serviceWorker, lang = html.lang, LATE = 864e5;
let tapped, timer, shown;

function moment(at) { // 12:40, and the day where it is another.
  const date = new Date(at), time = date.toLocaleTimeString(lang, { hour: '2-digit', minute: '2-digit' });
  return date.toDateString() === new Date().toDateString() ? time : date.toLocaleDateString(lang, { day: '2-digit', month: '2-digit' }) + ' ' + time;
}

// What is shown now was answered from here: how old that is.
function local({ at, edition, age, odd }) {
  shown = at;
  strip.className = odd || age > LATE ? 'offline old' : 'offline';
  const text = w.text.replace('{at}', moment(at)).replace('{edition}', edition.slice(0, 7)) + (odd ? '. ' + w.clock : '');
  if (strip.hidden) say(text, false);
  strip.textContent = text;
  strip.hidden = false;
  watch();
}

function watch() { // The server is looked for until it is back, whether or not the worker lives to tell what it found.
  clearTimeout(timer);
  timer = setTimeout(() => { watch(); if (!document.hidden) worker.controller?.postMessage('look'); }, 5000);
}

function back() {
  clearTimeout(timer);
  if (strip.hidden) return;
  strip.hidden = true;
  say(w.back);
  dispatchEvent(new Event('otvet:back'));
  if (document.querySelector('.offline-page')) location.reload(); // Nothing is read here that could change.
}

function heard({ data }) {
  if (data.local) local(data.local);
  if (data.state) html.dataset.kept = data.edition; // What this device could answer from.
  if (data.up === true) back();
  const problem = { QuotaExceededError: w.full, TooLarge: w.large, InvalidStateError: w.denied, SecurityError: w.denied }[data.failed];
  if (problem) say(problem);
  if (data.forgotten) say(w.forgotten);
}

function offer(registration) {
  const waiting = () => { if (registration.waiting && worker.controller) update.hidden = false; };
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', waiting));
  waiting();
  update.querySelector('button').addEventListener('click', () => { tapped = true; registration.waiting?.postMessage('go'); });
}

const sync = () => { if (!document.hidden && !navigator.connection?.saveData) worker.controller?.postMessage('sync'); };

async function begin() {
  try {
    const registration = await worker.register('/sw.js', { updateViaCache: 'none' });
    offer(registration);
    worker.ready.then(ready => ready.active.postMessage('sync'));
    if (matchMedia('(display-mode: standalone), (pointer: coarse)').matches) navigator.storage?.persist?.().catch(() => {});
    setInterval(() => { sync(); registration.update().catch(() => {}); }, 6e5);
    document.addEventListener('visibilitychange', sync);
    // Safari forgets what was not visited for a week, unless it is on the Home Screen.
    if (navigator.standalone === false && !recall('install')) { say(w.install); keep('install', 1); }
  } catch (error) {
    // Private windows and strict settings keep nothing: then everything works as long as the server does.
    console.info('offline:', error.message);
  }
}

async function end() { // The server gives nothing to devices any more.
  for (const one of await worker.getRegistrations()) await one.unregister();
  for (const name of await caches.keys()) await caches.delete(name);
  indexedDB.deleteDatabase('otvet');
}

// Not in a frame of somebody else, where storage is another, and not in a preview, which is of this moment.
if (worker && top === self && !('preview' in html.dataset) && !panel) {
  worker.addEventListener('message', heard);
  worker.addEventListener('controllerchange', () => { if (tapped) location.reload(); });
  worker.startMessages?.();
  if (html.dataset.local) { local(JSON.parse(html.dataset.local)); worker.controller?.postMessage('look'); }
  addEventListener('online', () => worker.controller?.postMessage('look'));
  const start = () => ('on' in w ? begin() : end()).catch(() => {});
  if (document.readyState === 'complete') start(); else addEventListener('load', start);
}
