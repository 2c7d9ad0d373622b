// Asks again and again what is new at this bench: codes and weights also come from the bench's program.
//
// Called by bench.js. An answer that says "nothing new" (304) costs the server next to nothing, so it may be asked often.
// What was asked before a scan of this page was answered is old, and is asked for anew.

const ASK_MS = 300;
const HIDDEN_MS = 3000;
const SILENT_MS = 1500;
const TIMEOUT_MS = 8000;

export class Watch {
  // address(): where to ask, "" for not at all. mark(): changes when an answer on its way becomes old. onView(view, isFirst);
  // onAnswered(); onSilent(); onRefused(status, problem).
  constructor({ address, mark, onView, onAnswered, onSilent, onRefused }) {
    Object.assign(this, { address, mark, onView, onAnswered, onSilent, onRefused });
    this.etag = "";
    this.first = true;
    this.timer = 0;
    this.asking = false;
  }

  // From here on, as if nothing had been seen.
  begin() {
    this.etag = "";
    this.first = true;
    this.soon();
  }

  soon() {
    this.#in(0);
  }

  #in(milliseconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#ask(), milliseconds);
  }

  async #ask() {
    const address = this.address();
    if (address === "" || this.asking) return;
    this.asking = true;
    const mark = this.mark();
    const { status, body, etag } = await fetched(address, this.etag);
    this.asking = false;
    if (address !== this.address()) return this.begin();
    if (mark !== this.mark()) return this.soon();
    if (status === 0 || status >= 500) {
      this.onSilent();
      return this.#in(SILENT_MS);
    }
    this.onAnswered();
    if (status === 200) {
      this.etag = etag;
      this.onView(body, this.first);
      this.first = false;
    } else if (status !== 304) {
      return this.onRefused(status, body);
    }
    return this.#in(document.hidden ? HIDDEN_MS : ASK_MS);
  }
}

async function fetched(address, etag) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
  try {
    const headers = etag ? { "If-None-Match": etag } : {};
    const response = await fetch(address, { headers, cache: "no-store", credentials: "same-origin", signal: stop.signal });
    const body = response.status === 304 ? {} : await response.json();
    return { status: response.status, body, etag: response.headers.get("ETag") || "" };
  } catch (error) {
    return { status: 0, body: {}, etag: "" };
  } finally {
    clearTimeout(timer);
  }
}
