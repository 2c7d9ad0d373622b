// Asks the server where the operator is, when nothing waits here to be sent.
//
// Called by scan.js: when the page opens, when its path has got lost, and while a scale beside the bench may answer.

import { get } from "./http.js";
import { renderScreen } from "./screen.js";

const SCALE_POLL_MS = 1500;

export class Whereabouts {
  // standing, queue, net, owner, session, teller, wakeLock
  constructor(parts) {
    Object.assign(this, parts);
  }

  listen() {
    setInterval(() => this.#watchScale(), SCALE_POLL_MS);
  }

  // True when that was news.
  async ask() {
    const { standing, queue, net, session } = this;
    const before = this.#mark();
    if (!this.owner.mine || !net.online || queue.size > 0 || !session.open) return false;
    const { status, body } = await get("/api/v1/screen");
    if (status === 0) net.silent();
    if (status === 401) session.askForBadge("sign_in_again");
    if (status !== 200 || this.#mark() !== before) return false; // a scan came first
    const { task } = standing;
    const moved = !(task && body.task && body.task.id === task.id && body.task.version === task.version);
    standing.begun = [];
    if (body.shift_until) standing.shiftUntil = body.offline_allowed ? body.shift_until : "";
    standing.adopt(body, body);
    standing.handedOut(body.next);
    queue.keep(standing.kept()).catch(() => {});
    if (moved) renderScreen(standing.screen);
    this.wakeLock.want(Boolean(standing.task));
    return moved;
  }

  #mark() {
    const { word, upTo } = this.standing;
    return `${word}/${upTo}/${this.queue.size}/${this.session.open}`;
  }

  // While a weight is asked for, a scale may send it: then the task has moved on without a scan here.
  async #watchScale() {
    const { standing, teller } = this;
    if (!standing.task || !standing.screen.kinds.includes("weight") || document.hidden || !(await this.ask())) return;
    const asks = Boolean(standing.task);
    teller.say(asks ? "look" : "go", "weighed_by_scale", asks ? "look" : "task_done");
    teller.version += 1;
  }
}
