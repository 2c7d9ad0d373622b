// Puts the bench's view into the page: the order's lines, box, weight, label, devices, questions.
//
// Called by bench.js. Everything goes in as text, never as HTML. Words come from the server in the packer's language.

import { byId, fill, fillList, slot } from "./slots.js";

const WEIGHT_MS = 15000;

export function renderBench(code) {
  document.body.dataset.bench = code;
  fill(slot("bench"), code);
}

export function renderView(view) {
  renderOrder(view.order);
  renderBox(view.box);
  renderWeight(view.weight);
  renderParcel(view.parcel);
  renderLabelGoes(view.label_goes);
  renderOthers(view.others || []);
  renderProgram(view.program || { away: "", devices: [] });
}

// The label somebody is asked about first, or null.
export function questionOf(view) {
  const labels = [...(view.parcel ? [view.parcel.label] : []), ...(view.others || [])];
  const asked = labels.find((label) => label.job);
  return asked ? asked.job : null;
}

function renderOrder(order) {
  const { facts, lines, needs, gift, note, forbidden } = order || { facts: [], lines: [], needs: [] };
  document.body.dataset.order = order ? "1" : "0";
  byId("bench-order").hidden = !order;
  byId("bench-lines").hidden = !order;
  fillList(byId("bench-facts"), "bench-fact-template", facts, (node, [label, value]) => {
    node.querySelector("dt").textContent = label;
    node.querySelector("dd").textContent = value;
  });
  fill(slot("gift"), gift);
  fill(slot("note"), note);
  slot("note_part").hidden = !note;
  byId("bench-also").hidden = needs.length === 0 && !forbidden;
  slot("needs_title").hidden = needs.length === 0;
  fill(slot("forbidden"), forbidden);
  fillList(byId("bench-lines"), "bench-line-template", lines, (node, line) => {
    fillRow(node, line);
    for (const name of ["what", "tail", "lot", "counted", "missing", "note"]) fill(node.querySelector(`.line-${name}`), line[name]);
    fillPicture(node.querySelector(".line-picture"), line.picture);
  });
  fillList(byId("bench-needs"), "bench-need-template", needs, (node, need) => {
    fillRow(node, need);
    for (const name of ["kind", "name", "code"]) fill(node.querySelector(`.need-${name}`), need[name]);
    fillPicture(node.querySelector(".need-picture"), need.picture);
  });
  const next = document.querySelector('#bench-lines [data-state="next"]');
  if (next) next.scrollIntoView({ block: "nearest" });
}

function fillRow(node, { state, said }) {
  node.querySelector("li").dataset.state = state;
  node.querySelector("use").setAttribute("href", `#glyph-${GLYPHS[state]}`);
  node.querySelector("svg").setAttribute("aria-label", said);
}

// A picture that cannot be fetched is none.
function fillPicture(image, address) {
  image.hidden = !address;
  image.onerror = () => (image.hidden = true);
  if (address && image.getAttribute("src") !== address) image.src = address;
}

const GLYPHS = { done: "go", next: "next", open: "idle", short: "look" };

function renderBox(box) {
  byId("bench-box").hidden = !box;
  fill(slot("box_code"), box && box.code);
  for (const name of ["said", "only", "forbidden"]) fill(slot(`box_${name}`), box && box[name]);
}

let forget = 0;

// What the scale showed long ago is of another parcel.
function renderWeight(weight) {
  clearTimeout(forget);
  byId("bench-weight").hidden = !weight;
  if (!weight) return;
  const { last } = weight;
  const left = last ? WEIGHT_MS - last.age_ms : 0;
  fill(slot("weight_now"), left > 0 ? last.shown : "");
  if (left > 0) forget = setTimeout(() => fill(slot("weight_now"), ""), left);
  fill(slot("weight_expected"), weight.expected);
  fill(slot("weight_scale"), weight.scale);
  fill(slot("weight_asked"), weight.asked);
  byId("bench-weight").dataset.tone = left > 0 ? last.tone : "idle";
}

function renderParcel(parcel) {
  const panel = byId("bench-parcel");
  panel.hidden = !parcel;
  if (!parcel) return;
  const { label } = parcel;
  fillLabel(panel, label);
  fill(slot("label_order"), `${parcel.order} · ${parcel.weight}`);
  fill(slot("label_goes_to"), parcel.goes);
  panel.dataset.held = parcel.held ? "1" : "0";
}

function renderLabelGoes(where) {
  byId("bench-label-goes").hidden = !where;
  fill(slot("label_goes"), where && where.said);
  fillPicture(byId("label-goes-picture"), where && where.picture);
}

function renderOthers(others) {
  byId("bench-others").hidden = others.length === 0;
  fillList(byId("bench-others-list"), "bench-other-template", others, (node, label) => fillLabel(node.querySelector("li"), label));
}

// A label's state, and where its printer cannot say whether it came out, the two answers.
function fillLabel(element, label) {
  const part = (name) => element.querySelector(`.label-${name}`);
  element.dataset.state = label.state;
  element.dataset.tone = label.tone;
  element.querySelector("use").setAttribute("href", `#glyph-${label.tone}`);
  for (const name of ["parcel", "copy", "said", "next", "words"]) fill(part(name), label[name]);
  part("answers").hidden = !label.job;
  for (const button of part("answers").querySelectorAll("button")) button.dataset.job = label.job || "";
}

function renderProgram({ away, devices }) {
  fill(slot("away"), away);
  byId("bench-devices").hidden = devices.length === 0;
  fillList(byId("bench-devices-list"), "bench-device-template", devices, (node, device) => {
    node.querySelector("li").dataset.tone = device.tone;
    node.querySelector("use").setAttribute("href", `#glyph-${device.tone}`);
    for (const name of ["kind", "said", "words"]) fill(node.querySelector(`.device-${name}`), device[name]);
    node.querySelector("li").title = [device.name, device.detail].filter(Boolean).join(": ");
  });
}
