// The self-test page: listens to the bare keystrokes of a scanner and says how it is set up.
//
// Loaded by self_test.html and by nothing else; the scanner page's own wedge does not run here, because it would clean
// away what is looked for. Nothing is sent anywhere.

import { diagnose } from "./diagnosis.js";

// No key for so long: nothing more comes. A code that has neither its suffix nor all its characters yet may be on its way
// from a slow scanner, or through a busy device.
const SILENCE_MS = 500;
const PATIENCE_MS = 2500;
const SUFFIXES = ["Enter", "Tab"];

const byId = (id) => document.getElementById(id);
const { tests, words } = JSON.parse(byId("test-data").textContent);
const verdicts = new Map();
let strokes = [];
let timer = 0;
let before = null;

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229 || ["Shift", "Control", "Alt", "AltGraph", "CapsLock"].includes(event.key)) return;
  if (event.target.closest && event.target.closest("a") && event.key === "Enter" && strokes.length === 0) return; // a person
  if (event.ctrlKey && event.key === "]") take("\x1d", event.timeStamp);
  else take(event.key, event.timeStamp);
  event.preventDefault();
}, true);

// Text that an input method puts in as a whole, without keys.
byId("catch").addEventListener("input", (event) => {
  for (const character of event.target.value) take(character, event.timeStamp, true);
  event.target.value = "";
});
document.addEventListener("pointerup", () => byId("catch").focus());
byId("catch").focus();

function take(key, at, committed = false) {
  // A key after the suffix is the next delivery; a second suffix still belongs to this one.
  if (key.length === 1 && hasSuffix()) finish();
  strokes.push({ key, at, committed });
  clearTimeout(timer);
  timer = setTimeout(finish, hasSuffix() || isWhole() ? SILENCE_MS : PATIENCE_MS);
}

function hasSuffix() {
  return strokes.some((stroke) => SUFFIXES.includes(stroke.key));
}

function isWhole() {
  const text = strokes.map((stroke) => (stroke.key.length === 1 ? stroke.key : "")).join("");
  return tests.some((test) => text.endsWith(test.content));
}

function finish() {
  clearTimeout(timer);
  const delivered = strokes;
  strokes = [];
  if (!delivered.some((stroke) => stroke.key.length === 1)) return;
  const verdict = diagnose(delivered, tests, before);
  // The second half of a double delivery says what the first one did not.
  const first = before;
  before = verdict;
  if (!verdict.test) return showOther(verdict);
  const last = verdicts.get(verdict.test);
  const twice = verdict.findings.some((finding) => finding.name === "doubled");
  if (twice && last && first) verdict.findings = [...last.findings.filter((finding) => finding.name !== "doubled"), ...verdict.findings.slice(-1)];
  verdicts.set(verdict.test, verdict);
  show(byId(`test-${verdict.test}`), verdict);
  return sumUp();
}

function show(item, verdict) {
  item.dataset.tone = worst(verdict.findings);
  item.querySelector("use").setAttribute("href", `#glyph-${item.dataset.tone}`);
  item.querySelector("ul").replaceChildren(...verdict.findings.map(line));
}

function showOther(verdict) {
  byId("other").replaceChildren(...verdict.findings.map(line));
}

function line(finding) {
  const node = document.createElement("li");
  node.dataset.tone = finding.tone;
  node.dataset.finding = finding.name;
  node.textContent = words[finding.name].replace(/\{(\w+)\}/g, (_, name) => finding.values[name]);
  return node;
}

function worst(findings) {
  return ["stop", "look"].find((tone) => findings.some((finding) => finding.tone === tone)) || "go";
}

function sumUp() {
  byId("other").replaceChildren();
  const tone = verdicts.size < tests.length ? "idle" : worst([...verdicts.values()].flatMap((verdict) => verdict.findings));
  document.body.dataset.tone = tone;
  const left = tests.length - verdicts.size;
  byId("sum").textContent = (left > 0 ? words.left : tone === "go" ? words.all_right : words.to_change).replace("{n}", left);
}

document.documentElement.dataset.ready = "1";
