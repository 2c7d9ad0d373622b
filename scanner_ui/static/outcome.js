// What came of a scan: the panel with its tone and words, and the gate over the whole screen.
//
// Called by teller.js, gate.js and screen.js. The attributes it writes on <body> and #outcome are part of the observable
// contract that tests and integrators read.

import { word } from "./page_words.js";
import { afterPaint, byId, drawGlyph, fill, put, show, slot } from "./slots.js";

// An outcome with a shape of its own; the others have that of their tone.
const GLYPHS = { completed: "done", unknown: "unknown", gate_closed: "closed" };
const FLASH_MS = 80;
const LONGEST_WHOLE = 16;
const SHORT = /^[ -~]{1,16}$/;
const LONG_MESSAGE = 90; // bytes: a Chinese letter has three, and the room of two
const REFUSING = ["stop", "look"]; // tones of a scan that did not count, or not yet

const stillness = matchMedia("(prefers-reduced-motion: reduce)");

// tone: idle go look stop saved. `scanId` is the scan this is said of, empty where there is none. `isNews` is false for
// what only changes what was said before; `counts` is true for the first answer to a scan. `pieces` is the title with its
// marks, `why` the address of the page that explains a refused code.
export function renderOutcome({ tone, outcome = "", code = "", scanId = "", title, next = "", pieces, why = "", isNews = true, counts = isNews }) {
  const panel = byId("outcome");
  const again = isNews && tone === "stop" && document.body.dataset.tone === "stop" ? Number(panel.dataset.again || 1) + 1 : 1;
  document.body.dataset.tone = tone;
  document.body.dataset.outcome = outcome;
  panel.dataset.code = REFUSING.includes(tone) ? code : "";
  panel.dataset.said = code;
  panel.dataset.again = String(again);
  panel.dataset.length = new Blob([title, next]).size > LONG_MESSAGE ? "l" : "s";
  panel.dataset.scanId = scanId;
  if (counts) panel.dataset.n = String(Number(panel.dataset.n) + 1);
  if (pieces && pieces.length > 1) fillMarked(slot("outcome_title"), pieces);
  else fillSentence(slot("outcome_title"), title);
  fillSentence(slot("outcome_next"), next);
  put(slot("outcome_code"), code);
  // Refused again, with the same words perhaps: the number tells that it was another scan.
  fill(slot("again"), again > 1 ? `×${again}` : "");
  renderWhy(why);
  drawGlyph(byId("outcome-glyph"), (tone !== "saved" && GLYPHS[outcome]) || tone);
  if (counts) showFurther(title);
  if (isNews) flash(panel);
}

function renderWhy(address) {
  const link = byId("why");
  show(link, Boolean(address));
  if (address) link.href = address;
  else link.removeAttribute("href");
}

// A bounce, as a note beside what was said; "" takes the note away.
export function renderEcho(title) {
  const panel = byId("outcome");
  fill(slot("echo"), title);
  if (!title) return;
  panel.dataset.echoes = String(Number(panel.dataset.echoes) + 1);
  showFurther(title);
}

// The full-screen answer of the gate; null takes it away. While red stays, every further scan is shown on it.
export function renderGate(gate) {
  const panel = byId("gate");
  if (!gate && panel.hidden) return;
  const stays = Boolean(gate) && !gate.open && !panel.hidden && slot("gate_parcel").textContent === gate.parcel;
  panel.hidden = !gate;
  panel.dataset.open = gate && gate.open ? "1" : "0";
  if (!stays) clearFurther(panel);
  if (!gate) return;
  slot("gate_word").textContent = word(gate.open ? "go" : "stop");
  for (const name of ["parcel", "reason", "since", "put"]) {
    fillSentence(slot(`gate_${name}`), gate[name] || "");
    slot(`gate_${name}`).hidden = !gate[name];
  }
  drawGlyph(byId("gate-glyph"), gate.open ? "go" : "closed");
}

function clearFurther(panel) {
  panel.dataset.further = "0";
  panel.dataset.scans = "0";
  document.querySelector(".gate-further").hidden = true;
}

function showFurther(text) {
  const panel = byId("gate");
  if (panel.hidden || panel.dataset.open === "1") return;
  const scans = Number(panel.dataset.scans || 0) + 1;
  panel.dataset.scans = String(scans);
  if (scans === 1) return; // the scan that closed it
  panel.dataset.further = String(scans - 1);
  document.querySelector(".gate-further").hidden = false;
  slot("gate_further_count").textContent = `×${scans}`;
  fillSentence(slot("gate_further"), text);
  flash(document.querySelector(".gate-further"));
}

function flash(element) {
  if (stillness.matches) return;
  const begin = () => element.animate([{ transform: "scale(0.97)" }, { transform: "none" }], FLASH_MS);
  afterPaint(() => requestAnimationFrame(begin)); // the answer first
}

// A code such as A-01-02-B stays in one piece, where the browser would break it at its hyphens.
function fillSentence(element, text) {
  const pieces = text.split(/([\w*]+(?:-[\w*]+)+|…\w+)/);
  element.replaceChildren(...pieces.map((piece, index) => {
    if (index % 2 === 0 || piece.length > LONGEST_WHOLE) return piece;
    const whole = document.createElement("span");
    whole.className = "whole";
    whole.textContent = piece;
    return whole;
  }));
}

// A sentence in runs of pieces, each [text, mark]: the part that makes the difference between "got" and "want" stands
// out. A run of several pieces is one code or name; a short one stays in one line, but Chinese may break anywhere.
function fillMarked(element, runs) {
  element.replaceChildren(...runs.map((run) => {
    if (run.length === 1 && !run[0][1]) return run[0][0];
    const whole = document.createElement("span");
    if (SHORT.test(run.map(([text]) => text).join(""))) whole.className = "whole";
    whole.append(...run.map(([text, mark]) => (mark ? markOf(text, mark) : text)));
    return whole;
  }));
}

function markOf(text, kind) {
  const mark = document.createElement("mark");
  mark.className = kind;
  mark.textContent = text;
  return mark;
}
