// The server's answers: they agree with what the page has shown, correct it, or are the first word about a scan.
//
// Called by scan.js, never between the steps of a scan that is being taken. Afterwards what was answered leaves the queue
// together with what the page knows now.

import { isFresh, showOpenGate } from "./gate.js";
import { card } from "./path.js";
import { renderScreen, renderSheet } from "./screen.js";
import { idOf } from "./standing.js";

const REFUSED = ["refused", "unknown"]; // a shut gate is none: what holds a parcel back is always told
const READ = ["screen", "step", "where", "what", "how_many", "counted", "expect"];

export class Answers {
  // standing, queue, teller, wakeLock
  constructor(parts) {
    Object.assign(this, parts);
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
    // Where it had come before its answer was lost, it was judged there as one that nobody has judged here.
    if (!judged || (reply.replayed && scan.wasAsked)) this.standing.laidDown(scan, reply);
    const agreed = judged && agrees(scan, reply) && (later > 0 || looksAlike(reply.screen, this.standing.screen));
    if (agreed && scan.word === this.standing.word) {
      this.standing.agree(scan, reply);
      this.teller.isBooked(scan);
      if (later === 0 && !reply.task) renderScreen((this.standing.screen = reply.screen)); // home, with the work there is now
    } else {
      if (judged && !agreed) this.standing.next = []; // what was handed out ahead may be gone as well
      if (later === 0) this.standing.begun = [];
      // The server waits for the same once more, as this page does without network; a question that leaves the task as it
      // was is none of its path. Anything else than an answer drops the one before.
      const asks = reply.outcome === "confirm" && reply.task && reply.task.version !== scan.task_version;
      if (!asks) this.standing.path.dropQuestion();
      this.standing.adopt(reply, reply.replayed || (judged && later > 0) ? null : reply);
      if (asks) this.standing.path.asked = card(scan.raw);
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
      return this.teller.refuse(scan, "gate_answer_late", { tone: "look" });
    }
    this.teller.answer(scan, reply, { tune: "gate_open" });
    return showOpenGate(gate);
  }
}

// What was refused here may have been refused there before, for a reason of its own, or was only told about.
function agrees({ judged_here: shown, after, move }, { outcome, code, task }) {
  const isNothing = REFUSED.includes(outcome) || ["help", "looked_up"].includes(code);
  const same = move.kind === "stay" ? isNothing : outcome === shown.outcome && code === shown.code;
  return same && idOf(task) === idOf(after) && (!task || task.step === after.step);
}

// What the operator reads; a home screen that was foreseen knows nothing of the work there is.
function looksAlike(theirs, ours) {
  return theirs.screen === "home" || READ.every((name) => theirs[name] === ours[name]);
}
