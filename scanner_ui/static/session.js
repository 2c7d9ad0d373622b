// Who is at the device: signing in with and without network, signing out, and scans that wait in somebody's name.
//
// Called by scan.js. A sign-in that ends the session of somebody whose scans still wait would send them in the wrong name:
// first they are sent, and where that cannot be done, only their own operator may sign in.

import { post, pageToken, setPageToken } from "./http.js";
import { speak, word } from "./page_words.js";
import { renderOperator, renderScreen } from "./screen.js";
import { SignIn } from "./sign_in.js";
import { idOf } from "./standing.js";

const SIGN_IN_STEPS = { badge: "scan_badge", pin: "type_pin" };
const NOW_MS = 3000;

export class Session {
  constructor({ device, disk, standing, queue, sender, net, teller, wedge, wakeLock, onSignedIn }) {
    Object.assign(this, { standing, queue, sender, net, teller, wedge, wakeLock, onSignedIn });
    this.open = false;
    this.leaving = Promise.resolve(); // what is scanned is judged when who signs out has done so
    this.out = null; // until the server has answered that, nobody else signs in: it would end his session
    this.signIn = new SignIn({
      device,
      offline: async () => new (await import("./offline_sign_in.js")).OfflineSignIn(disk),
      beforeAsking: () => this.#sendFirst(),
      onStep: (step) => this.#showStep(step),
      onSignedIn: (answer) => this.#begin(answer),
      onSignedInOffline: (operator) => this.#goOn(operator),
      onRefused: (code, details) => teller.say("stop", code, "stop", details),
    });
  }

  operatorKey() {
    return keyOf(this.standing.operator);
  }

  askForBadge(code) {
    this.open = false;
    this.signIn.start();
    if (code) this.teller.say("look", code, "look");
  }

  // The server has drawn the page for this operator. What was kept here may have been seen later than what it has drawn:
  // where they differ, the server is asked as soon as the page is open.
  drawnFor(operator, token, here) {
    const { task, signedIn } = this.standing;
    const same = this.operatorKey() === keyOf(operator);
    const agree = idOf(task) === idOf(here.task) && (!task || task.version === here.task.version);
    if (!same || !signedIn) this.standing.adopt(here, null);
    else if (agree && this.queue.size === 0) this.standing.screen = here.screen;
    if (!same) this.standing.shiftUntil = "";
    Object.assign(this.standing, { operator, signedIn: true, pageToken: token });
    setPageToken(token);
  }

  // The page opens where somebody was signed in.
  resume() {
    if (this.#othersWait()) return;
    const { operator, screen, task } = this.standing;
    this.open = true;
    renderOperator(operator);
    speak(operator.language || "");
    renderScreen(screen);
    this.wakeLock.want(Boolean(task));
  }

  // What was scanned before it is judged and sent first; no answer to that may have to wait for this.
  signOut(inLine) {
    this.leaving = this.leaving.then(() => inLine(() => {})).then(() => this.#sendFirst()).then(() => inLine(() => this.#leave()));
  }

  async #leave() {
    const waiting = this.queue.size;
    this.standing.signedIn = false;
    await this.queue.keep(this.standing.kept()).catch(() => {});
    renderOperator(null);
    this.askForBadge("");
    // With scans waiting the session stays, so that they can be sent in the right name.
    if (waiting > 0) return this.teller.say("look", "still_waiting", "look", { n: waiting });
    this.teller.mention("idle", { title: word("scan_badge") });
    this.out = post("/api/v1/sign-out", {});
    return (this.standing.operator = null);
  }

  // Whoever signs in ends the session before: what waits is sent in its name first, if that can be done.
  async #sendFirst() {
    await this.out;
    const canSend = this.queue.size > 0 && this.net.online && !this.sender.paused;
    return canSend ? Promise.race([this.sender.retry(), pause(NOW_MS)]) : null;
  }

  async #begin({ operator, screen, task = null, shift_until: until = "", offline_allowed: allowed = false, ...reply }) {
    this.standing.operator = operator;
    if (this.#othersWait()) return;
    Object.assign(this.standing, { shiftUntil: allowed ? until : "", pageToken: pageToken() });
    if (this.queue.size === 0) {
      Object.assign(this.standing, { next: [], begun: [] });
      this.standing.adopt({ screen, task }, reply);
      this.standing.handedOut(reply.next);
    }
    await this.#enter();
    this.sender.resume();
  }

  // Nothing is sent in somebody else's name: then only the one who made the scans can go on here.
  #othersWait() {
    const foreign = this.queue.waiting().filter((scan) => scan.operator !== this.operatorKey());
    if (foreign.length === 0) return false;
    this.sender.pause();
    this.askForBadge("");
    this.teller.say("stop", "others_waiting", "stop", { who: foreign[0].operatorName, n: foreign.length });
    return true;
  }

  // Without network: exactly where this operator was.
  async #goOn(operator) {
    this.standing.operator = operator;
    setPageToken(this.standing.pageToken);
    await this.#enter();
  }

  async #enter() {
    this.standing.signedIn = true;
    this.open = true;
    this.wedge.patient = false;
    const { operator, screen, task } = this.standing;
    speak(operator.language);
    renderOperator(operator);
    renderScreen(screen);
    this.wakeLock.want(Boolean(task));
    this.teller.mention("go", { title: operator.name });
    this.teller.sound.play("accepted");
    this.teller.waiting();
    this.teller.version += 1;
    await this.queue.keep(this.standing.kept()).catch(() => {});
    this.onSignedIn();
  }

  #showStep(step) {
    this.wedge.patient = step === "pin";
    const key = SIGN_IN_STEPS[step];
    renderScreen({ screen: "sign_in", step, title: word("sign_in"), expect: word(key), kinds: step === "badge" ? ["badge"] : ["pin"] });
    this.wakeLock.want(false);
    if (step === "pin") {
      this.teller.mention("idle", { title: word("type_pin") });
      this.teller.sound.play("accepted");
    }
  }
}

function keyOf(operator) {
  return operator ? operator.id || operator.name : "";
}

function pause(milliseconds) {
  return new Promise((done) => setTimeout(done, milliseconds));
}
