// What stands on every page, whatever is shown in it.
export const byId = id => document.getElementById(id);
export const html = document.documentElement;
export const body = document.body;
export const main = byId('main');
export const q = byId('q');
export const panel = body.classList.contains('panel');
