// Sends the waiting scans in order, up to fifty at a time, until each has its answer.
//
// Called by scan.js. A scan leaves the queue only when the server has judged it or will never take it; without network,
// without answer or with a busy server it stays and is sent again under the same id and with the same contents, which the
// server answers with what it said the first time.

import { get, pageToken, post } from "./http.js";
import { alone } from "./owner.js";

const MOST = 50;
const BACKOFF_MS = { first: 500, longest: 15000 };
const POKE_MS = 3000;
const TRIES_ON_SERVER_FAULT = 3;
const ON_THE_WIRE = [
  "scan_id", "device", "task_id", "task_version", "raw", "source", "symbology", "at", "judged_here", "made_offline",
  "ahead", "more", "next_held",
];

export class Sender {
  // queue, net, owner; bind(): the fields a scan takes from the screen at its first attempt. onReplies(scans, replies, askedAt): a promise.
  // onRefused(scan); onSignIn(); onDelay(scans); isHere(operator): whether the session's is the page's.
  constructor(parts) {
    Object.assign(this, parts);
    this.running = false;
    this.done = null;
    this.again = false;
    this.paused = false;
    this.failures = 0;
    this.faults = 0;
    this.notBefore = 0;
    this.most = MOST;
  }

  listen() {
    setInterval(() => this.drain(), POKE_MS);
  }

  // Do not wait for the end of the back-off.
  retry() {
    this.notBefore = 0;
    return this.drain();
  }

  pause() {
    this.paused = true;
  }

  resume() {
    this.paused = false;
    return this.retry();
  }

  // Ends when nothing is left, or nothing can be sent now.
  drain() {
    this.again = true;
    if (!this.running) this.done = this.#run();
    return this.done;
  }

  async #run() {
    this.running = true;
    while (this.again) {
      this.again = false;
      if (this.#next().length > 0) await alone(() => this.#sendAll()).catch(() => this.#later({ status: 503 }));
    }
    this.running = false;
  }

  #next() {
    if (this.paused || !this.owner.mine || performance.now() < this.notBefore) return [];
    return this.queue.batch(this.most);
  }

  async #sendAll() {
    for (let scans = this.#next(); scans.length > 0; scans = this.#next()) {
      if (!(await this.#send(scans))) return;
    }
  }

  // True when the next may follow.
  async #send(scans) {
    const last = scans[scans.length - 1];
    if (!last.bound) await this.queue.bind(last, this.bind());
    const askedAt = performance.now();
    const answer = await post("/api/v1/scans", { scans: scans.map(wireForm) });
    if (answer.status !== 0) this.net.answered();
    if (!this.owner.mine) return false; // whoever owns the device now sends them once more
    if (answer.status === 200) return this.#answered(scans, answer.body.replies, askedAt);
    if (answer.status === 403 && (await this.#newPageToken())) return true;
    if (answer.status === 401 || this.paused) {
      this.pause();
      this.onSignIn();
      return false;
    }
    if (this.#isForGood(answer.status) && scans.length > 1) {
      this.most = 1; // one of them is the trouble: it alone shall stay behind
      return true;
    }
    return this.#notTaken(scans, answer.status, answer);
  }

  // Each has its own answer, or a problem in its place.
  async #answered(scans, replies, askedAt) {
    const judged = replies.map((reply, index) => [scans[index], reply]).filter(([, reply]) => !reply.problem);
    if (judged.length > 0) await this.onReplies(judged.map(([scan]) => scan), judged.map(([, reply]) => reply), askedAt);
    this.most = MOST;
    const trouble = replies.findIndex((reply) => reply.problem);
    if (judged.length > 0) this.faults = 0;
    if (trouble >= 0) return this.#notTaken(scans.slice(trouble), replies[trouble].problem.status, {});
    this.failures = 0;
    return true;
  }

  // The first of these stays behind for good, or all of them are sent again later.
  async #notTaken(scans, status, answer) {
    if (!this.#isForGood(status)) {
      this.#later({ ...answer, status });
      this.onDelay(scans);
      return false;
    }
    this.failures = this.faults = 0;
    this.most = MOST;
    scans[0].status = status;
    await this.onRefused(scans[0]);
    return true;
  }

  // Another window may have signed in: the page's token belongs to a session that is gone. The new one may be somebody
  // else's, and nothing is sent in it then.
  async #newPageToken() {
    const before = pageToken();
    const { status, body } = await get("/api/v1/me");
    this.paused = status === 200 && !this.isHere(body.operator);
    return !this.paused && pageToken() !== before;
  }

  #isForGood(status) {
    if (status === 500) return this.faults + 1 >= TRIES_ON_SERVER_FAULT;
    return status >= 400 && status < 500 && ![408, 425, 429].includes(status);
  }

  #later({ status, retryAfter }) {
    this.failures += 1;
    if (status === 500) this.faults += 1;
    const asked = Number(retryAfter) * 1000 || 0;
    const backOff = Math.min(BACKOFF_MS.longest, BACKOFF_MS.first * 2 ** (this.failures - 1));
    const wait = Math.max(Math.min(asked, BACKOFF_MS.longest), backOff * (0.75 + Math.random() / 2));
    this.notBefore = performance.now() + wait;
    setTimeout(() => this.drain(), wait + 1);
    if (status === 0) this.net.silent();
    else if (status !== 503 && status !== 429) this.net.tell("down");
  }
}

function wireForm(scan) {
  return Object.fromEntries(ON_THE_WIRE.filter((name) => scan[name] !== undefined).map((name) => [name, scan[name]]));
}
