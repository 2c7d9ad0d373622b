// What cards, keys and buttons do on the bench's page itself; every other command goes to the server as a scan.
//
// Called by bench.js.

import { REPRINT } from "./bench_standing.js";
import { keep, toggle } from "./device.js";
import { get } from "./http.js";
import { currentLanguage, nextLanguage, speak, word } from "./page_words.js";
import { renderSheet } from "./screen.js";
import { byId } from "./slots.js";

export class BenchCommands {
  constructor({ session, standing, wishes, keys, wedge, teller }) {
    Object.assign(this, { session, standing, wishes, wedge, teller });
    this.own = {
      "*THEME*": () => toggle("theme", "wms_theme", ["day", "dark"]),
      "*LANG*": () => this.#changeLanguage(),
      "*SOUND*": () => teller.sound.unlock(),
      "*KEYS*": () => wedge.startTyping("text"),
      "*CANCEL*": () => wedge.stopTyping(),
      "*ENTER*": () => wedge.submitTyping(performance.now()),
      "*WHY*": () => this.#why(byId("why").getAttribute("href")),
      "*PROBLEM*": () => keys.openSheet(),
      "*CLOSESHEET*": () => keys.closeSheet(),
      "*BENCH*": () => session.askForBench(),
      "*CAMEOUT*": () => wishes.answer("came_out"),
      "*NOTPRINTED*": () => wishes.answer("not_printed"),
      "*PAPER*": () => wishes.openPackingList(),
      "*SIGNOUT*": () => session.signOut(),
    };
  }

  // What this page does when that is scanned; nothing where the server has to be asked.
  of(raw) {
    if (this.own[raw]) return this.own[raw];
    const { view } = this.standing;
    const isOutsideItsTask = raw === REPRINT && !this.standing.offers(REPRINT);
    return this.session.operator && isOutsideItsTask && view.parcel ? () => this.wishes.onceMore() : null;
  }

  // Whether a key for it does something now; null: whether any does.
  offered(action) {
    if (!this.session.operator) return false;
    // A label once more: of the last parcel of this bench, whichever it is.
    return action === null || Boolean(this.own[action]) || this.standing.offers(action) || action === REPRINT;
  }

  // What may be wrong, in words: each line is done by its card. A card there are no words for goes by its name.
  choices() {
    return (this.standing.screen.actions || []).map(({ action, label }) => ({ action, label: word(`problem_${action}`) || label }));
  }

  onClick(event) {
    const button = event.target.closest("[data-action]");
    if (!button || button.closest("#pad")) return;
    const { action, job } = button.dataset;
    if (button.localName !== "button" && !this.own[action]) return;
    event.preventDefault();
    byId("menu").open = false;
    if (job) this.wishes.answer(action === "*CAMEOUT*" ? "came_out" : "not_printed", job);
    else if (this.own[action]) this.own[action]();
    else this.wedge.press(action, event.timeStamp);
  }

  #changeLanguage() {
    speak(nextLanguage());
    keep("wms_language", currentLanguage());
    if (!this.session.operator) this.session.askForBadge("");
  }

  #why(address) {
    const { teller } = this;
    import("./look_up.js").then((asking) => asking.why(address, { get, renderSheet, teller })).catch(() => teller.say("stop", "not_loaded", "stop"));
  }
}
