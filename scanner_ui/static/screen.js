// Puts a SCREEN of the server and the outcome of a scan into the page.
//
// Called by scan.js. It fills the slots the template has drawn (handheld.html and its parts) and knows no workflow.
// Everything goes in as text, never as HTML. The attributes it writes on <body>, #outcome and #expect are the
// observable contract that tests and integrators read.

import { word } from "./page_words.js";

// An outcome with a shape of its own; the others have that of their tone.
const GLYPHS = { completed: "done", unknown: "unknown", gate_closed: "closed" };
const DIRECT_ACTIONS = 3;
const FLASH_MS = 80;
const LONGEST_WHOLE = 16;
const LONG_MESSAGE = 90;
const REFUSING = ["stop", "look"]; // tones of a scan that did not count, or not yet

const byId = (id) => document.getElementById(id);
const slots = {};
const slot = (name) => (slots[name] ||= document.querySelector(`[data-slot="${name}"]`));
const stillness = matchMedia("(prefers-reduced-motion: reduce)");

export function renderScreen(screen) {
  document.body.dataset.screen = screen.screen;
  document.body.dataset.step = screen.step;
  for (const name of ["title", "position", "what", "how_many", "unit", "counted", "packs"]) fill(slot(name), screen[name]);
  fill(slot("what_tail"), screen.what_tail && `…${screen.what_tail}`);
  slot("how_many").dataset.length = (screen.how_many || "").length > 3 ? "l" : "s";
  slot("counted").dataset.length = (screen.counted || "").length > 7 ? "l" : "s";
  renderPlace(screen.where || "");
  renderPicture(screen.picture, screen.what);
  renderFacts(screen.facts || []);
  put(byId("expect"), screen.expect);
  byId("expect").dataset.kinds = (screen.kinds || []).join(" ");
  renderActions(screen.actions || []);
  renderHome(screen);
  renderGate(screen.gate && !screen.gate.open ? screen.gate : null);
  renderSheet("parcel", null);
  renderSheet("found", null);
}

// The browser lays out anew whatever is written, the same or not: only what is different is written.
function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function show(element, shown) {
  if (element.hidden === shown) element.hidden = !shown;
}

function fill(element, text) {
  put(element, text || "");
  show(element, Boolean(text));
}

function drawGlyph(use, name) {
  const address = `#glyph-${name}`;
  if (use.getAttribute("href") !== address) use.setAttribute("href", address);
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
// out. A run of several pieces is one code or name; a short one stays in one line.
function fillMarked(element, runs) {
  element.replaceChildren(...runs.map((run) => {
    if (run.length === 1 && !run[0][1]) return run[0][0];
    const whole = document.createElement("span");
    if (run.reduce((length, [text]) => length + text.length, 0) <= LONGEST_WHOLE) whole.className = "whole";
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

function renderPlace(where) {
  const cut = where.lastIndexOf("-") + 1;
  put(slot("where_head"), where.slice(0, cut));
  put(slot("where_tail"), where.slice(cut));
  const place = byId("where");
  show(place, where !== "");
  place.dataset.length = where.length <= 9 ? "s" : where.length <= 16 ? String(where.length) : "xl";
}

function renderPicture(address, what) {
  const picture = byId("picture");
  show(picture, Boolean(address));
  if (address && picture.getAttribute("src") !== address) picture.src = address;
  picture.alt = what || "";
}

function renderFacts(facts) {
  show(byId("facts"), facts.length > 0);
  fillList(byId("facts"), "fact-template", facts, (node, [label, value]) => {
    node.querySelector("dt").textContent = label;
    node.querySelector("dd").textContent = value;
  });
}

// A parcel that was scanned where nobody asked for one, or what a code is and why it was refused: in place of the task
// until the next scan; null takes it away. Seldom, so what draws them is loaded then.
const sheets = { parcel: null, found: null };

export async function renderSheet(name, sheet) {
  sheets[name] = sheet;
  if (!sheet) return showSheet(name, false);
  const draw = await import("./sheets.js").catch(() => null);
  if (!draw || sheets[name] !== sheet) return;
  draw[name](sheet, { byId, fill, fillAction, fillList, slot });
  showSheet(name, true);
}

function showSheet(name, isShown) {
  document.body.dataset[name] = isShown ? "1" : "0";
  show(byId(name), isShown);
  if (isShown) byId(name).scrollTop = 0;
}

function renderActions(actions) {
  fillList(byId("actions-direct"), "action-template", actions.slice(0, DIRECT_ACTIONS), fillAction);
  fillList(byId("actions-more"), "action-template", actions.slice(DIRECT_ACTIONS), fillAction);
}

// The next job on one large button; the others keep their places whatever waits behind them. A home that was foretold
// without counts shows the buttons of the last one.
let knownWork = [...document.querySelectorAll("#choices button")].map((button) => ({
  action: button.dataset.action, label: button.querySelector("[data-label]").textContent, count: null,
}));

function renderHome(screen) {
  let choices = screen.choices || [];
  let job = screen.next_job;
  if (choices.length > 0) {
    knownWork = choices.map((choice) => ({ ...choice, count: null }));
  } else if (screen.screen === "home" && knownWork.length > 0) {
    choices = knownWork;
    job = { label: word("next_job") };
  }
  show(byId("home"), choices.length > 0);
  show(byId("next-job"), Boolean(job));
  byId("next-job").dataset.waits = job && job.count === 0 ? "0" : "1";
  for (const name of ["label", "what", "count"]) fill(slot(`next_${name}`), job && job[name] ? String(job[name]) : "");
  fillList(byId("choices"), "choice-template", choices, (node, choice) => {
    const uncounted = choice.count === null || choice.count === undefined;
    fillAction(node, choice);
    node.querySelector("button").dataset.waits = choice.count === 0 ? "0" : "1";
    fill(node.querySelector("[data-count]"), uncounted ? "" : String(choice.count));
  });
}

function fillAction(node, { action, label }) {
  const button = node.querySelector("button");
  button.dataset.action = action;
  button.value = action;
  node.querySelector("[data-label]").textContent = label;
}

// A list that stays the same is left alone: to lay it out again is most of what a scan would cost.
function fillList(list, template, items, fillItem) {
  const drawn = JSON.stringify(items);
  if (list.drawn === drawn) return;
  list.drawn = drawn;
  const nodes = items.map((item) => {
    const node = byId(template).content.cloneNode(true);
    fillItem(node, item);
    return node;
  });
  list.replaceChildren(...nodes);
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

// What has been put into the page is to be seen before `work` begins. A page nobody looks at is not painted.
export function afterPaint(work) {
  if (document.hidden) return void setTimeout(work, 0);
  requestAnimationFrame(() => {
    const painted = new MessageChannel();
    painted.port1.onmessage = () => work();
    painted.port2.postMessage(0);
  });
}

// tone: idle go look stop saved. `judged` is false for what the page says about itself (asking, waiting). `pieces` is
// the title with its marks, `why` the address of the page that explains a refused code.
export function renderOutcome({ tone, outcome = "", code = "", scanId = "", title, next = "", pieces, why = "", judged = true }) {
  const panel = byId("outcome");
  const again = judged && tone === "stop" && document.body.dataset.tone === "stop" ? Number(panel.dataset.again || 1) + 1 : 1;
  document.body.dataset.tone = tone;
  document.body.dataset.outcome = outcome;
  panel.dataset.code = REFUSING.includes(tone) ? code : "";
  panel.dataset.said = code;
  panel.dataset.again = String(again);
  panel.dataset.length = title.length + next.length > LONG_MESSAGE ? "l" : "s";
  if (scanId) panel.dataset.scanId = scanId;
  if (judged) panel.dataset.n = String(Number(panel.dataset.n) + 1);
  if (pieces && pieces.length > 1) fillMarked(slot("outcome_title"), pieces);
  else fillSentence(slot("outcome_title"), title);
  fillSentence(slot("outcome_next"), next);
  put(slot("outcome_code"), code);
  // Refused again, with the same words perhaps: the number tells that it was another scan.
  fill(slot("again"), again > 1 ? `×${again}` : "");
  renderWhy(why);
  drawGlyph(byId("outcome-glyph"), (tone !== "saved" && GLYPHS[outcome]) || tone);
  if (!judged) return;
  showFurther(title);
  flash(panel);
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

export function renderLastScan(raw) {
  byId("raw").placeholder = raw.replace(/\x1d/g, "␝");
}

export function renderWaiting(waiting, attention) {
  document.body.dataset.waiting = String(waiting);
  document.body.dataset.attention = String(attention);
  put(slot("waiting"), String(waiting));
  const badge = slot("attention");
  fill(badge, attention > 0 ? String(attention) : "");
  if (attention > 0) badge.ariaLabel = `${attention} ${word("attention")}`;
}

export function renderNet(net) {
  document.body.dataset.net = net;
  slot("net").textContent = word(net);
  slot("net").dataset.word = net;
}

export function renderOperator(operator) {
  const name = operator ? operator.name : "";
  slot("operator").textContent = name.split(/\s+/).map((part) => part.slice(0, 1)).join("");
  slot("operator_name").textContent = name;
}
