// The scans that are not answered yet, in the order they were made, on disk.
//
// Called by scan.js and sender.js. A scan is on disk before anybody sees an answer to it, with its number: (device, seq)
// is given in the transaction that writes it, so a kill in between can neither lose one nor give a number twice. What the
// page knows (`here`) is written together with the scans it already includes (`here.upTo`): after a restart, the later
// ones are applied to it again.
//
// `scans` is the same list in memory; only the page that owns the device changes it.

import { KEPT, SCANS } from "./disk.js";

const HERE = "here";
const AHEAD = "ahead";
const IDLE_MS = 2000;

export class Queue {
  constructor(disk) {
    this.disk = disk;
    this.scans = [];
    this.aheadWritten = null;
    this.longer = null;
  }

  // Reads everything again; gives what the page knew.
  async load() {
    this.scans = (await this.disk.read((transaction) => transaction.objectStore(SCANS).getAll())) || [];
    for (const scan of this.scans) delete scan.endedAt; // another page's clock: such an answer is never a fresh one
    this.aheadWritten = null;
    const [here, ahead] = [await this.disk.get(HERE), await this.disk.get(AHEAD)];
    return here && ahead && { here, ahead };
  }

  // Fails where the scan is not on disk: then it was not taken.
  async add(scan) {
    scan.seq = await this.disk.write("strict", (transaction) => transaction.objectStore(SCANS).add(scan));
    this.scans.push(scan);
  }

  // Writes down what is known of a scan by now. What it is bound to was perhaps sent already: every further attempt says
  // the same.
  async bind(scan, fields) {
    const { task_id, task_version } = scan;
    const bound = { ...fields, ...(scan.bound && { task_id, task_version }), bound: true };
    await this.disk.write("strict", (transaction) => void transaction.objectStore(SCANS).put({ ...scan, ...bound }));
    Object.assign(scan, bound);
  }

  // These have their answers: they go, and what the page knows now stays.
  async settle(answered, { here, ahead }) {
    const gone = new Set(answered);
    this.scans = this.scans.filter((scan) => !gone.has(scan));
    const isOther = !this.aheadWritten || this.aheadWritten.laid !== ahead.laid;
    await this.disk.write("relaxed", (transaction) => {
      for (const scan of answered) transaction.objectStore(SCANS).delete(scan.seq);
      transaction.objectStore(KEPT).put(here, HERE);
      if (isOther) transaction.objectStore(KEPT).put(ahead, AHEAD);
    });
    if (isOther) this.aheadWritten = ahead;
    else if (ahead !== this.aheadWritten) this.#whenIdle(ahead);
  }

  // A path that has only become longer can wait until nobody scans: it is large.
  #whenIdle(ahead) {
    const waits = Boolean(this.longer);
    this.longer = ahead;
    if (waits) return;
    const write = () => {
      const longer = this.longer;
      this.longer = null;
      if (longer.laid !== this.aheadWritten.laid) return;
      this.aheadWritten = longer;
      this.disk.write("relaxed", (transaction) => void transaction.objectStore(KEPT).put(longer, AHEAD)).catch(() => {});
    };
    if (window.requestIdleCallback) requestIdleCallback(write, { timeout: IDLE_MS });
    else setTimeout(write, IDLE_MS);
  }

  keep(known) {
    return this.settle([], known);
  }

  // The server will not take this one. It is kept for a supervisor, and with it the later ones that counted on it.
  setAside(refused) {
    const held = this.waiting().filter(
      (scan) => scan === refused || (scan.seq > refused.seq && scan.judged_here && scan.task_id && scan.task_id === refused.task_id),
    );
    for (const scan of held) scan.aside = true;
    return this.#put(held);
  }

  // Tries what was set aside once more, of the one who made it.
  takeUpAgain(operator) {
    const held = this.scans.filter((scan) => scan.aside && scan.operator === operator);
    for (const scan of held) scan.aside = false;
    return this.#put(held);
  }

  #put(scans) {
    return this.disk.write("strict", (transaction) => {
      for (const scan of scans) transaction.objectStore(SCANS).put(scan);
    });
  }

  waiting() {
    return this.scans.filter((scan) => !scan.aside);
  }

  // What may be sent together: up to the first scan of which only the answers before it will tell what it belongs to.
  batch(most) {
    const waiting = this.waiting();
    const open = waiting.findIndex((scan) => !scan.judged_here);
    return waiting.slice(0, Math.min(most, open < 0 ? most : open + 1));
  }

  // Those nobody has judged yet, the last ones: the page cannot know what comes after them.
  get asked() {
    return this.waiting().filter((scan) => !scan.judged_here);
  }

  get size() {
    return this.waiting().length;
  }

  get aside() {
    return this.scans.length - this.size;
  }
}
