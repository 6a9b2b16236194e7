// The panel inside another page: what the two tell each other. Only the page right around this one is listened to, and
// only if its origin is one that the server was configured with; nobody else is told anything. See docs/embedding.md.
import { body, html, q } from './frame.js';
import { card, fill, warn, whole } from './copy.js';
import { outermost } from './keys.js';
import { ask } from './search.js';

const configured = document.querySelector('meta[name="otvet-origins"]');
const embedded = configured && parent !== window, origins = [location.origin, ...(configured?.content.split(' ').filter(Boolean) || [])];
const around = location.ancestorOrigins?.[0] || (document.referrer && new URL(document.referrer).origin);
// Where it is not known who is around, all who may be are told; the browser delivers to nobody else.
let hosts = origins.includes(around) ? [around] : around ? [] : origins;

function tell(type, more) {
  if (embedded) for (const host of hosts) parent.postMessage({ type: 'otvet:' + type, ...more }, host);
}

// --- What the host says. Nothing of it is trusted: texts are cut, all else is ignored.
const text = (value, most = 200) => typeof value === 'string' ? value.trim().slice(0, most) : '';
let asked = null, known = '';
const said = {
  'otvet:search'({ q }) { if (typeof q === 'string') ask(asked = text(q, 2000)); },
  'otvet:focus'() {
    q.focus();
    q.select();
  },
  'otvet:context'({ customer, ticket, agent }) {
    const name = text(customer?.name), by = text(agent?.name ?? agent), now = name + '\n' + text(ticket?.id);
    const values = {};
    for (const gap of ['имя', 'имя клиента', 'клиент', 'name', 'customer']) values[gap] = name;
    for (const gap of ['оператор', 'имя оператора', 'agent', 'operator']) values[gap] = by;
    fill(values, null, now !== known); // What was filled in for another customer is forgotten.
    known = now;
    const last = text(ticket?.last_message, 2000) || text(ticket?.subject, 2000);
    // What the operator typed is left alone.
    if (last && (!q.value || q.value === asked)) ask(asked = last);
  },
};
// Chatwoot says it as a text of JSON, and to whoever asks.
function fromChatwoot(line) {
  let event, data;
  try { ({ event, data } = JSON.parse(line) || {}); } catch { return; }
  if (event !== 'appContext' || !data) return;
  const messages = Array.isArray(data.conversation?.messages) ? data.conversation.messages : [];
  const last = messages.findLast(message => message?.message_type === 0 && text(message.content));
  said['otvet:context']({
    customer: { name: data.contact?.name }, agent: { name: data.currentAgent?.name },
    ticket: { id: String(data.conversation?.id ?? ''), last_message: last?.content },
  });
}

if (embedded) {
  addEventListener('message', ({ source, origin, data }) => {
    if (source !== parent || !origins.includes(origin)) return;
    hosts = [origin];
    if (typeof data === 'string') return fromChatwoot(data);
    if (typeof data?.type !== 'string' || !Object.hasOwn(said, data.type)) return;
    html.classList.add('bridge'); // Whoever speaks the protocol takes answers, too.
    said[data.type](data);
  });
  outermost.escape = () => tell('escape');
  outermost.insert = () => {
    if (!html.classList.contains('bridge')) return false;
    tell('insert', whole(card()));
    warn(card(), 'inserted');
  };
  addEventListener('click', event => { if (event.target.closest('[data-insert]') && card()) outermost.insert(); });
  addEventListener('otvet:copied', event => {
    const { slug, revision } = event.target.dataset;
    if (event.detail !== 'inserted') tell('copied', { slug, revision, format: event.detail });
  });
  let height = 0;
  new ResizeObserver(() => {
    const now = html.scrollHeight;
    if (now !== height) tell('height', { height: height = now });
  }).observe(body);
  tell('ready', { version: 1, edition: html.dataset.edition || null });
  for (const host of hosts) parent.postMessage('chatwoot-dashboard-app:fetch-info', host);
}
