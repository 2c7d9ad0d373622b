// Signing in: a scanned badge, then a PIN on our own pad, so that no soft keyboard opens.
//
// Called by session.js, which shows it at the start and again when a session has ended; the page is never left for it.

import { post } from "./http.js";
import { word } from "./page_words.js";

const PIN = /^[0-9]{4,6}$/;
const LONGEST_PIN = 6;

export class SignIn {
  // offline(): what keeps and checks PINs, loaded when somebody signs in; beforeAsking(): a promise; onStep("badge" | "pin"); onSignedIn(answer); onSignedInOffline(operator);
  // onRefused(code, details).
  constructor(parts) {
    Object.assign(this, parts);
    this.badge = "";
    this.pin = "";
    this.told = ""; // whose badge was told that somebody else has this bench; he takes it over by signing in again
    this.asking = false;
    this.dots = document.querySelector('[data-slot="pin"]');
    document.getElementById("pad").addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) this.#press(button.dataset.action);
    });
  }

  start() {
    this.badge = "";
    this.#setPin("");
    this.onStep("badge");
  }

  // Everything read while nobody is signed in: a badge at any time, or a PIN typed on the device's own keys.
  take(raw) {
    if (this.badge !== "" && PIN.test(raw)) {
      this.#setPin(raw);
      this.#submit();
      return;
    }
    this.badge = raw;
    this.#setPin("");
    document.querySelector('[data-slot="badge"]').textContent = raw;
    this.onStep("pin");
  }

  // Keys collected so far, while a PIN is awaited.
  showKeys(text) {
    if (this.badge !== "" && /^[0-9]*$/.test(text) && text !== "") this.#setPin(text.slice(0, LONGEST_PIN));
  }

  #press(action) {
    if (/^[0-9]$/.test(action)) this.#setPin((this.pin + action).slice(0, LONGEST_PIN));
    else if (action === "*DELETE*") this.#setPin(this.pin.slice(0, -1));
    else if (action === "*OK*") this.#submit();
  }

  #setPin(pin) {
    this.pin = pin;
    this.dots.textContent = "●".repeat(pin.length) + "○".repeat(Math.max(0, 4 - pin.length));
    this.dots.setAttribute("aria-label", `${word("pin")} ${pin.length}`);
  }

  async #submit() {
    if (this.asking || !PIN.test(this.pin)) return;
    const { badge, pin } = this;
    this.asking = true;
    try {
      await this.beforeAsking();
      const answer = await post("/api/v1/sign-in", { badge, pin, device: this.device, take_over: this.told === badge });
      this.#setPin("");
      if (answer.status === 0) await this.#offline(badge, pin);
      else await this.#answered(answer, badge, pin);
    } finally {
      this.asking = false;
    }
  }

  async #answered({ status, body }, badge, pin) {
    if (status === 200) {
      this.badge = "";
      this.told = "";
      await this.onSignedIn(body);
      const until = body.offline_allowed ? body.shift_until : "";
      const { operator } = body;
      await this.offline().then((device) => device.remember({ badge, pin, operator, until })).catch(() => {});
    } else if (status === 401 || status === 403) {
      const code = body.code || "bad_pin";
      if (code === "bad_badge") this.start();
      this.told = code === "bench_held" ? badge : "";
      this.onRefused(code, body);
    } else {
      this.onRefused("busy_try_again", body);
    }
  }

  async #offline(badge, pin) {
    const checked = this.offline().then((device) => device.check(badge, pin));
    const { operator, code, details } = await checked.catch(() => ({ code: "no_connection_sign_in" }));
    if (!operator) return this.onRefused(code, { details });
    this.badge = "";
    return this.onSignedInOffline(operator);
  }
}
