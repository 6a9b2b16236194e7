// Words for the reader: seen for a moment, and spoken. The words themselves come with the page.
const said = document.getElementById('said');
let hush;

export const words = said.dataset;

export function say(text, seen = true) {
  said.textContent = text;
  said.classList.toggle('shown', seen);
  clearTimeout(hush);
  hush = setTimeout(() => { said.classList.remove('shown'); said.textContent = ''; }, 4000);
}
