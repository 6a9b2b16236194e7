// A new edition: said, never put under the reader's eyes. One connection for the page that is seen, since browsers open
// few to one server.
import { say } from './say.js';

const html = document.documentElement, notice = document.getElementById('notice');
let events;

// The edition that what is shown now was made from.
export function named(edition) {
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
listen(false);
