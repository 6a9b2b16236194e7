// What the reader thinks of an answer, or that there was none: the page's own form, sent without leaving the page.
import { make, panel } from './frame.js';
import { say, words } from './say.js';

// Sends a report as the API takes it; gives what the server says. Fails with a TypeError when there is no connection and
// with an Error whose `problem` is the server's otherwise: only the former is worth another try later.
export async function send(report) {
  const response = await fetch('/api/v1/feedback', {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(report),
  });
  const body = await response.json();
  if (!response.ok) throw Object.assign(new Error(body.detail), { problem: body });
  return body;
}

// Returns what a form says as a report.
function report(form, button) {
  const fields = new FormData(form, button), of = {};
  for (const [name, value] of fields) if (value && name !== 'back') of[name] = value;
  return panel ? { ...of, surface: 'panel' } : of;
}

document.addEventListener('submit', async event => {
  const form = event.target;
  if (!('feedback' in form.dataset)) return;
  event.preventDefault();
  const buttons = [...form.querySelectorAll('button')], sent = report(form, event.submitter);
  buttons.forEach(button => { button.disabled = true; });
  try {
    const taken = await send(sent), kept = taken.state === 'queued';
    const text = kept ? words.thanks : words.unkept;
    if (kept) {
      const number = make('b', { className: 'number-of' }, taken.id);
      const thanks = make('p', { className: 'thanks', tabIndex: -1 }, text, ` ${words.number} `, number);
      form.replaceWith(thanks);
      thanks.focus({ preventScroll: true });
    }
    say(text);
  } catch (error) {
    if (!error.problem && !dispatchEvent(new CustomEvent('otvet:unsent', { detail: sent, cancelable: true }))) return;
    say(error.problem ? error.problem.status === 429 ? words.unkept : error.message : words.unsent);
  } finally {
    buttons.forEach(button => { button.disabled = false; });
  }
});
