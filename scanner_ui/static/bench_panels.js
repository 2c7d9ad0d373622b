// Puts the bench's view into the page: the order's lines, box, weight, label, devices, questions.
//
// Called by bench.js. Everything goes in as text, never as HTML. Words come from the server in the packer's language.

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

function renderWeight(weight) {
  byId("bench-weight").hidden = !weight;
  if (!weight) return;
  byId("bench-weight").dataset.now = weight.now ? "1" : "0";
  fill(slot("weight_expected"), weight.expected);
}

function renderParcel(parcel) {
  const panel = byId("bench-parcel");
  panel.hidden = !parcel;
  if (!parcel) return;
  panel.dataset.state = parcel.state;
  panel.dataset.tone = parcel.tone;
  byId("bench-parcel-glyph").setAttribute("href", `#glyph-${parcel.tone}`);
  fill(slot("label_parcel"), parcel.parcel);
  fill(slot("label_order"), parcel.order);
  fill(slot("label_said"), parcel.said);
  fill(slot("label_next"), parcel.next);
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
