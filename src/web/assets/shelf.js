// What this device keeps (IndexedDB). Work is done in one transaction: all of it or nothing.
let opened;

function open() {
  return opened ??= new Promise((done, failed) => {
    const request = indexedDB.open('otvet', 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('articles');
      request.result.createObjectStore('about');
    };
    request.onsuccess = () => {
      const base = request.result;
      base.onclose = base.onversionchange = () => { base.close(); opened = null; };
      done(base);
    };
    request.onerror = () => failed(request.error);
    request.onblocked = () => failed(new Error('blocked'));
  }).catch(error => { opened = null; throw error; });
}

// Gives the stores named to `work`, and what the request that it returns gives.
export async function within(names, mode, work) {
  const base = await open();
  return new Promise((done, failed) => {
    const whole = base.transaction(names, mode);
    let request;
    whole.oncomplete = () => done(request?.result);
    whole.onabort = () => failed(whole.error);
    try { request = work(...names.map(name => whole.objectStore(name))); } catch (error) { failed(error); whole.abort(); }
  });
}

export const stored = (store, key) => within([store], 'readonly', store => store.get(key));
