// The same operator signs in again without network, within the shift.
//
// Called by sign_in.js. After a sign-in that the server has judged and that allows it, the device keeps a slow salted hash
// of the PIN (PBKDF2) until the end of the shift: of one operator, the last one. A few wrong tries end it, and only the
// server can begin it again. It opens the page, nothing else: what is sent later is judged by the session's cookie.

const NAME = "offline_sign_in";
const ITERATIONS = 310000;
const TRIES = 5;

export class OfflineSignIn {
  constructor(disk) {
    this.disk = disk;
  }

  // `until` empty: this site or this operator may not, and what was kept goes.
  async remember({ badge, pin, operator, until }) {
    if (!until || !crypto.subtle) return this.disk.put(NAME, null);
    const salt = crypto.getRandomValues(new Uint8Array(16));
    const hash = await slowHash(pin, salt);
    return this.disk.put(NAME, { badge, operator, salt, hash, since: Date.now(), until: Date.parse(until), tries: TRIES });
  }

  // {operator}, or {code, details} of the refusal.
  async check(badge, pin) {
    const kept = await this.disk.get(NAME);
    const now = Date.now();
    if (!kept || kept.badge !== badge || now < kept.since || now >= kept.until) return { code: "no_connection_sign_in" };
    if (kept.tries < 1) return { code: "no_connection_tries" };
    await this.disk.put(NAME, { ...kept, tries: kept.tries - 1 }); // first, so that no reload gives a try back
    const hash = await slowHash(pin, kept.salt);
    if (hash.every((byte, index) => byte === kept.hash[index])) {
      await this.disk.put(NAME, kept.tries === TRIES ? kept : { ...kept, tries: TRIES });
      return { operator: kept.operator };
    }
    return { code: kept.tries > 1 ? "bad_pin" : "no_connection_tries", details: { tries_left: kept.tries - 1 } };
  }
}

async function slowHash(pin, salt) {
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveBits"]);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: ITERATIONS }, key, 256));
}
