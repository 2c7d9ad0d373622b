// Scans of the bench page, one after the other: each is sent until it has its answer.
//
// Called by bench.js. A bench has a cable and does nothing without the server: labels and weights need it. So nothing is
// kept on disk; a scan that finds no answer is sent again under the same id, and until then the next one is not taken.

import { get, pageToken, post } from "./http.js";

const AGAIN_MS = 1000;
const ON_THE_WIRE = ["scan_id", "device", "task_id", "task_version", "raw", "source", "symbology", "at"];

export class Line {
  // bind(): the task the next scan belongs to. onReply(scan, reply); onRefused(scan); onSilent(scan, answer);
  // onSignIn(): the session has ended.
  constructor({ bind, onReply, onRefused, onSilent, onSignIn }) {
    Object.assign(this, { bind, onReply, onRefused, onSilent, onSignIn });
    this.scans = [];
    this.aside = 0;
    this.stuckSince = null;
    this.running = false;
    this.answered = 0; // counts answers: a view that was asked for before one of them is old
  }

  get size() {
    return this.scans.length;
  }

  add(scan) {
    this.scans.push(scan);
    if (!this.running) this.#run();
  }

  async #run() {
    this.running = true;
    while (this.scans.length > 0) await this.#send(this.scans[0]);
    this.running = false;
  }

  async #send(scan) {
    if (!scan.bound) Object.assign(scan, this.bind(), { bound: true });
    const answer = await post("/api/v1/scans", Object.fromEntries(ON_THE_WIRE.map((name) => [name, scan[name]])));
    const { status } = answer;
    this.answered += 1;
    if (status === 0 || status === 408 || status === 429 || status >= 500) return this.#later(scan, answer);
    this.stuckSince = null;
    if (status === 403 && (await newPageToken())) return null;
    this.scans.shift();
    if (status === 200) return this.onReply(scan, answer.body);
    if (status !== 401) return this.onRefused(scan);
    this.scans = [];
    return this.onSignIn();
  }

  #later(scan, answer) {
    this.stuckSince = this.stuckSince || new Date();
    this.onSilent(scan, answer);
    return new Promise((done) => setTimeout(done, AGAIN_MS));
  }
}

// Another window may have signed in anew: the token of this page belongs to a session that is gone.
async function newPageToken() {
  const before = pageToken();
  await get("/api/v1/me");
  return pageToken() !== before;
}
