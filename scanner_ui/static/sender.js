// Sends the waiting scans, one at a time and in order, until each has its answer.
//
// Called by scan.js. A scan leaves the queue only when the server has judged it or has refused to take it for good;
// without network, without answer or with a busy server it stays and is sent again under the same id, which the server
// answers with what it said the first time.

const TIMEOUT_MS = 8000;
const BACKOFF_MS = { first: 500, longest: 15000 };
const POKE_MS = 3000;
const ALIVE = "/health/live";
const TRIES_ON_SERVER_FAULT = 3;

export class Sender {
  // onReply(scan, reply, askedAt); onRejected(scan, problem); onSignIn(); onNet("online" | "offline" | "down");
  // onDelay(scan, problem). `bind()` gives the fields a scan takes from the screen at its first attempt.
  constructor({ queue, bind, onReply, onRejected, onSignIn, onNet, onDelay }) {
    Object.assign(this, { queue, bind, onReply, onRejected, onSignIn, onNet, onDelay });
    this.net = "";
    this.running = false;
    this.paused = false;
    this.failures = 0;
    this.notBefore = 0;
  }

  listen() {
    addEventListener("online", () => this.retry());
    addEventListener("offline", () => this.#tell("offline"));
    document.addEventListener("visibilitychange", () => document.hidden || this.retry());
    addEventListener("pageshow", () => this.retry());
    setInterval(() => this.#poke(), POKE_MS);
    this.#tell(navigator.onLine ? "online" : "offline");
  }

  // With nothing to send, somebody has to find out that the server is back.
  async #poke() {
    if (this.queue.size === 0 && this.net !== "online") await this.#ask();
    this.drain();
  }

  async #ask() {
    try {
      const response = await fetch(ALIVE, { cache: "no-store", signal: AbortSignal.timeout(POKE_MS) });
      this.#tell(response.ok ? "online" : "down");
    } catch (error) {
      this.#tell(navigator.onLine ? "down" : "offline");
    }
  }

  #tell(net) {
    this.net = net;
    this.onNet(net);
  }

  // Something may have become better: do not wait for the end of the back-off.
  retry() {
    this.notBefore = 0;
    this.#poke();
  }

  pause() {
    this.paused = true;
  }

  resume() {
    this.paused = false;
    this.retry();
  }

  async drain() {
    if (this.running || this.paused) return;
    this.running = true;
    try {
      for (let scan = await this.queue.first(); scan && !this.paused; scan = await this.queue.first()) {
        if (performance.now() < this.notBefore || !(await this.#send(scan))) break;
      }
    } finally {
      this.running = false;
    }
  }

  // True when the next scan may follow.
  async #send(scan) {
    if (!scan.bound) scan = await this.queue.bind(scan.scan_id, { ...this.bind(), bound: true });
    const askedAt = performance.now();
    const answer = await post("/api/v1/scans", wireForm(scan));
    if (answer.status === 200) {
      this.failures = 0;
      this.#tell("online");
      await this.queue.remove(scan.scan_id);
      this.onReply(scan, answer.body, askedAt);
      return true;
    }
    if (answer.status === 401) {
      this.#tell("online");
      this.pause();
      this.onSignIn();
      return false;
    }
    if (isForGood(answer.status) || (answer.status === 500 && this.failures + 1 >= TRIES_ON_SERVER_FAULT)) {
      this.failures = 0;
      this.#tell("online");
      await this.queue.remove(scan.scan_id);
      this.onRejected(scan, answer.body);
      return true;
    }
    this.#later(answer);
    this.onDelay(scan, answer);
    return false;
  }

  #later(answer) {
    this.failures += 1;
    const asked = Number(answer.retryAfter) * 1000 || 0;
    const backOff = Math.min(BACKOFF_MS.longest, BACKOFF_MS.first * 2 ** (this.failures - 1));
    const wait = Math.max(Math.min(asked, BACKOFF_MS.longest), backOff * (0.75 + Math.random() / 2));
    this.notBefore = performance.now() + wait;
    setTimeout(() => this.drain(), wait + 1);
    if (answer.status === 0) this.#tell(navigator.onLine ? "down" : "offline");
    else this.#tell(answer.status === 503 || answer.status === 429 ? "online" : "down");
  }
}

// One request to the server. Never throws: status 0 means that no answer came.
export async function post(address, body) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
  try {
    const response = await fetch(address, {
      method: "POST",
      credentials: "same-origin",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json, application/problem+json",
        "X-CSRF-Token": csrf().content,
      },
      body: JSON.stringify(body),
      signal: stop.signal,
    });
    const text = await response.text();
    const parsed = parse(text);
    const token = response.headers.get("X-CSRF-Token") || parsed.csrf_token;
    if (token) csrf().content = token;
    // An answer that is not ours (a login page of the Wi-Fi, a proxy's) is no answer.
    const status = response.status === 200 && text !== "" && parsed.unreadable ? 0 : response.status;
    return { status, body: parsed, retryAfter: response.headers.get("Retry-After") };
  } catch (error) {
    return { status: 0, body: {}, retryAfter: null };
  } finally {
    clearTimeout(timer);
  }
}

// What the server says now, or null. Never throws.
export async function get(address) {
  try {
    const response = await fetch(address, { credentials: "same-origin", signal: AbortSignal.timeout(TIMEOUT_MS) });
    return response.ok ? await response.json() : null;
  } catch (error) {
    return null;
  }
}

function isForGood(status) {
  return status >= 400 && status < 500 && ![401, 408, 425, 429].includes(status);
}

function parse(text) {
  try {
    return JSON.parse(text) || {};
  } catch (error) {
    return { unreadable: true };
  }
}

function csrf() {
  return document.querySelector('meta[name="csrf-token"]');
}

function wireForm(scan) {
  const { scan_id, device, task_id, task_version, raw, source, symbology, at } = scan;
  return { scan_id, device, task_id, task_version, raw, source, symbology, at };
}
