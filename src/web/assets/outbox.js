// Reports that could not be sent are kept on this device and sent when the server is back: once, from one tab.
import { byId } from './frame.js';
import { send } from './feedback.js';
import { say } from './say.js';
import { within } from './shelf.js';

const w = byId('offline').dataset;

addEventListener('otvet:unsent', event => {
  event.preventDefault();
  within(['outbox'], 'readwrite', store => store.add(event.detail)).then(() => say(w.later), () => say(w.unsent));
});

async function flush() {
  const keys = await within(['outbox'], 'readonly', store => store.getAllKeys());
  for (const key of keys) {
    const report = await within(['outbox'], 'readonly', store => store.get(key));
    try { await send(report); } catch (error) {
      if (!error.problem || error.problem.status === 429 || error.problem.status >= 500) return;
    } // What the server will never take is not kept either.
    await within(['outbox'], 'readwrite', store => store.delete(key));
  }
}

const later = () => { if (!document.hidden) navigator.locks?.request('otvet.outbox', { ifAvailable: true }, lock => lock && flush()).catch(() => {}); };
if (top === self) { // Where storage is denied, even asking for it is an error.
  for (const name of ['online', 'otvet:back', 'load']) addEventListener(name, later);
  document.addEventListener('visibilitychange', later);
}
