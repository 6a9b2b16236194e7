// How the reader wants it: colours, density, size of the text; in all tabs. Where storage is denied, for this page alone.
import { html } from './frame.js';
import { keep, recall } from './store.js';

const look = html.dataset, inputs = document.querySelectorAll('#look input');
const mark = () => inputs.forEach(input => { input.checked = (look[input.name] || '') === input.value; });
function choose(name, value) {
  look[name] = value;
  keep('look', { theme: look.theme, density: look.density, size: look.size });
  mark();
}
document.addEventListener('change', event => { if (event.target.closest('#look')) choose(event.target.name, event.target.value); });
document.addEventListener('click', event => {
  const sizes = ['', 'large', 'larger'];
  if (event.target.closest('[data-bigger]')) choose('size', sizes[(sizes.indexOf(look.size || '') + 1) % 3]);
});
addEventListener('storage', event => { if (event.key === 'otvet.look') { Object.assign(look, recall('look')); mark(); } }); // Chosen in another tab.
mark();
