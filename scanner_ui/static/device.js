// What belongs to the device, not to the operator: its name, day or dark, left or right hand, keeping the screen on.
//
// Kept in local storage, and in cookies so that the server draws the page right the first time.

import { uuid7 } from "./uuid7.js";

const YEAR_SECONDS = 31536000;

export function deviceName() {
  let name = read("wms_device");
  if (!name) {
    name = `web-${uuid7().slice(-12)}`;
    keep("wms_device", name);
  }
  return name;
}

// The page may come from the device itself, drawn for nobody.
export function showChoices() {
  const root = document.documentElement;
  if (read("wms_theme")) root.dataset.theme = read("wms_theme");
  if (read("wms_hand")) root.dataset.hand = read("wms_hand");
}

export function toggle(attribute, cookie, values) {
  const root = document.documentElement;
  const next = values[(values.indexOf(root.dataset[attribute]) + 1) % values.length];
  root.dataset[attribute] = next;
  keep(cookie, next);
}

export function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch (error) {
    // A locked-down browser: the cookie below is enough.
  }
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
}

function read(name) {
  let stored = null;
  try {
    stored = localStorage.getItem(name);
  } catch (error) {
    stored = null;
  }
  const cookie = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
  return stored || (cookie ? decodeURIComponent(cookie.slice(name.length + 1)) : "");
}

// The screen stays on while a task is open; the system takes the lock away whenever the page is hidden.
export class WakeLock {
  constructor() {
    this.wanted = false;
    document.addEventListener("visibilitychange", () => this.#apply());
  }

  want(wanted) {
    if (wanted === this.wanted) return;
    this.wanted = wanted;
    this.#apply();
  }

  async #apply() {
    if (!navigator.wakeLock || document.hidden) return;
    try {
      if (this.wanted && (!this.lock || this.lock.released)) this.lock = await navigator.wakeLock.request("screen");
      if (!this.wanted && this.lock) await this.lock.release();
    } catch (error) {
      // Battery low, or the browser does not let us: the device's own timeout holds.
    }
  }
}
