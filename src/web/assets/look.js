// How the reader wants it, before anything is painted, so that nothing flashes. Not a module for that reason; choices are made
// in looks.js. Storage may be denied: then it is as usual.
try { Object.assign(document.documentElement.dataset, JSON.parse(localStorage.getItem('otvet.look'))); } catch { /* As it is. */ }
