// The happy path the server has computed ahead, and the steps taken along it. Knows no workflow; pure.
//
// Called by standing.js. `at` counts the steps taken since the page was loaded, so that an answer which comes later than
// the next scans can still be laid where it belongs.

const LONGEST_HISTORY = 60;
const SCANNED = "\ufffc"; // stands in texts and codes for the code that was scanned at a step that takes any of a kind

export class Path {
  // `all` are the steps from `base` on, those before `at` taken already: while only `at` moves, there is nothing to write.
  constructor({ all = [], base = 0, laid = 0, more = false, at = 0, taken = [], asked = "", jumped = 0 } = {}) {
    this.all = all;
    this.base = base;
    this.laid = laid; // counts how often other steps took the place of these; longer ones are no others
    this.more = more; // the server could go on computing where the steps end
    this.at = at;
    this.taken = taken; // {screen, task, steps, whole}: where each step began and the first steps from there, for undo
    this.asked = asked; // the card that happens when it is scanned again
    this.jumped = jumped; // what the server said of earlier moments cannot be laid where it belongs
  }

  get steps() {
    return this.all.slice(this.at - this.base);
  }

  get next() {
    return this.all[this.at - this.base];
  }

  get length() {
    return this.all.length - (this.at - this.base);
  }

  // The first step as it reads after this scan.
  first(raw) {
    return filled(this.next, this.next, raw);
  }

  // The server does not count a question, and what is done instead of an answer takes its place.
  get counted() {
    return (this.asked ? this.taken.slice(0, -1) : this.taken).slice(1 - LONGEST_HISTORY);
  }

  take(before, raw) {
    const step = this.next;
    this.taken = [...this.counted, { ...before, steps: step.accepts_any ? this.steps : [step], whole: step.accepts_any }];
    this.at += 1;
    this.asked = "";
    if (step.accepts_any) this.#put(filled(step, this.steps, raw));
  }

  // Only the very next scan answers it.
  dropQuestion() {
    this.taken = this.counted;
    this.asked = "";
  }

  // Goes one step back.
  back() {
    const { steps, whole } = this.taken[this.taken.length - 1];
    const rest = this.steps;
    this.taken = this.taken.slice(0, -1);
    this.at -= 1;
    this.asked = "";
    if (whole || this.at < this.base) this.#put(whole ? steps : [...steps, ...rest]);
  }

  // What a card leads to that passes over steps of the path, which may come again at its end; undefined where only the
  // server knows. `here` is {screen, task}.
  exit(code, { screen, task }) {
    const { steps, next } = this;
    const number = Number((/^\*QTY\+(\d+)\*$/.exec(code) || [])[1]);
    const card = number ? "*QTY*" : code;
    const exit = next && (next.exits || []).find((one) => one.card === card);
    if (!exit || number > exit.over) return undefined;
    if (number) return { ...steps[number - 1], steps: steps.slice(number) };
    const { asks, back, over } = exit;
    if (asks && this.asked !== code) return { outcome: "confirm", code: asks, said: "asked_here", screen, task, steps, asked: code };
    const last = steps[over - 1];
    const rest = steps.slice(over);
    const after = { ...exit, said: "passed_here", screen: last.screen, task: last.task };
    if (back === undefined) return { ...after, steps: rest, final: true };
    const missed = back ? this.counted.slice(-back) : [];
    if (this.more || rest.length === 0 || missed.length < back) return undefined;
    const [begin] = [...missed, { screen, task }];
    const end = rest.pop();
    const again = [...missed.map((one) => one.steps[0]), ...steps.slice(0, over - 1)];
    return { ...after, said: "put_off_here", steps: [
      ...rest, { ...end, outcome: last.outcome, code: last.code, message: null, said: "go_on_here", screen: begin.screen, task: begin.task },
      ...again, { ...last, outcome: end.outcome, code: end.code, message: end.message, screen: end.screen, task: end.task },
    ] };
  }

  leave({ steps, asked = "", final }, before) {
    this.taken = final ? [] : [...this.counted, { ...before, steps: this.steps, whole: true }];
    this.at += 1;
    this.#put(steps);
    this.asked = asked;
    this.jumped = this.at;
  }

  // Another task, or the server's own word: nothing before this can be taken back here.
  begin({ lookahead = [], lookahead_more: more = false }) {
    this.at += 1;
    this.#put(lookahead);
    this.more = more;
    this.taken = [];
    this.asked = "";
  }

  // An answer carries the steps from `position` on; some of them may have been taken since.
  lay(position, { lookahead = [], lookahead_more: more = false }) {
    if (this.at < position) return;
    this.#put(lookahead.slice(this.at - position));
    this.more = more;
  }

  // The steps held stay right; the answer carries those that follow `end`.
  extend(end, { lookahead = [], lookahead_more: more = false }) {
    const here = this.at + this.length;
    if (lookahead.length === 0 || here < end || here >= end + lookahead.length) return;
    this.all = [...this.steps, ...lookahead.slice(here - end)];
    this.base = this.at;
    this.more = more;
  }

  #put(steps) {
    this.all = steps;
    this.base = this.at;
    this.laid += 1;
  }
}

// With network, whether any code of a kind will do is for the server to say.
export function fits({ accepts, accepts_any: prefixes }, raw, offline) {
  const code = plain(raw);
  if (accepts.includes(code) || accepts.includes(raw)) return true;
  return Boolean(offline && prefixes && prefixes.some((prefix) => code.startsWith(prefix) && code.length > prefix.length));
}

function filled(step, value, raw) {
  if (!step.accepts_any) return value;
  return JSON.parse(JSON.stringify(value).split(SCANNED).join(JSON.stringify(plain(raw)).slice(1, -1)));
}

// A scanner may put the name of the symbology in front, and a separator.
export function plain(raw) {
  return raw.replace(/^\][A-Za-z][0-9A-Za-z]/, "").replace(/^\x1d/, "");
}

// As the server reads a card, however it was typed.
export function card(raw) {
  return plain(raw).toUpperCase();
}
