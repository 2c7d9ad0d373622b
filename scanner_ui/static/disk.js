// The device's own database: one store for the scans that wait, one for what the page has to know after a restart.
//
// Called by queue.js and offline_sign_in.js. Opened at the first use and again when the browser has closed it. A write is a
// promise that is kept only when the browser says so; one that does not come to an end is called off, so that nobody is
// told "not saved" about a scan that is saved after all.

const NAME = "wms-handheld";
const VERSION = 1;
const LONGEST_WRITE_MS = 5000;

export const SCANS = "scans";
export const KEPT = "kept";

export class Disk {
  constructor() {
    this.opening = null;
  }

  // `work(transaction)` may return a request: its result is what the promise gives.
  async write(durability, work) {
    const transaction = (await this.#open()).transaction([SCANS, KEPT], "readwrite", { durability });
    const timer = setTimeout(() => transaction.abort(), LONGEST_WRITE_MS);
    try {
      const request = work(transaction);
      // Nothing more follows: the browser need not come back first to ask.
      if (transaction.commit) transaction.commit();
      return await finished(transaction, request);
    } finally {
      clearTimeout(timer);
    }
  }

  async read(work) {
    const transaction = (await this.#open()).transaction([SCANS, KEPT], "readonly");
    return finished(transaction, work(transaction));
  }

  // A value under a name, undefined where there is none.
  get(name) {
    return this.read((transaction) => transaction.objectStore(KEPT).get(name));
  }

  put(name, value) {
    return this.write("strict", (transaction) => void transaction.objectStore(KEPT).put(value, name));
  }

  #open() {
    if (!this.opening) {
      this.opening = opened();
      this.opening.then((database) => (database.onclose = () => (this.opening = null)), () => (this.opening = null));
    }
    return this.opening;
  }
}

function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(SCANS, { keyPath: "seq", autoIncrement: true });
      request.result.createObjectStore(KEPT);
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close(); // a newer page wants to change the stores
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
}

function finished(transaction, request) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request && request.result);
    transaction.onabort = () => reject(transaction.error || new Error("the write was called off"));
  });
}
