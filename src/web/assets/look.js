// How the reader wants it: colours, density, size of the text. Not a module: it runs before anything is painted, so that
// nothing flashes. Storage may be denied: then the choice holds for this page.
(() => {
  const html = document.documentElement, names = ['theme', 'density', 'size'];
  let look = {};
  const wear = () => names.forEach(name => { html.dataset[name] = look[name] || ''; });
  const recall = () => {
    try { look = JSON.parse(localStorage.getItem('otvet.look')) || look; } catch { /* As it is. */ }
    wear();
  };
  const mark = () => document.querySelectorAll('#look input').forEach(input => { input.checked = (look[input.name] || '') === input.value; });
  const choose = (name, value) => {
    look = { ...look, [name]: value };
    try { localStorage.setItem('otvet.look', JSON.stringify(look)); } catch { /* For this page alone. */ }
    wear();
    mark();
  };
  recall();
  document.addEventListener('DOMContentLoaded', mark);
  document.addEventListener('change', event => { if (event.target.closest('#look')) choose(event.target.name, event.target.value); });
  document.addEventListener('click', event => {
    const sizes = ['', 'large', 'larger'];
    if (event.target.closest('[data-bigger]')) choose('size', sizes[(sizes.indexOf(look.size || '') + 1) % 3]);
  });
  addEventListener('storage', event => { if (event.key === 'otvet.look') { recall(); mark(); } }); // Chosen in another tab.
})();
