// Signing in: a scanned badge, then a PIN on our own pad, so that no soft keyboard opens.
//
// Called by scan.js, which shows it at the start and again when a session has ended; the page is never left for it, so
// scans that wait are not lost.

import { post } from "./sender.js";
import { word } from "./page_words.js";

const PIN = /^[0-9]{4,6}$/;
const LONGEST_PIN = 6;

export class SignIn {
  // onStep("badge" | "pin"); onSignedIn(answer); onRefused(code, details).
  constructor({ device, onStep, onSignedIn, onRefused }) {
    Object.assign(this, { device, onStep, onSignedIn, onRefused });
    this.badge = "";
    this.pin = "";
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
    this.asking = true;
    const answer = await post("/api/v1/sign-in", { badge: this.badge, pin: this.pin, device: this.device });
    this.asking = false;
    this.#setPin("");
    if (answer.status === 200) {
      this.badge = "";
      this.onSignedIn(answer.body);
    } else if (answer.status === 401 || answer.status === 403) {
      const code = answer.body.code || "bad_pin";
      if (code === "bad_badge") this.start();
      this.onRefused(code, answer.body);
    } else {
      this.onRefused(answer.status === 0 ? "no_connection_sign_in" : "busy_try_again", answer.body);
    }
  }
}
