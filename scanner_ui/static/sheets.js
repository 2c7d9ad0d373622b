// What stands in place of a task until the next scan: the papers of a parcel, or what a code is.
//
// Loaded by screen.js when the first of them comes; `page` lends what fills the slots. Everything goes in as text.

// A parcel that was scanned where nobody asked for one.
export function parcel({ parcel: number, open, papers, notes }, page) {
  const { byId, fill, fillList, renderPairs, slot } = page;
  byId("parcel").dataset.open = open ? "1" : "0";
  slot("parcel").textContent = number;
  fillList(byId("papers"), "paper-template", papers, (node, paper) => {
    node.querySelector("li").dataset.tone = paper.tone;
    node.querySelector("use").setAttribute("href", `#glyph-${paper.tone}`);
    node.querySelector("b").textContent = paper.paper;
    node.querySelector("span").textContent = paper.state;
    fill(node.querySelector("small"), paper.since);
    fill(node.querySelector(".said"), paper.said);
    fill(node.querySelector(".english"), paper.english);
  });
  renderPairs(byId("parcel-notes"), notes);
}

// What a scanned code is, or why it was refused.
export function found(sheet, page) {
  const { byId, fill, fillAction, fillList, renderPairs, slot } = page;
  for (const name of ["kind", "title", "code", "note"]) fill(slot(`found_${name}`), sheet[name]);
  renderPairs(byId("found-facts"), sheet.facts);
  const link = byId("found-link");
  link.hidden = !sheet.link;
  if (sheet.link) [link.href, link.textContent] = [sheet.link.href, sheet.link.label];
  fillList(byId("found-can"), "action-template", sheet.can || [], fillAction);
  fillList(byId("found-life"), "life-template", sheet.life || [], (node, event) => {
    node.querySelector("li").dataset.tone = event.tone;
    node.querySelector("use").setAttribute("href", `#glyph-${event.tone}`);
    for (const [tag, name] of [["b", "at"], ["span", "text"], ["small", "who"]]) node.querySelector(tag).textContent = event[name];
  });
}
