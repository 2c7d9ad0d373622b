// Puts the bench's view into the page: the order's lines, box, weight, label, devices, questions.
//
// Called by bench.js. Everything goes in as text, never as HTML. Words come from the server in the packer's language.

const WEIGHT_MS = 15000;

const byId = (id) => document.getElementById(id);
const slot = (name) => document.querySelector(`[data-slot="${name}"]`);

export function renderBench(code) {
  document.body.dataset.bench = code;
  fill(slot("bench"), code);
}

export function renderView(view) {
  renderOrder(view.order);
  renderBox(view.box);
  renderWeight(view.weight);
  renderParcel(view.parcel);
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
  document.body.dataset.order = order ? "1" : "0";
  byId("bench-order").hidden = !order;
  fillList("bench-facts", "bench-fact-template", order ? order.facts : [], (node, [label, value]) => {
    node.querySelector("dt").textContent = label;
    node.querySelector("dd").textContent = value;
  });
  byId("bench-lines").hidden = !order;
  fillList("bench-lines", "bench-line-template", order ? order.lines : [], (node, line) => {
    const row = node.querySelector("li");
    row.dataset.state = line.state;
    row.querySelector("use").setAttribute("href", `#glyph-${GLYPHS[line.state]}`);
    row.querySelector("svg").setAttribute("aria-label", line.said);
    for (const name of ["what", "tail", "lot", "counted", "missing"]) fill(row.querySelector(`.line-${name}`), line[name]);
  });
  const next = document.querySelector('#bench-lines [data-state="next"]');
  if (next) next.scrollIntoView({ block: "nearest" });
}

const GLYPHS = { done: "go", next: "next", open: "idle", short: "look" };

function renderBox(box) {
  byId("bench-box").hidden = !box;
  fill(slot("box_code"), box && box.code);
  fill(slot("box_said"), box && box.said);
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
}

function renderParcel(parcel) {
  const panel = byId("bench-parcel");
  panel.hidden = !parcel;
  if (!parcel) return;
  const { label } = parcel;
  fillLabel(panel, label);
  fill(slot("label_order"), `${parcel.order} · ${parcel.weight}`);
}

function renderOthers(others) {
  byId("bench-others").hidden = others.length === 0;
  fillList("bench-others-list", "bench-other-template", others, (node, label) => fillLabel(node.querySelector("li"), label));
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
  fillList("bench-devices-list", "bench-device-template", devices, (node, device) => {
    node.querySelector("li").dataset.tone = device.tone;
    node.querySelector("use").setAttribute("href", `#glyph-${device.tone}`);
    for (const name of ["kind", "said", "words"]) fill(node.querySelector(`.device-${name}`), device[name]);
    node.querySelector("li").title = device.name;
  });
}

function fill(element, text) {
  element.textContent = text || "";
  element.hidden = !text;
}

// Filled anew only where something differs: what somebody has walked to with the keyboard stays.
function fillList(id, template, items, fillItem) {
  const list = byId(id);
  const written = JSON.stringify(items);
  if (list.dataset.written === written) return;
  list.dataset.written = written;
  list.replaceChildren(...items.map((item) => {
    const node = byId(template).content.cloneNode(true);
    fillItem(node, item);
    return node;
  }));
}
