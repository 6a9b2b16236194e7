// What stands on every page, whatever is shown in it.
export const byId = id => document.getElementById(id);
export const html = document.documentElement;
export const body = document.body;
export const main = byId('main');
export const q = byId('q');
export const panel = body.classList.contains('panel');
export const make = (name, properties, ...inside) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...inside);
  return made;
};
// What the server rendered, as a document of its own.
export const parsed = async response => new DOMParser().parseFromString(await response.text(), 'text/html');
