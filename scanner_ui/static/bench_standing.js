// How things stand at the bench as this page knows it: the task, its screen, the view drawn last, and which answers were told.
//
// Called by bench.js. The answer to a scan of this page and a view that tells of the bench's own devices both come in here,
// and are told in the same way, by panel, tone and sound.

import { renderView } from "./bench_panels.js";
import { isFresh, showOpenGate } from "./gate.js";
import { renderLastScan, renderScreen, renderSheet } from "./screen.js";
import { byId } from "./slots.js";
import { listOf } from "./bench_wishes.js";

const UNDO = "*UNDO*";
export const REPRINT = "*REPRINT*";

export class BenchStanding {
  constructor({ task, screen, line, teller, labelWait }) {
    Object.assign(this, { task, screen, line, teller, labelWait });
    this.view = {};
    this.told = new Set(); // scans whose answer was said already
  }

  // The task the next scan belongs to.
  bound() {
    const { task } = this;
    return { task_id: task ? task.id : null, task_version: task ? task.version : null };
  }

  offers(action) {
    return (this.screen.actions || []).some((known) => known.action === action);
  }

  // Of a closed parcel nothing can be taken back, and that is not offered.
  standAt({ task, screen }) {
    const isClosed = screen.step === "scan_label" || (screen.screen === "home" && this.view.parcel);
    this.task = task;
    this.screen = isClosed ? { ...screen, actions: screen.actions.filter(({ action }) => action !== UNDO) } : screen;
  }

  // Nobody is here: the next one begins with nothing of what was shown.
  leave() {
    this.view = {};
    renderView(this.view);
  }

  // A scan of this page was answered.
  answer(scan, reply) {
    this.told.add(scan.scan_id);
    this.standAt(reply);
    renderScreen(this.screen);
    renderSheet("parcel", reply.parcel);
    renderSheet("found", reply.found);
    const { gate } = this.screen;
    if (gate && gate.open && isFresh(scan, reply, scan.endedAt, this.line.size)) {
      this.teller.answer(scan, reply, { tune: "gate_open" });
      showOpenGate(gate);
    } else {
      this.labelWait.tell(scan, reply, this.view.stopped);
    }
  }

  // A view has come. What it tells first was said before this page was opened.
  see(view, isFirst) {
    const wasClosed = Boolean(this.view.parcel);
    this.view = view;
    renderView(view);
    const news = [view.heard, view.unheard].filter((answer) => answer && !this.told.has(answer.scan_id));
    const moved = !same(this.task, view.task);
    this.standAt(view);
    if (moved || news.length > 0 || wasClosed !== Boolean(view.parcel)) renderScreen(this.screen);
    this.#showPapers();
    for (const answer of news) {
      this.told.add(answer.scan_id);
      if (isFirst) continue;
      renderLastScan(answer.raw);
      this.teller.answer({ scan_id: answer.scan_id, measured: true }, answer);
      this.teller.version += 1; // something else has been shown
    }
    this.labelWait.see(view);
  }

  // Outside the task that printed it, its label can be had once more as long as the parcel is here; before that its list.
  #showPapers() {
    const list = listOf(this.view);
    byId("bench-reprint").hidden = !list || this.offers(REPRINT);
    byId("bench-list").hidden = !list;
  }
}

function same(one, other) {
  return Boolean(one) === Boolean(other) && (!one || (one.id === other.id && one.version === other.version));
}
