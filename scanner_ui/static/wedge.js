// Catches what a keyboard-wedge scanner types, wherever the focus is, and tells a scan from typing.
//
// Called by scan.js. One listener on the document collects keys before anything else sees them; the visible "last scan"
// field only holds the focus, for scanners that commit text through an input method instead of pressing keys. Every
// code is handed to `onScan` exactly once and in order. No key of a code ever presses a button or moves the focus.

import { PACE, isScanned, lastBurst, sinceLastBreak, textOf, typicalGap } from "./pace.js";

const GS = "\x1d";

const LONGEST = 200; // what the server takes

export class Wedge {
  // onScan({raw, source, symbology, endedAt, unlessChangedSince}); onEcho(raw); onMixed({endedAt}): typed and scanned into
  // one entry; onTooLong({endedAt}); onKeys(text): what is collected so far; onTyping(inputMode, or "" when typing mode ends).
  // `screenVersion()` counts what the operator has been shown. An identical code inside the echo window is the scanner's
  // bounce, not a second piece, if it began before a hand could have pulled the trigger again, or if nothing has changed
  // since the first: that is known when the first has been judged, so it is handed on with `unlessChangedSince`, the
  // version then; null for every other code. `silenceMs` ends a code of a scanner without suffix.
  constructor(parts) {
    Object.assign(this, parts);
    this.keys = [];
    this.timer = 0;
    this.typing = false;
    this.patient = false; // typed slowly, one key at a time, as a PIN on a device with keys
    this.sendsSuffix = false;
    this.silencedAt = -Infinity;
    this.last = { raw: "", endedAt: -Infinity, version: -1 };
  }

  listen(page = document) {
    page.addEventListener("keydown", (event) => this.#key(event), true);
    page.addEventListener("beforeinput", (event) => this.#beforeInput(event), true);
    page.addEventListener("input", (event) => this.#leftovers(event), true);
    page.addEventListener("compositionend", (event) => this.#composed(event), true);
    // A pressed button never gets the focus, so no suffix can press it again.
    page.addEventListener("mousedown", (event) => {
      if (event.target !== this.field) event.preventDefault();
    }, true);
    page.addEventListener("click", (event) => {
      const button = event.target.closest && event.target.closest("button, summary, a");
      if (button) button.blur();
      this.focus();
    });
    this.field.addEventListener("blur", () => setTimeout(() => this.focus(), 20));
    addEventListener("focus", () => this.focus());
    addEventListener("pageshow", () => this.focus());
    page.addEventListener("visibilitychange", () => this.focus());
    this.focus();
  }

  // Takes the focus back, except from a control somebody walked to with the Tab key.
  focus() {
    const active = document.activeElement;
    if (!active || active === document.body || active === document.documentElement) {
      this.field.focus({ preventScroll: true });
    }
  }

  // Typing mode: the field is an ordinary field with a soft keyboard, for one entry.
  startTyping(inputMode) {
    this.clear();
    this.typing = true;
    this.field.readOnly = false;
    this.field.inputMode = inputMode;
    this.field.value = "";
    this.field.blur();
    this.field.focus({ preventScroll: true });
    this.onTyping(inputMode);
  }

  stopTyping() {
    if (!this.typing) return;
    this.clear();
    this.typing = false;
    this.field.inputMode = "none";
    this.field.value = "";
    this.focus();
    this.onTyping("");
  }

  // Ends typing mode with what is in the field.
  submitTyping(now) {
    const text = clean(this.field.value);
    const burst = textOf(lastBurst(this.keys));
    this.stopTyping();
    if (text === "") return;
    if (burst.length >= PACE.burst && text.endsWith(burst) && text !== burst) this.onMixed({ endedAt: now });
    else this.#hand(text, text === burst ? "wedge" : "manual", now, now);
  }

  clear() {
    clearTimeout(this.timer);
    this.keys = [];
    this.onKeys("");
  }

  #key(event) {
    if (event.isComposing || event.keyCode === 229 || event.key === "Unidentified") return; // arrives as text
    const character = characterOf(event);
    if (this.typing) return this.#typingKey(event, character);
    if (character !== "") {
      if (this.keys.length === 0 && character === " " && isControl(event.target)) return; // a person presses a button
      event.preventDefault();
      this.#add(character, event.timeStamp);
    } else if (event.key === "Enter" || event.key === "Tab") {
      this.#suffix(event);
    } else if (event.key === "Backspace" && this.keys.length > 0) {
      event.preventDefault();
      this.keys.pop();
      this.onKeys(textOf(this.keys));
    } else if (event.key === "Escape") {
      this.clear();
    }
  }

  #suffix(event) {
    if (this.keys.length > 0) {
      event.preventDefault();
      event.stopImmediatePropagation();
      this.sendsSuffix = true;
      this.#finish(event.timeStamp);
    } else if (event.timeStamp - this.silencedAt < PACE.lateSuffix) {
      event.preventDefault();
      this.sendsSuffix = true;
    } else if (event.key === "Enter" && !isControl(event.target)) {
      event.preventDefault();
    }
  }

  #typingKey(event, character) {
    if (document.activeElement !== this.field) this.field.focus({ preventScroll: true });
    if (character !== "") {
      this.keys.push({ character, at: event.timeStamp });
    } else if (event.key === "Enter" || event.key === "Tab") {
      event.preventDefault();
      event.stopImmediatePropagation();
      this.submitTyping(event.timeStamp);
    }
  }

  #beforeInput(event) {
    if (this.typing || event.target !== this.field || event.isComposing) return;
    if (event.inputType === "insertLineBreak" || event.inputType === "insertParagraph") {
      event.preventDefault();
      if (this.keys.length > 0) this.#finish(event.timeStamp);
      return;
    }
    const text = event.data || (event.dataTransfer && event.dataTransfer.getData("text")) || "";
    if (text === "" || !event.cancelable) return;
    event.preventDefault();
    this.#committed(text, event.timeStamp);
  }

  #composed(event) {
    if (this.typing || event.target !== this.field) return;
    this.field.value = "";
    if (event.data) this.#committed(event.data, event.timeStamp);
  }

  // Text that an input method put in without asking.
  #leftovers(event) {
    if (this.typing || event.target !== this.field || event.isComposing) return;
    const text = this.field.value;
    this.field.value = "";
    if (text !== "") this.#committed(text, event.timeStamp);
  }

  #committed(text, at) {
    for (const character of text) {
      if (character === "\r" || character === "\n" || character === "\t") {
        if (this.keys.length > 0) this.#finish(at);
      } else {
        this.#add(character, at);
      }
    }
  }

  #add(character, at) {
    const previous = this.keys[this.keys.length - 1];
    const forget = this.patient ? PACE.forgetSlowly : PACE.forget;
    if (previous && at - previous.at > forget) this.keys = [];
    this.keys.push({ character, at });
    this.onKeys(textOf(this.keys));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#silence(), this.#wait());
  }

  #wait() {
    if (this.sendsSuffix) return Math.max(this.silenceMs, PACE.patience);
    return Math.max(this.silenceMs, PACE.silencePerGap * typicalGap(this.keys));
  }

  #silence() {
    const pending = navigator.scheduling && navigator.scheduling.isInputPending && navigator.scheduling.isInputPending();
    if (pending) {
      this.timer = setTimeout(() => this.#silence(), this.silenceMs); // this page was slow, not the scanner
    } else if (this.keys.length >= PACE.burst && isScanned(sinceLastBreak(this.keys))) {
      this.sendsSuffix = false;
      this.silencedAt = performance.now();
      this.#finish(this.keys[this.keys.length - 1].at);
    } else {
      this.timer = setTimeout(() => this.clear(), this.patient ? PACE.forgetSlowly : PACE.forget);
    }
  }

  #finish(endedAt) {
    clearTimeout(this.timer);
    const latest = sinceLastBreak(this.keys);
    const scanned = isScanned(latest);
    // Keys before a scan are a sleeve on the keyboard, not part of the label.
    const keys = scanned ? latest : this.keys;
    const raw = clean(textOf(keys));
    const startedAt = keys.length > 0 ? keys[0].at : endedAt;
    this.keys = [];
    this.onKeys("");
    if (raw !== "") this.#hand(raw, scanned ? "wedge" : "manual", startedAt, endedAt);
  }

  #hand(raw, source, startedAt, endedAt) {
    if (raw.length > LONGEST) return this.onTooLong({ endedAt });
    const gap = startedAt - this.last.endedAt;
    const again = raw === this.last.raw && gap <= this.echoMs;
    const since = this.last.version;
    this.last = { raw, endedAt, version: this.screenVersion() };
    if (again && gap < PACE.blink) return this.onEcho(raw);
    const aim = /^\][A-Za-z][0-9A-Za-z]/.exec(raw);
    this.onScan({ raw, source, symbology: aim ? aim[0] : null, endedAt, unlessChangedSince: again ? since : null });
  }

  // A button or card on the screen counts as a scan of its command, with the same protection against a double tap.
  press(raw, at) {
    this.#hand(raw, "button", at, at);
  }
}

function characterOf(event) {
  const altGraph = event.getModifierState && event.getModifierState("AltGraph");
  if (event.ctrlKey && !altGraph) return event.key === "]" || event.key === GS ? GS : "";
  if (event.metaKey || (event.altKey && !altGraph)) return "";
  return event.key.length === 1 ? event.key : "";
}

function isControl(target) {
  return Boolean(target.closest && target.closest("button, summary, a"));
}

// Control characters other than the GS1 separator are noise; a Chinese input method widens digits and letters.
function clean(text) {
  return text
    .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/\u3000/g, " ")
    .replace(/[\x00-\x1c\x1e\x1f\x7f]/g, "")
    .trim();
}
