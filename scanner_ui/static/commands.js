// What the page does by itself; each is a command card as well as a button. Nothing of it is sent as a scan.
//
// Called by scan.js. What is asked for seldom is loaded when it is; this page lends it what it has.

import { keep, toggle } from "./device.js";
import { get, post } from "./http.js";
import { nextLanguage, sentence, speak, word } from "./page_words.js";
import { card } from "./path.js";
import { renderSheet } from "./screen.js";

export class Commands {
  // take(input): a scan. inLine(work): when what is being done is done.
  constructor({ queue, net, sender, session, sound, standing, teller, wedge, take, inLine }) {
    Object.assign(this, { queue, net, sender, session, standing, teller, inLine });
    this.lent = { get, post, queue, renderSheet, sentence, standing, teller, word };
    this.asks = false; // the next code is asked about and counts for nothing
    this.known = {
      "*THEME*": () => this.#toggle("theme", "wms_theme", ["day", "dark"]),
      "*HAND*": () => this.#toggle("hand", "wms_hand", ["right", "left"]),
      "*LANG*": () => this.#changeLanguage(),
      "*SOUND*": () => sound.unlock(),
      "*KEYS*": () => wedge.startTyping("text"),
      "*CANCEL*": () => wedge.stopTyping(),
      "*ENTER*": () => wedge.submitTyping(performance.now()),
      "*WHAT*": () => this.#askNext(),
      "*WHY*": () => this.#why(document.getElementById("why").getAttribute("href")),
      "*CAMERA*": () => this.#lend(import("./camera.js"), ({ openCamera }) => openCamera(take, this.lent)),
      "*SIGNOUT*": () => session.signOut(inLine),
      "*LIST*": () => this.#lend(import("./attention.js"), ({ list }) => list(this.lent)),
      "*SEEN*": () => this.#seen(),
      "*RETRY*": () => this.#tryAgain(),
    };
  }

  // What a code does here; undefined for one that is a scan.
  of(raw) {
    const code = card(raw);
    const asked = this.asks && this.session.open && !code.startsWith("*");
    this.asks = false;
    return asked ? (input) => this.#lookUp(input) : this.known[code];
  }

  // Nothing is asked any more, and what lies over the task is put away.
  escape() {
    if (this.asks) {
      this.teller.mention("idle", { title: "" });
      this.teller.version += 1; // the same card may ask again at once
    }
    this.asks = false;
    document.getElementById("menu").open = false;
  }

  #toggle(...choice) {
    toggle(...choice);
    this.teller.mention("idle", sentence("changed_here"));
  }

  // Of whoever is signed in the server words nearly all: it is told, and draws everything anew.
  async #changeLanguage() {
    const wanted = nextLanguage();
    if (this.session.open) {
      const { status } = await post("/api/v1/language", { language: wanted.split("-")[0] });
      if (status !== 204) return this.teller.say("stop", "language_needs_connection", "stop");
    }
    keep("wms_language", wanted);
    if (this.session.open) return this.inLine(() => this.#drawAnew());
    speak(wanted);
    return this.session.askForBadge("");
  }

  async #drawAnew() {
    const { queue, standing } = this;
    standing.forget();
    await queue.keep(standing.kept()).catch(() => {});
    location.reload();
  }

  #askNext() {
    if (!this.net.online) return this.teller.say("stop", "look_up_needs_connection", "stop");
    this.asks = true;
    return this.teller.mention("look", sentence("ask_next"), "ask_next");
  }

  #lookUp(input) {
    this.#lend(import("./look_up.js"), ({ lookUp }) => lookUp(input, this.lent));
  }

  #why(address) {
    this.#lend(import("./look_up.js"), ({ why }) => why(address, this.lent));
  }

  #tryAgain() {
    renderSheet("found", null);
    this.inLine(() => this.queue.takeUpAgain(this.session.operatorKey())).then(() => this.sender.retry());
  }

  // The supervisor knows of the cases: they need not be counted here any more.
  #seen() {
    const { queue, standing, teller } = this;
    standing.cases = [];
    queue.keep(standing.kept()).catch(() => {});
    teller.waiting();
    renderSheet("found", null);
  }

  #lend(loading, use) {
    loading.then(use).catch(() => this.teller.say("stop", "not_loaded", "stop"));
  }
}
