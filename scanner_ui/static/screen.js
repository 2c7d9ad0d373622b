// Puts a SCREEN of the server into the page, and what stands in the line on top.
//
// Called by scan.js. It fills the slots the template has drawn (handheld.html and its parts) and knows no workflow. The
// attributes it writes on <body> and #expect are part of the observable contract that tests and integrators read.

import { renderGate } from "./outcome.js";
import { word } from "./page_words.js";
import { byId, fill, fillList, put, show, slot } from "./slots.js";

const DIRECT_ACTIONS = 3;

export function renderScreen(screen) {
  document.body.dataset.screen = screen.screen;
  document.body.dataset.step = screen.step;
  for (const name of ["title", "position", "what", "how_many", "unit", "counted", "packs"]) fill(slot(name), screen[name]);
  fill(slot("what_tail"), screen.what_tail && `…${screen.what_tail}`);
  slot("how_many").dataset.length = (screen.how_many || "").length > 3 ? "l" : "s";
  slot("counted").dataset.length = (screen.counted || "").length > 7 ? "l" : "s";
  renderPlace(screen.where || "");
  renderPicture(screen.picture);
  renderPairs(byId("slots"), screen.slots);
  renderPairs(byId("facts"), screen.facts);
  put(byId("expect"), screen.expect);
  byId("expect").dataset.kinds = (screen.kinds || []).join(" ");
  renderActions(screen.actions || []);
  renderHome(screen);
  renderGate(screen.gate && !screen.gate.open ? screen.gate : null);
  renderSheet("parcel", null);
  renderSheet("found", null);
}

function renderPlace(where) {
  const cut = where.lastIndexOf("-") + 1;
  put(slot("where_head"), where.slice(0, cut));
  put(slot("where_tail"), where.slice(cut));
  const place = byId("where");
  show(place, where !== "");
  place.dataset.length = where.length <= 9 ? "s" : where.length <= 16 ? String(where.length) : "xl";
}

// A new element for every picture: until the next one has come, the old one would show another product.
function renderPicture(address) {
  fillList(byId("picture"), "picture-template", address ? [address] : [], (node) => {
    const picture = node.querySelector("img");
    picture.onerror = () => picture.remove();
    picture.src = address;
  });
}

function renderPairs(list, pairs = []) {
  show(list, pairs.length > 0);
  fillList(list, "fact-template", pairs, (node, [label, value]) => {
    node.firstChild.className = value && "filled";
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
  draw[name](sheet, { byId, fill, fillAction, fillList, renderPairs, slot });
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
  byId("next-job").dataset.waits = job && job.waits === false ? "0" : "1";
  for (const name of ["label", "what", "more"]) fill(slot(`next_${name}`), (job && job[name]) || "");
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
