// <otvet-search>: the panel of an Otvet server inside another page. Load it from that server:
//   <script type="module" src="https://kb.example.org/widget.js"></script>
//   <otvet-search for="reply" query="возврат"></otvet-search>
// `for` is the id of the field that answers are inserted into. Events, all of which bubble: otvet-ready, otvet-insert,
// otvet-copied, otvet-escape, otvet-height; `preventDefault()` on otvet-insert leaves the inserting to the page.
// Methods: search(text), context({ customer, ticket, agent }), focus().
const home = new URL('panel', import.meta.url);

class OtvetSearch extends HTMLElement {
  static observedAttributes = ['query'];
  #frame;
  #waiting = []; // What is said before the panel listens; none once it does.

  connectedCallback() {
    const address = new URL(home), query = this.getAttribute('query');
    if (query) address.searchParams.set('q', query);
    this.#waiting = [['context', {}]];
    this.#frame = Object.assign(document.createElement('iframe'), {
      src: address, title: this.getAttribute('label') || 'Ответ', allow: 'clipboard-write',
    });
    Object.assign(this.#frame.style, { border: 0, width: '100%', height: '100%', display: 'block' });
    this.style.display ||= 'block';
    this.replaceChildren(this.#frame);
    addEventListener('message', this);
  }
  disconnectedCallback() {
    removeEventListener('message', this);
    this.replaceChildren();
    this.#frame = null;
  }
  attributeChangedCallback(name, old, query) {
    if (this.#frame && query !== old) this.search(query || '');
  }

  search(q) { this.#say('search', { q: String(q) }); }
  context({ customer, ticket, agent } = {}) { this.#say('context', { customer, ticket, agent }); }
  focus() {
    this.#frame?.focus();
    this.#say('focus', {});
  }

  #say(what, more) {
    if (this.#waiting) this.#waiting.push([what, more]);
    else this.#frame?.contentWindow.postMessage({ type: 'otvet:' + what, ...more }, home.origin);
  }
  handleEvent({ source, origin, data }) {
    if (!this.#frame || source !== this.#frame.contentWindow || origin !== home.origin) return;
    const { type, ...detail } = Object(data);
    if (typeof type !== 'string' || !/^otvet:(ready|insert|copied|escape|height)$/.test(type)) return;
    if (type === 'otvet:ready') {
      const waiting = this.#waiting || [];
      this.#waiting = null;
      waiting.forEach(one => this.#say(...one));
    }
    const done = new CustomEvent(type.replace(':', '-'), { detail, bubbles: true, cancelable: true });
    const field = this.dispatchEvent(done) && document.getElementById(this.getAttribute('for'));
    if (!field) return;
    if (type === 'otvet:insert' && 'setRangeText' in field) {
      field.setRangeText(detail.text, field.selectionStart, field.selectionEnd, 'end');
      field.dispatchEvent(new Event('input', { bubbles: true }));
      field.focus();
    }
    if (type === 'otvet:escape') field.focus();
  }
}
if (!customElements.get('otvet-search')) customElements.define('otvet-search', OtvetSearch);
