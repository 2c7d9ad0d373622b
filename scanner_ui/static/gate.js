// When the gate may be shown green: only for the parcel in the hand, and only for a moment.
//
// Called by scan.js and answers.js. Red is part of the screen and stays until the server takes it away; green is an event.

import { renderGate } from "./outcome.js";

const OPEN_MS = 1500;
const FRESH_MS = 5000; // an older answer says what was so, not what is so
let timer = 0;

// This scan's own first answer, quick, and nothing scanned since.
export function isFresh(scan, reply, askedAt, waiting) {
  const waitedFor = performance.now() - Math.min(askedAt, scan.endedAt);
  return reply.scan_id === scan.scan_id && !reply.replayed && waiting === 0 && waitedFor <= FRESH_MS;
}

export function showOpenGate(gate) {
  renderGate(gate);
  clearTimeout(timer);
  timer = setTimeout(dropOpenGate, OPEN_MS);
}

export function dropOpenGate() {
  if (document.getElementById("gate").dataset.open === "1") renderGate(null);
}
