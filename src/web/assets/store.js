// What this browser remembers between visits. Storage may be denied or full: then nothing is remembered, and nothing
// else changes.
export function recall(name) {
  try { return JSON.parse(localStorage.getItem('otvet.' + name)); } catch { return null; }
}

export function keep(name, value) {
  try { localStorage.setItem('otvet.' + name, JSON.stringify(value)); } catch { /* It is asked for again next time. */ }
}
