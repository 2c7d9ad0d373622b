// Identities made on the device: UUIDv7 (RFC 9562, section 5.7), increasing within this page even if the clock jumps
// back. The scan's identity is made once, before it is sent, and never changes however often it is sent.

let lastMs = 0;
let counter = 0;

export function uuid7(now = Date.now()) {
  if (now > lastMs) {
    lastMs = now;
    counter = 0;
  } else if (++counter > 0xfff) {
    lastMs += 1;
    counter = 0;
  }
  const random = crypto.getRandomValues(new Uint8Array(8));
  random[0] = (random[0] & 0x3f) | 0x80;
  const tail = Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const time = lastMs.toString(16).padStart(12, "0");
  const middle = counter.toString(16).padStart(3, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${middle}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}
