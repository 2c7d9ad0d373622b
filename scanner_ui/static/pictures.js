// Fetches the pictures of what lies ahead, one at a time, while nothing waits to be sent: no scan waits for a picture, and
// work without network has its pictures, too.
//
// Loaded by scan.js when the page is ready. The service worker keeps what is fetched; no answer is needed here.

const PAUSE_MS = 500;

export class Pictures {
  // standing, queue, net
  constructor(parts) {
    Object.assign(this, parts);
  }

  async fetchAhead() {
    const { operator } = this.standing;
    // Whoever signs in begins anew: what came from an ended session was no picture.
    if (operator !== this.operator) Object.assign(this, { operator, fetched: new Set(), seen: [] });
    const address = this.net.online && this.queue.size === 0 && this.#wanted();
    if (address) {
      this.fetched.add(address);
      await fetch(address).catch(() => this.fetched.delete(address));
    }
    setTimeout(() => this.fetchAhead(), PAUSE_MS);
  }

  // Looked through again only where other work lies ahead.
  #wanted() {
    const { path, next } = this.standing;
    if (this.seen[0] === path.all && this.seen[1] === next) return "";
    const steps = [...path.all, ...next, ...next.flatMap(({ lookahead = [] }) => lookahead)];
    const step = steps.find(({ screen: { picture } }) => picture && !this.fetched.has(picture));
    if (!step) this.seen = [path.all, next];
    return step ? step.screen.picture : "";
  }
}
