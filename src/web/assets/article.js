// What pages about articles do beyond links: the contents know where the reader is, the link of a heading is copied, and
// what has changed is shown beside the text. The text itself is never touched.
import { byId, main, parsed } from './frame.js';
import { plain, say, words } from './say.js';

const contents = document.querySelector('.contents details');

if (contents) {
  const wide = matchMedia('(min-width: 70rem)'), links = new Map();
  const fit = () => { contents.open = wide.matches; };
  wide.addEventListener('change', fit);
  fit();
  for (const link of contents.querySelectorAll('a')) links.set(decodeURIComponent(link.hash.slice(1)), link);
  const watch = new IntersectionObserver(seen => {
    for (const { target, isIntersecting } of seen) {
      if (!isIntersecting) continue;
      for (const link of links.values()) link.removeAttribute('aria-current');
      links.get(target.id).setAttribute('aria-current', 'location');
    }
  }, { rootMargin: '-10% 0px -75%' });
  for (const id of links.keys()) {
    const heading = byId(id);
    if (heading) watch.observe(heading);
  }
  // Where it covers the text, it goes away once it has served.
  contents.addEventListener('click', event => { if (event.target.closest('a') && !wide.matches) contents.open = false; });
}

main.addEventListener('click', event => {
  const anchor = event.target.closest('.article a.anchor');
  if (anchor && plain(event)) navigator.clipboard?.writeText(anchor.href).then(() => say(words.link), () => {});
});

// A difference on demand: of the open article above it, of a change in a list below that. Without an answer the link leads
// to the page that has it.
let shown = 0;
document.addEventListener('click', async event => {
  const link = event.target.closest('#notice a, a[data-part]');
  if (!link || !plain(event) || link.target === '_blank') return;
  event.preventDefault();
  const row = link.closest('li'), open = row?.querySelector('.change');
  if (open) {
    open.hidden = !open.hidden;
    return link.setAttribute('aria-expanded', !open.hidden);
  }
  const part = new URL(link.href);
  part.searchParams.set('part', 'diff');
  part.hash = '';
  try {
    const response = await fetch(part, { headers: { accept: 'text/html' } });
    const change = (await parsed(response)).querySelector('.change');
    if (!change) throw response;
    const title = change.querySelector('h2');
    title.id = 'diff-' + ++shown;
    change.removeAttribute('id');
    change.setAttribute('aria-labelledby', title.id);
    title.tabIndex = -1;
    if (row) {
      row.append(change);
      link.setAttribute('aria-expanded', true);
    } else {
      main.querySelector('.change.fresh')?.remove();
      change.classList.add('fresh');
      (main.querySelector('[data-news]') || main).prepend(change);
    }
    title.focus({ preventScroll: true });
    change.scrollIntoView({ block: 'nearest' });
  } catch { location.assign(link.href); }
});
