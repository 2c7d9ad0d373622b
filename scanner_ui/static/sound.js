// Tones and vibration for each outcome, made on the device: no file to load, no delay.
//
// Called by scan.js. Every tone is also told to the page as the event "wms:sound" with its name, whether or not the
// loudspeaker may be used, so that tests and integrators can listen. A browser keeps the loudspeaker locked until the
// first key or tap; the scan of the badge is one. If it is locked all the same, `onMuted(true)` says so.

// [frequency in Hz, start ms, length ms, shape]
const TUNES = {
  accepted: [[1760, 0, 80, "sine"]],
  line_done: [[1320, 0, 90, "sine"], [1760, 100, 120, "sine"]],
  task_done: [[1175, 0, 90, "sine"], [1480, 100, 90, "sine"], [1760, 200, 160, "sine"]],
  look: [[880, 0, 110, "triangle"], [880, 190, 110, "triangle"]],
  stop: [[220, 0, 350, "square"]],
  unknown: [[165, 0, 650, "square"]],
  saved: [[600, 0, 40, "sine"]],
  echo: [[600, 0, 25, "sine"]],
  gate_open: [[1760, 0, 120, "sine"], [2093, 130, 160, "sine"]],
  gate_closed: [[440, 0, 300, "square"], [330, 300, 300, "square"], [440, 600, 300, "square"], [330, 900, 300, "square"]],
};
const VIBRATIONS = {
  accepted: [40],
  line_done: [60, 60, 60],
  task_done: [60, 60, 60],
  look: [100, 100, 100],
  stop: [120, 60, 120, 60, 120],
  unknown: [300, 100, 300],
  saved: [20, 40, 20],
  echo: [],
  gate_open: [60],
  gate_closed: [400, 100, 100, 100, 400],
};
const GAIN = { sine: 0.9, triangle: 0.9, square: 0.5 };
const RAMP_SECONDS = 0.004; // without it each tone begins and ends with a crack

export class Sound {
  constructor({ onMuted }) {
    this.onMuted = onMuted;
    this.context = null;
  }

  listen() {
    // Not at the first key of a scan: to open the loudspeaker may take longer than a scanner pauses.
    const unlock = ({ key = "" }) => key.length === 1 || this.isOpen || this.unlock();
    for (const event of ["keydown", "pointerup"]) document.addEventListener(event, unlock, { capture: true, passive: true });
    document.addEventListener("visibilitychange", () => document.hidden || (this.context && this.unlock()));
  }

  get isOpen() {
    return Boolean(this.context) && this.context.state === "running";
  }

  unlock() {
    if (!this.context && window.AudioContext) this.context = new AudioContext({ latencyHint: "interactive" });
    if (!this.context) return Promise.resolve();
    return this.context.resume().then(() => this.onMuted(!this.isOpen), () => this.onMuted(true));
  }

  play(name) {
    document.dispatchEvent(new CustomEvent("wms:sound", { detail: name }));
    const touched = !navigator.userActivation || navigator.userActivation.hasBeenActive;
    if (navigator.vibrate && touched && VIBRATIONS[name].length > 0) navigator.vibrate(VIBRATIONS[name]);
    if (this.isOpen) this.#sing(name);
    else if (!touched) this.onMuted(true);
    else this.unlock().then(() => this.isOpen && this.#sing(name));
  }

  #sing(name) {
    this.#silence();
    const now = this.context.currentTime;
    this.out = this.context.createGain();
    this.out.connect(this.context.destination);
    for (const [frequency, start, length, shape] of TUNES[name]) this.#tone(frequency, now + start / 1000, length / 1000, shape);
  }

  // The answer to the newest scan is the one to hear.
  #silence() {
    if (this.out) this.out.disconnect();
    this.out = null;
  }

  #tone(frequency, start, length, shape) {
    const oscillator = this.context.createOscillator();
    const gain = this.context.createGain();
    oscillator.type = shape;
    oscillator.frequency.value = frequency;
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(GAIN[shape], start + RAMP_SECONDS);
    gain.gain.setValueAtTime(GAIN[shape], start + length - RAMP_SECONDS);
    gain.gain.linearRampToValueAtTime(0, start + length);
    oscillator.connect(gain).connect(this.out);
    oscillator.start(start);
    oscillator.stop(start + length);
  }
}

// Something is complete: a line while its task goes on, or the task itself.
export function soundFor({ outcome, task }) {
  if (outcome === "completed") return task ? "line_done" : "task_done";
  return { accepted: "accepted", confirm: "look", unknown: "unknown", gate_closed: "gate_closed" }[outcome] || "stop";
}
