// Reports that could not be sent are kept by this browser and sent when the server is back: once, from one tab.
import { byId } from './frame.js';
import { send } from './feedback.js';
import { say } from './say.js';
import { keep, recall } from './store.js';

const w = byId('offline').dataset, reports = () => recall('unsent') || [];

addEventListener('otvet:unsent', event => {
  event.preventDefault();
  const before = reports();
  keep('unsent', [...before, event.detail]);
  say(reports().length > before.length ? w.later : w.unsent);
});

async function flush() {
  while (reports().length) {
    try { await send(reports()[0]); } catch (error) {
      if (!error.problem || error.problem.status === 429 || error.problem.status >= 500) return;
    } // What the server will never take is not kept either.
    keep('unsent', reports().slice(1));
  }
}

const later = () => { if (!document.hidden) navigator.locks?.request('otvet.unsent', { ifAvailable: true }, lock => lock && flush()).catch(() => {}); };
if (top === self) { // In a frame of somebody else storage is another.
  for (const name of ['online', 'otvet:back', 'load']) addEventListener(name, later);
  document.addEventListener('visibilitychange', later);
}
