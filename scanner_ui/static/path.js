// The happy path the server has computed ahead, and the steps taken along it. Knows no workflow; pure.
//
// Called by standing.js. `at` counts the steps taken since the page was loaded, so that an answer which comes later than
// the next scans can still be laid where it belongs.

const LONGEST_HISTORY = 60;
const SCANNED = "\ufffc"; // stands in texts and codes for the code that was scanned at a step that takes any of a kind

export class Path {
  constructor({ steps = [], more = false, at = 0, taken = [] } = {}) {
    this.steps = steps;
    this.more = more; // the server could go on computing where the steps end
    this.at = at;
    this.taken = taken; // {screen, task, steps}: where each step began and the first steps from there, for undo
  }

  // The first step as it reads after this scan.
  first(raw) {
    return filled(this.steps[0], this.steps[0], raw);
  }

  take(before, raw) {
    const [step, ...rest] = this.steps;
    const steps = step.accepts_any ? this.steps : [step];
    this.taken = [...this.taken.slice(1 - LONGEST_HISTORY), { ...before, steps }];
    this.steps = filled(step, rest, raw);
    this.at += 1;
  }

  // Goes one step back.
  back() {
    const { steps } = this.taken[this.taken.length - 1];
    this.taken = this.taken.slice(0, -1);
    this.steps = steps.length > 1 ? steps : [...steps, ...this.steps];
    this.at -= 1;
  }

  // Another task, or the server's own word: nothing before this can be taken back here.
  begin({ lookahead = [], lookahead_more: more = false }) {
    this.steps = lookahead;
    this.more = more;
    this.taken = [];
    this.at += 1;
  }

  // An answer carries the steps from `position` on; some of them may have been taken since.
  lay(position, { lookahead = [], lookahead_more: more = false }) {
    if (this.at < position) return;
    this.steps = lookahead.slice(this.at - position);
    this.more = more;
  }

  // The steps held stay right; the answer carries those that follow `end`.
  extend(end, { lookahead = [], lookahead_more: more = false }) {
    const here = this.at + this.steps.length;
    if (lookahead.length === 0 || here < end || here >= end + lookahead.length) return;
    this.steps = [...this.steps, ...lookahead.slice(here - end)];
    this.more = more;
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
