// What a scanner's keystrokes tell about how it is set up. Pure: no page, no clock.
//
// Called by self_test.js. A stroke is {key, at, committed}: `key` one character, "Enter", "Tab" or the name of another
// key; `committed` where the text came as a whole through an input method and not key by key. A finding is
// {name, tone, values}; its words are in the translations, section self_test.

const GROUP_SEPARATOR = "\x1d";
const AIM = /^\][A-Za-z][0-9A-Za-z]/;
const ENDS = ["Enter", "Tab"];
const QUICK_MS = 40;
const SLOW_MS = 65; // slower than this a scan looks like typing
const DOUBLE_MS = 1000;
const ALIKE = 0.5;
// A letter that came instead of another, and the keyboard that tells.
const LAYOUTS = [["QWERTZ", "yz"], ["QWERTZ", "zy"], ["AZERTY", "aq"], ["AZERTY", "qa"], ["AZERTY", "wz"]];

// One delivery of a scanner: the strokes up to a suffix or a silence.
export function diagnose(strokes, tests, before = null) {
  const characters = strokes.filter((stroke) => stroke.key.length === 1);
  const whole = characters.map((stroke) => stroke.key).join("");
  const [aim] = whole.match(AIM) || [""];
  const text = whole.slice(aim.length);
  const test = mostAlike(text, tests);
  if (!test) return { test: null, text: whole, at: strokes[0].at, findings: [{ name: "no_test_code", tone: "look", values: { text: whole } }] };
  const findings = [
    ...delivery(strokes, characters),
    ...symbology(aim, test),
    ...contents(text, test),
    ...doubled(whole, strokes[0].at, before),
  ];
  return { test: test.name, text: whole, at: strokes[0].at, findings };
}

function delivery(strokes, characters) {
  const findings = [];
  const ends = strokes.filter((stroke) => ENDS.includes(stroke.key)).map((stroke) => stroke.key);
  if (ends.length === 0) findings.push(found("no_suffix", "look"));
  else if (ends.length > 1) findings.push(found("suffix_twice", "look", { suffix: ends.join(" + ") }));
  else findings.push(found("suffix", "go", { suffix: ends[0] }));
  const others = strokes.filter((stroke) => stroke.key.length > 1 && !ENDS.includes(stroke.key)).map((stroke) => stroke.key);
  if (others.length > 0) findings.push(found("other_keys", "stop", { keys: [...new Set(others)].join(" ") }));
  if (characters.some((stroke) => stroke.committed)) return [...findings, found("committed", "stop")];
  const pace = typicalGap(characters);
  findings.push(found(pace > SLOW_MS ? "slow" : "pace", pace > SLOW_MS ? "stop" : pace > QUICK_MS ? "look" : "go", { ms: Math.round(pace) }));
  return findings;
}

function typicalGap(strokes) {
  const gaps = strokes.slice(1).map((stroke, index) => stroke.at - strokes[index].at).sort((a, b) => a - b);
  return gaps.length === 0 ? 0 : gaps[gaps.length >> 1];
}

function symbology(aim, test) {
  if (aim === "") return [found("no_aim", "look")];
  if (!test.aims.includes(aim)) return [found("other_aim", "stop", { aim, want: test.aims[0] })];
  return [found("aim", "go", { aim })];
}

function contents(text, test) {
  const findings = [];
  const place = test.content.indexOf(GROUP_SEPARATOR);
  let got = text;
  if (place >= 0) {
    const [finding, without] = separator(text, test.content, place);
    findings.push(finding);
    got = without;
  }
  const want = test.content.replace(GROUP_SEPARATOR, "");
  const at = got.indexOf(want);
  if (at >= 0) {
    if (at > 0) findings.push(found("prefix", "stop", { prefix: got.slice(0, at) }));
    if (at + want.length < got.length) findings.push(found("appended", "stop", { text: got.slice(at + want.length) }));
    findings.push(found("complete", "go"));
  } else {
    findings.push(garbled(got, want));
  }
  return findings;
}

// What stands where the separator belongs: itself, a stand-in, or nothing. And the text without it.
function separator(text, content, place) {
  const [head, tail] = [content.slice(0, place), content.slice(place + 1)];
  const from = text.indexOf(head) + head.length;
  const standIn = text.indexOf(head) < 0 || text.slice(from) === tail ? "" : text[from] || "";
  if (standIn === "" || text.slice(from + 1).indexOf(tail) !== 0) return [found("separator_lost", "stop"), text];
  const without = text.slice(0, from) + text.slice(from + 1);
  if (standIn === GROUP_SEPARATOR) return [found("separator", "go"), without];
  return [found("stand_in", standIn === "|" ? "go" : "stop", { sign: standIn }), without];
}

function garbled(got, want) {
  if (swapped(got) === want) return found("caps_lock", "stop");
  if (got.length < want.length) return found("letters_lost", "stop", { n: want.length - got.length });
  if (got.length > want.length) return found("letters_more", "stop", { n: got.length - want.length });
  const wrong = [...want].map((letter, index) => [letter, got[index]]).filter(([letter, came]) => letter !== came);
  const known = LAYOUTS.find(([, pair]) => wrong.some(([letter, came]) => `${letter}${came}`.toLowerCase() === pair));
  const pairs = [...new Set(wrong.map(([letter, came]) => `${letter}→${came}`))].slice(0, 6).join(" ");
  return known ? found("layout", "stop", { layout: known[0], pairs }) : found("other_letters", "stop", { pairs });
}

function swapped(text) {
  return [...text].map((letter) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase())).join("");
}

function doubled(text, at, before) {
  if (!before || before.text !== text || at - before.at > DOUBLE_MS) return [];
  return [found("doubled", "stop", { ms: Math.round(at - before.at) })];
}

function found(name, tone, values = {}) {
  return { name, tone, values };
}

// By the longest common run of letters in order: a garbled code is still told from the others.
function mostAlike(text, tests) {
  let best = null;
  let most = ALIKE;
  for (const test of tests) {
    const share = common(text.toLowerCase(), test.content.toLowerCase()) / Math.max(test.content.length, text.length, 1);
    if (share > most) [best, most] = [test, share];
  }
  return best;
}

function common(one, other) {
  let row = new Array(other.length + 1).fill(0);
  for (const letter of one) {
    const next = [0];
    for (let index = 0; index < other.length; index += 1) {
      next.push(letter === other[index] ? row[index] + 1 : Math.max(row[index + 1], next[index]));
    }
    row = next;
  }
  return row[other.length];
}
