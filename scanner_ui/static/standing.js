// Where the operator stands: who, which task, which screen, the path ahead and the tasks handed out ahead.
//
// Called by scan.js and answers.js. It judges a scan from the path alone (`judge`), goes on (`apply`), and takes the
// server's word over its own (`adopt`). Everything it knows can be written down (`kept`) and taken up again (`restore`), so a
// page that was killed opens on exactly the line that was left.

import { Path, card, fits } from "./path.js";

const UNDO = "*UNDO*";
const HOME = "*HOME*";
const KNOWN_TASKS = 50;
const KEPT_HISTORY = 6; // written down at every answer: as short as anybody goes back

export class Standing {
  constructor() {
    this.operator = null;
    this.signedIn = false;
    this.shiftUntil = "";
    this.pageToken = "";
    this.screen = { screen: "sign_in", kinds: [] };
    this.task = null;
    this.path = new Path();
    this.next = []; // tasks leased ahead
    this.begun = []; // ids of those begun: an answer on its way may still name them
    this.lost = false; // the path has to be asked for
    this.word = 0; // counts how often the server's word replaced ours
    this.upTo = 0;
    this.cases = []; // scans the server refused later, for the list of what needs somebody
    this.ahead = null;
  }

  // --- judging here ----------------------------------------------------------------------------------------------------

  // The move a scan stands for, or null where only the server can tell.
  judge(raw, offline) {
    const code = card(raw);
    if (code === UNDO) return offline && this.path.taken.length > 0 ? { kind: "undo", raw } : null;
    const step = this.path.next;
    if (step && fits(step, raw, offline)) return step.needs_server ? null : { kind: "step", raw };
    if (this.task) return offline ? this.#exits(code) : null;
    const next = this.next.find((task) => fits(task, raw));
    if (next && this.#isOther(next, offline)) return null;
    if (next) return next.needs_server ? null : { kind: "next", raw, id: next.task.id };
    const opened = this.next.find((task) => this.#opens(task, raw));
    return opened ? { kind: "enter", raw, id: opened.task.id } : null;
  }

  // The same of a scan the server was asked about. It may have come there, so what it is bound to has to be right as it is;
  // otherwise it is refused, and leads nowhere.
  judgeAgain({ raw, bound, task_id: id, task_version: version }) {
    const move = this.judge(raw, true);
    const from = move && this.foresee(move).from;
    const isMeant = !bound || (idOf(from) === id && (!from || from.version === version));
    return move && isMeant ? move : { kind: "stay", raw };
  }

  // Ways off the path, for who cannot ask.
  #exits(code) {
    if (code === HOME) return this.#home() ? { kind: "home", raw: code } : null;
    return this.path.exit(code, this) ? { kind: "exit", raw: code } : null;
  }

  // The button names something else, such as what he has begun.
  #isOther({ task }, offline) {
    const { next_job: job } = this.screen;
    return !offline && Boolean(job && job.task && job.task !== task.id);
  }

  // What goes back at the server when he goes home, or to other work, is not held any more.
  laidDown({ raw, task_id: from }, { task, given_back: gone = [] }) {
    const code = card(raw);
    // A card goes to other work even where there is none of it; what is left to him is told again.
    if (code === HOME || (!from && !task && code.startsWith("*"))) this.next = [];
    else if (task && !from) this.next = this.next.filter(({ task: { id, workflow } }) => workflow === task.workflow && !gone.includes(id));
  }

  // Home as the tasks lead to it that are handed out; without one there is nothing to put this one aside for.
  #home() {
    const other = !this.path.asked && this.next.find(({ task }) => task.workflow === this.task.workflow);
    const last = other && other.lookahead[other.lookahead.length - 1];
    return last && !last.task ? last.screen : null;
  }

  // The first scan of a task laid ready enters it, too.
  #opens({ lookahead: [step] = [] }, raw) {
    return Boolean(step) && !step.needs_server && fits(step, raw);
  }

  // The scan the path hopes for, whoever judges it.
  wouldFollow(raw) {
    const step = this.path.next;
    return Boolean(step) && fits(step, raw, true);
  }

  // What a move leads to: {outcome, code, message, from, task, screen, ahead, position}; `from` is the task the scan is
  // bound to. Undo has no message: the page has its own words.
  foresee({ kind, id, raw }) {
    const { at, length, taken, asked } = this.path;
    if (kind === "stay") return { outcome: "refused", code: "refused_offline", from: this.task, task: this.task, screen: this.screen, ahead: length, position: at };
    if (kind === "home") return { outcome: "accepted", code: "at_home", said: "at_home", from: this.task, task: null, screen: this.#home(), ahead: 0, position: at + 1 };
    if (kind === "exit") {
      const exit = this.path.exit(raw, this);
      const after = exit.task && { ...exit.task, version: this.task.version + 1 };
      return { ...exit, from: this.task, task: after, ahead: exit.steps.length, position: at + 1 };
    }
    if (kind === "undo") {
      const { task, screen } = taken[taken.length - 1];
      const from = this.task || { ...task, version: task.version + 1 }; // at home: the scan that ended it was one more
      const back = { ...task, version: from.version + 1 };
      return { outcome: "accepted", code: asked ? "question_dropped" : "undone", said: "undone_here", from, task: back, screen, ahead: length + 1, position: at - 1 };
    }
    const next = this.next.find((task) => task.task.id === id);
    if (kind === "next") return { ...next, from: this.task, ahead: (next.lookahead || []).length, position: at + 1 };
    const from = next ? next.task : this.task;
    const step = next ? next.lookahead[0] : this.path.first(raw);
    const same = step.task && from && step.task.id === from.id;
    const task = same ? { ...step.task, version: from.version + 1 } : step.task;
    const ahead = (next ? next.lookahead.length : length) - 1;
    return { ...step, from, task, ahead, position: at + (next ? 2 : 1) };
  }

  // Goes on as foreseen.
  apply(move) {
    const foreseen = this.foresee(move);
    const { from, task, screen } = foreseen;
    if (move.kind === "stay") this.path.dropQuestion();
    if (move.kind === "undo") this.path.back();
    if (move.kind === "home") this.#putAside();
    if (move.kind === "exit") this.path.leave(foreseen, { screen: this.screen, task: from });
    if (move.id) this.#begin(move.id);
    if (move.kind === "step" || move.kind === "enter") this.path.take({ screen: this.screen, task: from }, move.raw);
    this.task = task;
    this.screen = screen;
  }

  #begin(id) {
    const next = this.next.find((task) => task.task.id === id);
    this.next = this.next.filter((task) => task !== next);
    this.begun = [...this.begun.slice(1 - KNOWN_TASKS), id];
    this.screen = next.screen;
    this.path.begin(next);
  }

  // It comes again after those that were handed out.
  #putAside() {
    const { task, screen, path, next } = this;
    const { accepts } = next.find((other) => other.task.workflow === task.workflow);
    const aside = { outcome: "accepted", code: "task_resumed", said: "task_resumed", accepts, task, screen };
    this.next = [...next, { ...aside, lookahead: path.steps, lookahead_more: path.more }];
    path.begin({});
  }

  #can({ kind, id, raw }) {
    if (kind === "home" || kind === "exit") return Boolean(this.task && this.#exits(raw));
    if (kind === "undo") return this.path.taken.length > 0;
    return id ? this.next.some((task) => task.task.id === id) : this.path.length > 0;
  }

  // --- what the server says --------------------------------------------------------------------------------------------

  // The server judged as the page had done: it may have sent more of the path.
  agree(scan, reply) {
    if (idOf(reply.task) !== idOf(this.task) || reply.replayed) return; // in another task by now, or nothing was sent along
    if (this.task) this.task.version += reply.task.version - scan.after.version;
    if (scan.position < this.path.jumped) return; // a card has changed the order of the steps since
    if (reply.lookahead_holds) this.path.extend(scan.position + scan.ahead, reply);
    else this.path.lay(scan.position, reply);
  }

  // From here on the server's word holds. `path` is null where nothing can be said about it yet: the answer was kept from
  // the first time, or scans are on their way that counted on the old path.
  adopt({ task = null, screen }, path) {
    const unmoved = task && this.task && task.id === this.task.id && task.version === this.task.version;
    this.task = task;
    this.screen = screen;
    this.word += 1;
    if (this.next.some((laid) => laid.task.id === idOf(task))) this.next = this.next.filter((laid) => laid.task.id !== task.id);
    if (unmoved && path && path.lookahead_holds) return;
    if (unmoved && path) this.path.lay(this.path.at, path);
    else this.path.begin(path || {});
    this.lost = !path && Boolean(task);
  }

  // Nothing held here counts any more: it has to be asked for, and no answer on its way goes along it.
  forget() {
    this.next = [];
    this.word += 1;
    this.lost = true;
    this.path.begin({});
  }

  // Tasks handed out ahead; none twice, and of one kind of work the most urgent first.
  handedOut(tasks) {
    const known = new Set([...this.next.map((task) => task.task.id), ...this.begun, idOf(this.task)]);
    for (const laid of (tasks || []).filter((task) => !known.has(task.task.id))) {
      const later = this.next.findIndex(({ task, rank }) => task.workflow === laid.task.workflow && rank > laid.rank);
      const at = later < 0 ? this.next.length : later;
      this.next = [...this.next.slice(0, at), laid, ...this.next.slice(at)];
    }
  }

  // --- over a restart --------------------------------------------------------------------------------------------------

  // Two parts: `here` changes with every scan, `ahead` is large and changes seldom; then it is another object.
  kept() {
    const { operator, signedIn, shiftUntil, pageToken, screen, task, begun, lost, word, upTo, cases, next } = this;
    const { all, base, laid, more, at, taken, asked, jumped } = this.path;
    if (!this.ahead || this.ahead.all !== all || this.ahead.next !== next) this.ahead = { all, base, laid, next };
    const path = { more, at, asked, jumped, taken: taken.slice(-KEPT_HISTORY) };
    return { here: { operator, signedIn, shiftUntil, pageToken, screen, task, begun, lost, word, upTo, cases, path }, ahead: this.ahead };
  }

  // Takes up what was kept, and goes along the scans made since.
  restore({ here, ahead: { all, base, laid, next } }, scans) {
    Object.assign(this, here, { next, ahead: null, path: new Path({ ...here.path, all, base, laid }) });
    for (const scan of scans) {
      if (scan.seq <= this.upTo || !scan.move) continue;
      if (scan.word === this.word && this.#can(scan.move)) this.apply(scan.move);
      this.upTo = scan.seq;
    }
  }
}

export function idOf(task) {
  return task ? task.id : null;
}
