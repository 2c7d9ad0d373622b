// The slots of the page that the template has drawn, and how text gets into them: as text, never as HTML.
//
// Called by screen.js, outcome.js and bench_panels.js.

export const byId = (id) => document.getElementById(id);
const slots = {};
export const slot = (name) => (slots[name] ||= document.querySelector(`[data-slot="${name}"]`));

// The browser lays out anew whatever is written, the same or not: only what is different is written.
export function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function show(element, shown) {
  if (element.hidden === shown) element.hidden = !shown;
}

export function fill(element, text) {
  put(element, text || "");
  show(element, Boolean(text));
}

export function drawGlyph(use, name) {
  const address = `#glyph-${name}`;
  if (use.getAttribute("href") !== address) use.setAttribute("href", address);
}

// A list that stays the same is left alone: to lay it out again is most of what a scan would cost.
export function fillList(list, template, items, fillItem) {
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

// What has been put into the page is to be seen before `work` begins. A page nobody looks at is not painted.
export function afterPaint(work) {
  if (document.hidden) return void setTimeout(work, 0);
  requestAnimationFrame(() => {
    const painted = new MessageChannel();
    painted.port1.onmessage = () => work();
    painted.port2.postMessage(0);
  });
}
