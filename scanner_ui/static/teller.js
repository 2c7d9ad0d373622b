// What the operator is told about a scan: words, tone, sound, and the time it took.
//
// Called by scan.js, answers.js and session.js. A scan is told once; when its booking comes later, only the tone follows.

import { canSay, currentLanguage, sentence } from "./page_words.js";
import { renderEcho, renderOutcome } from "./outcome.js";
import { renderWaiting } from "./screen.js";
import { afterPaint } from "./slots.js";
import { soundFor } from "./sound.js";

export const TONES = { accepted: "go", completed: "go", confirm: "look", refused: "stop", unknown: "stop", gate_closed: "stop" };

const KEPT_CASES = 50; // scans of them

export class Teller {
  // standing.cases: scans that came too late and became exceptions on the supervisors' board.
  constructor({ sound, queue, standing = { cases: [] } }) {
    Object.assign(this, { sound, queue, standing });
    this.version = 0; // counts what the operator has been shown
    this.shown = { scanId: "", tone: "idle" };
  }

  // The answer to a scan: the page's own from the path, or the server's.
  answer(scan, { outcome, code, message, said, why, task }, { saved = false, tune = soundFor({ outcome, task }) } = {}) {
    const booked = { tone: TONES[outcome] || "stop", outcome, code, scanId: scan.scan_id, why, ...(message || sentence(said)) };
    this.#show(saved ? { ...booked, tone: "saved", next: this.#waits() } : booked, booked);
    this.sound.play(saved ? "saved" : tune);
    if (outcome === "accepted" || outcome === "completed") this.version += 1;
    this.measure(scan);
  }

  // Something the page itself has to say that answers no scan.
  say(tone, code, tune, details = {}) {
    this.#show({ tone, code, scanId: "", ...inWords(code, details), counts: false });
    this.sound.play(tune);
  }

  // The page's own answer to a scan; `scan` has no id where nothing was made of it.
  refuse(scan, code, { tone = "stop", tune = tone, details = {}, counts = true } = {}) {
    const outcome = tone === "stop" ? "refused" : "confirm";
    this.#show({ tone, outcome, code, scanId: scan.scan_id || "", ...inWords(code, details), counts });
    this.sound.play(tune);
    if (!scan.scan_id) this.version += 1; // the same may come again at once
    this.measure(scan);
  }

  // What is no outcome of a scan: asking, signing in.
  mention(tone, { title, next = "" }, code = "", scanId = "") {
    this.#show({ tone, code, scanId, title, next, isNews: false });
  }

  // The server said otherwise than the page had.
  corrected(scan, reply) {
    const number = reply.exception && reply.exception.number;
    const words = sentence(number ? "corrected_case" : "corrected", { said: reply.message.title, next: reply.message.next, number });
    if (number) this.#becameACase(scan, reply, `${reply.message.title} ${words.next}`);
    const tone = TONES[reply.outcome] === "stop" ? "stop" : "look";
    this.#show({ tone, outcome: reply.outcome, code: reply.code, scanId: scan.scan_id, why: reply.why, ...words, isNews: false });
    const panel = document.getElementById("outcome").dataset;
    panel.corrections = String(Number(panel.corrections || 0) + 1);
    this.sound.play(tone);
  }

  // It waits here after all, or it does not wait any more.
  waits(scan) {
    if (this.shown.scanId !== scan.scan_id || this.shown.outcome === "confirm") return; // a question stays to be read
    this.#show({ ...this.shown, tone: "saved", next: this.#waits(), isNews: false }, this.booked);
  }

  isBooked(scan) {
    if (this.shown.scanId === scan.scan_id && this.shown.tone === "saved" && this.booked) this.#show({ ...this.booked, isNews: false });
  }

  // The note about it stays as long as the scan it repeated is what the panel speaks of.
  bounced() {
    const last = this.queue.scans[this.queue.scans.length - 1];
    this.bouncedOf = last ? last.scan_id : this.shown.scanId;
    renderEcho(sentence("same_scan_ignored").title);
    this.sound.play("echo");
  }

  waiting() {
    renderWaiting(this.queue.size, this.attention);
  }

  // How many need somebody.
  get attention() {
    return this.queue.aside + new Set(this.standing.cases.map(({ id }) => id)).size;
  }

  #becameACase({ raw, at, operatorName: who }, { exception: { id } }, said) {
    const { standing } = this;
    standing.cases = [...standing.cases.slice(1 - KEPT_CASES), { id, raw, at, who, said }];
  }

  // From the scanner's suffix until the answer has been painted; once per scan.
  measure(scan) {
    if (scan.measured) return;
    scan.measured = true;
    if (scan.endedAt === undefined) return;
    afterPaint(() => performance.measure("scan", { start: scan.endedAt, end: performance.now(), detail: scan.scan_id || "" }));
  }

  #waits() {
    return sentence("waiting_here", { n: this.queue.size }).next;
  }

  #show(shown, booked = null) {
    this.shown = shown;
    this.booked = booked;
    if (shown.isNews !== false && shown.scanId !== this.bouncedOf) renderEcho("");
    renderOutcome(shown);
  }
}

// A problem of the server that the page has no words for brings its own.
function inWords(code, details) {
  return canSay(code) ? sentence(code, { ...details, ...details.details }) : { title: details.title || code, next: details.detail || "" };
}

export function timeOfDay(moment) {
  return moment.toLocaleTimeString(currentLanguage(), { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}
