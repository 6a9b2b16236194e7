// What this person read lately: slugs in this browser, nothing of any customer. What they are called now, and whether
// they may still be seen, the server says.
import { byId, parsed } from './frame.js';
import { keep, recall } from './store.js';

const MOST = 5;
const known = () => { const slugs = recall('recent'); return Array.isArray(slugs) ? slugs.filter(one => typeof one === 'string') : []; };

export function remember(slug) {
  keep('recent', [slug, ...known().filter(one => one !== slug)].slice(0, MOST));
}

async function show() {
  const box = byId('recent'), slugs = known();
  if (!box || !slugs.length) return;
  try {
    const response = await fetch('/recent?' + slugs.map(slug => 'slug=' + encodeURIComponent(slug)).join('&'));
    if (!response.ok) return;
    const rows = (await parsed(response)).querySelectorAll('li');
    box.querySelector('ul').replaceChildren(...rows);
    box.hidden = !rows.length;
  } catch { /* The rest of the page says what is wrong. */ }
}

document.addEventListener('otvet:shown', show);
if (location.pathname.startsWith('/a/')) remember(decodeURIComponent(location.pathname.slice(3)));
