// One page at a time owns the device: its scans, its task, its queue.
//
// Called by scan.js. A second window that is scanned into takes the ownership over and reads everything again; the first
// one sends nothing any more. Sending has a lock of its own, which nobody takes away: the new owner waits until the request
// of the old one is over. Where the browser has no locks (an address that is not secure) there is one page, and it owns.

const OWNER = "wms-owner";
const DRAIN = "wms-drain";

export class Owner {
  constructor({ onLost }) {
    this.onLost = onLost;
    this.mine = false;
  }

  // True when it was another page's until now.
  async take() {
    if (this.mine) return false;
    if (navigator.locks) await new Promise((taken) => this.#hold(taken));
    this.mine = true;
    return true;
  }

  #hold(taken) {
    const untilTakenAway = () => {
      taken();
      return new Promise(() => {});
    };
    navigator.locks.request(OWNER, { steal: true }, untilTakenAway).catch(() => {
      this.mine = false;
      this.onLost();
    });
  }
}

export function alone(work) {
  return navigator.locks ? navigator.locks.request(DRAIN, work) : work();
}
