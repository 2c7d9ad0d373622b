// The server's answers: they agree with what the page has shown, correct it, or are the first word about a scan.
//
// Called by scan.js, never between the steps of a scan that is being taken. Afterwards what was answered leaves the queue
// together with what the page knows now.

import { isFresh, showOpenGate } from "./gate.js";
import { renderScreen, renderSheet } from "./screen.js";
import { idOf } from "./standing.js";

const READ = ["screen", "step", "where", "what", "how_many", "counted", "expect"];

export class Answers {
  constructor({ standing, queue, teller, wakeLock }) {
    Object.assign(this, { standing, queue, teller, wakeLock });
  }

  // A promise: it is written down.
  take(scans, replies, askedAt) {
    const waiting = this.queue.size;
    replies.forEach((reply, index) => this.#take(scans[index], reply, askedAt, waiting - index - 1));
    const written = this.queue.settle(scans.slice(0, replies.length), this.standing.kept());
    this.teller.waiting();
    return written;
  }

  // `later`: how many scans wait behind this one.
  #take(scan, reply, askedAt, later) {
    const judged = Boolean(scan.judged_here);
    const agreed = judged && agrees(scan, reply) && (later > 0 || looksAlike(reply.screen, this.standing.screen));
    if (agreed && scan.word === this.standing.word) {
      this.standing.agree(scan, reply);
      this.teller.isBooked(scan);
      if (later === 0 && !reply.task) renderScreen((this.standing.screen = reply.screen)); // home, with the work there is now
    } else {
      if (judged && !agreed) this.standing.next = []; // what was handed out ahead may be gone as well
      if (later === 0) this.standing.begun = [];
      this.standing.adopt(reply, reply.replayed || (judged && later > 0) ? null : reply);
      renderScreen(this.standing.screen);
      this.wakeLock.want(Boolean(this.standing.task));
      if (!judged) this.#tell(scan, reply, askedAt, later);
      else if (!agreed) this.teller.corrected(scan, reply);
    }
    this.standing.handedOut(reply.next);
  }

  // Green is only for this scan's own quick answer.
  #tell(scan, reply, askedAt, later) {
    const gate = reply.screen.gate;
    renderSheet("parcel", reply.parcel);
    renderSheet("found", reply.found);
    if (!gate || !gate.open) return this.teller.answer(scan, reply);
    if (!isFresh(scan, reply, askedAt, later)) {
      this.teller.say("look", "gate_answer_late", "look", {}, scan.scan_id);
      return this.teller.measure(scan);
    }
    this.teller.answer(scan, reply, { tune: "gate_open" });
    return showOpenGate(gate);
  }
}

function agrees({ judged_here: shown, after }, { outcome, code, task }) {
  return outcome === shown.outcome && code === shown.code && idOf(task) === idOf(after) && (!task || task.step === after.step);
}

// What the operator reads; a home screen that was foreseen knows nothing of the work there is.
function looksAlike(theirs, ours) {
  return theirs.screen === "home" || READ.every((name) => theirs[name] === ours[name]);
}
