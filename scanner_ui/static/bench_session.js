// Which bench this is and who works at it. Nobody works here until he has scanned what is asked for.
//
// Called by bench.js. Signing in needs the server, as everything at a bench does: codes and weights of the bench's program
// go to whoever is signed in under its code.

import { renderBench } from "./bench_panels.js";
import { keep } from "./device.js";
import { post } from "./http.js";
import { speak, word } from "./page_words.js";
import { renderOperator, renderScreen } from "./screen.js";
import { SignIn } from "./sign_in.js";

const BENCH = /^(?:\][A-Za-z][0-9A-Za-z])?LOC-([\w.-]{1,30})$/i;
const STEPS = { bench: "scan_bench", badge: "scan_badge", pin: "type_pin" };

export class BenchSession {
  // onBegun(): somebody works here; onEnded(): nobody does.
  constructor({ bench, standing, teller, wedge, onBegun, onEnded }) {
    Object.assign(this, { bench, standing, teller, wedge, onBegun, onEnded });
    this.operator = null;
    this.signIn = new SignIn({
      device: bench,
      offline: () => Promise.reject(new Error("a bench does nothing without the server")),
      beforeAsking: () => null,
      onStep: (step) => this.#show(step),
      onSignedIn: (answer) => this.#enter(answer),
      onRefused: (code, details) => teller.say("stop", code, "stop", details),
    });
  }

  // The page opens: drawn for this operator, or for nobody.
  open(operator) {
    renderBench(this.bench);
    if (operator) this.#begin(operator);
    else this.askForBadge("");
  }

  // Everything scanned while nobody is signed in.
  take(raw) {
    const place = BENCH.exec(raw);
    if (place) this.#choose(place[1].toUpperCase());
    else if (this.bench === "") this.teller.say("stop", "bench_first", "stop");
    else this.signIn.take(raw);
  }

  askForBench() {
    this.bench = "";
    renderBench("");
    this.askForBadge("");
  }

  // Where no bench is chosen yet, that is asked for first.
  askForBadge(code) {
    this.operator = null;
    this.onEnded();
    renderOperator(null);
    this.signIn.start();
    if (code) this.teller.say("look", code, "look");
  }

  async signOut() {
    this.askForBadge("");
    this.teller.mention("idle", { title: word("scan_badge") });
    await post("/api/v1/sign-out", {});
  }

  #choose(code) {
    this.bench = code;
    this.signIn.device = code;
    keep("wms_bench", code);
    renderBench(code);
    this.askForBadge("");
    this.teller.mention("idle", { title: code, next: word("scan_badge") });
    this.teller.sound.play("accepted");
    this.teller.version += 1;
  }

  #show(step) {
    const at = this.bench === "" ? "bench" : step;
    this.wedge.patient = at === "pin";
    this.standing.leave();
    renderScreen({ screen: "sign_in", step: at, title: word("bench_title"), expect: word(STEPS[at]), kinds: [at === "bench" ? "place" : at] });
    if (at !== "pin") return;
    this.teller.mention("idle", { title: word("type_pin") });
    this.teller.sound.play("accepted");
  }

  async #enter({ operator, screen, task = null }) {
    this.standing.standAt({ screen, task });
    this.#begin(operator);
    this.teller.mention("go", { title: operator.name });
    this.teller.sound.play("accepted");
    this.teller.version += 1;
  }

  #begin(operator) {
    this.operator = operator;
    this.wedge.patient = false;
    speak(operator.language);
    renderOperator(operator);
    renderScreen(this.standing.screen);
    this.onBegun();
  }
}
