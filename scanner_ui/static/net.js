// The three states of the network: online, the server does not answer (down), no network (offline).
//
// Called by scan.js and sender.js. What the browser says is a hint only: with the server stopped it says "online". Every
// answer and every missing one is told here; while nothing else would find out, the page asks by itself.

import { get } from "./http.js";

const ALIVE = "/health/live";
const BEAT_MS = 3000;
const HEARTBEAT_MS = 30000;

export class Net {
  constructor() {
    this.state = "";
    this.since = new Date();
    this.heardAt = 0;
    this.onChange = () => {};
    this.onHope = () => {};
  }

  // onHope(): something may have become better, whoever waits may try again.
  listen({ onChange, onHope }) {
    Object.assign(this, { onChange, onHope });
    addEventListener("online", () => this.hope());
    addEventListener("offline", () => this.tell("offline"));
    document.addEventListener("visibilitychange", () => document.hidden || this.hope());
    addEventListener("pageshow", () => this.hope());
    setInterval(() => this.#beat(), BEAT_MS);
    this.tell(navigator.onLine ? "online" : "offline");
  }

  get online() {
    return this.state === "online";
  }

  tell(state) {
    this.heardAt = performance.now();
    if (state === this.state) return;
    this.state = state;
    this.since = new Date();
    this.onChange(state);
  }

  answered() {
    this.tell("online");
  }

  silent() {
    this.tell(navigator.onLine ? "down" : "offline");
  }

  async hope() {
    await this.ask();
    if (this.online) this.onHope();
  }

  #beat() {
    if (!this.online || performance.now() - this.heardAt > HEARTBEAT_MS) this.hope();
  }

  async ask() {
    const { status } = await get(ALIVE, BEAT_MS);
    if (status === 200) this.answered();
    else if (status === 0) this.silent();
    else this.tell("down");
  }
}
