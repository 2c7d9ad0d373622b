// The bench's function keys, and the sheet of what can be done when something is wrong: reached without a mouse.
//
// Called by bench.js. Each key stands for a command card. Wherever the focus is, F2 takes back and F8 opens the sheet; in
// the sheet the arrows walk, Enter does it, Escape closes.

const KEYS = { F2: "*UNDO*", F4: "*SPLIT*", F6: "*CAMEOUT*", F7: "*NOTPRINTED*", F9: "*REPRINT*", F10: "*PAPER*" };
const SHEET_KEY = "F8";

export class Keys {
  // press(action, at): as if its card had been scanned. offered(action): whether the screen has it. choices(): what the sheet
  // offers, each {action, label}.
  constructor({ press, offered, choices }) {
    Object.assign(this, { press, offered, choices });
    this.sheet = document.getElementById("bench-problem");
  }

  listen(page = document) {
    page.addEventListener("keydown", (event) => this.#key(event), true);
  }

  openSheet() {
    const row = document.getElementById("bench-problem-template").content;
    const rows = this.choices().map(({ action, label }) => {
      const node = row.cloneNode(true);
      Object.assign(node.querySelector("button"), { value: action, textContent: label }).dataset.action = action;
      return node;
    });
    document.getElementById("bench-problem-list").replaceChildren(...rows);
    this.sheet.hidden = false;
    this.#buttons()[0].focus();
  }

  closeSheet() {
    if (this.sheet.contains(document.activeElement)) document.activeElement.blur();
    this.sheet.hidden = true;
  }

  #buttons() {
    return [...this.sheet.querySelectorAll("button")].filter((button) => !button.hidden);
  }

  #key(event) {
    const action = KEYS[event.key];
    if (action) {
      event.preventDefault();
      if (!event.repeat && this.offered(action)) this.press(action, event.timeStamp);
    } else if (event.key === SHEET_KEY) {
      event.preventDefault();
      if (!this.offered(null)) return;
      if (this.sheet.hidden) this.openSheet();
      else this.closeSheet();
    } else if (!this.sheet.hidden) {
      this.#walk(event);
    }
  }

  #walk(event) {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (event.key === "Escape") {
      this.closeSheet();
    } else if (step) {
      event.preventDefault();
      const buttons = this.#buttons();
      const at = buttons.indexOf(document.activeElement);
      buttons[(at + step + buttons.length) % buttons.length].focus();
    }
  }
}
