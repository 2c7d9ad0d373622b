// A new version of the page: fetched in the background, taken up at home with empty hands, never within a task.
//
// Called by scan.js. The service worker (service_worker.js) holds the new version back until `offer` finds that the
// operator may be interrupted; then the page is loaded again and opens where it was.

const ADDRESS = "/service-worker.js";
const LOOK_MS = 600000;

export class Updates {
  constructor({ mayInterrupt }) {
    this.mayInterrupt = mayInterrupt;
    this.registration = null;
    this.wanted = false;
  }

  async listen() {
    const workers = navigator.serviceWorker;
    if (!workers) return; // an address that is not secure: the page says so
    workers.addEventListener("controllerchange", () => this.wanted && location.reload());
    try {
      this.registration = await workers.register(ADDRESS);
      setInterval(() => this.look(), LOOK_MS);
      this.registration.addEventListener("updatefound", () => this.#watch(this.registration.installing));
      this.offer();
    } catch (error) {
      // Not served here, or the network went away: the next load tries again.
    }
  }

  look() {
    if (this.registration) this.registration.update().catch(() => {});
  }

  #watch(worker) {
    worker.addEventListener("statechange", () => worker.state === "installed" && this.offer());
  }

  // Called whenever the operator comes home.
  offer() {
    const waiting = this.registration && navigator.serviceWorker.controller && this.registration.waiting;
    if (!waiting || this.wanted || !this.mayInterrupt()) return;
    this.wanted = true;
    waiting.postMessage("go");
  }
}
