// Fetches work for a time without network, a few tasks at a time, while nobody scans; and hands in what the server would not
// take.
//
// Loaded by scan.js when the page is ready. The server says how much this device may have; what it has been given is kept on disk with the rest.

const ASK_MS = 1500;
const AGAIN_MS = 300000; // there may be more work by now, and the leases are to be renewed
const AFTER_TROUBLE_MS = 15000;
const MOST = 50; // scans handed in at a time

export class Provisions {
  // device, standing, queue, net, owner, session; post(address, body)
  constructor(parts) {
    Object.assign(this, parts);
    this.complete = null; // the tasks held when there were no more to be had
    this.notBefore = 0;
    this.since = null; // of the network: what failed before it came back is no reason to wait
    this.handInAt = 0;
    this.asking = false;
  }

  listen() {
    setInterval(() => this.#ask(), ASK_MS);
  }

  async #ask() {
    const { standing, queue, net, owner, session } = this;
    if (this.asking || !owner.mine || !net.online || queue.size > 0 || !session.open) return;
    if (queue.aside > 0 && performance.now() >= this.handInAt) return this.#handIn();
    if (this.since !== net.since) this.notBefore = 0;
    this.since = net.since;
    const isFull = this.complete === standing.next && !standing.path.more;
    if (performance.now() < this.notBefore && (isFull || !this.complete)) return;
    const { task, next, path, word, operator, begun } = standing;
    const { at, laid, length, more } = path;
    const asked = {
      device: this.device, held: next.map((one) => one.task.id), scans_held: this.#scans(),
      ...(task && { task_id: task.id, task_version: task.version, ahead: length, more }),
    };
    this.asking = true;
    const { status, body } = await this.post("/api/v1/next-tasks", asked);
    this.asking = false;
    this.complete = null;
    // Who has entered a task meanwhile, or was told another, has asked about what is no more: he asks anew.
    const isMeant = word === standing.word && begun === standing.begun && operator === standing.operator;
    this.notBefore = isMeant ? performance.now() + AFTER_TROUBLE_MS : 0;
    if (status !== 200 || !isMeant) return;
    standing.handedOut(body.next);
    if (more && laid === path.laid) path.extend(at + length, body);
    if (body.next.length + body.lookahead.length > 0) queue.keep(standing.kept()).catch(() => {});
    this.complete = body.more ? null : standing.next;
    this.notBefore = body.more ? 0 : performance.now() + AGAIN_MS;
    document.body.dataset.ahead = this.#scans();
  }

  // What the server would not take goes onto the supervisors' board; it stays here until it is there.
  async #handIn() {
    const { device, standing, queue, session } = this;
    this.handInAt = performance.now() + AFTER_TROUBLE_MS;
    const mine = queue.scans.filter((scan) => scan.aside && scan.operator === session.operatorKey()).slice(0, MOST);
    if (mine.length === 0) return;
    const scans = mine.map(({ scan_id, raw, at, task_id, made_offline, status = 0, judged_here: shown }) => (
      { scan_id, raw, at, task_id, made_offline, status, step: shown ? shown.step : "" }
    ));
    const { status, body } = await this.post("/api/v1/set-aside", { device, scans });
    if (status !== 200) return;
    const there = mine.filter((scan) => scan.aside); // not what somebody has tried again meanwhile
    for (const scan of there) {
      const { exception, said } = body.taken[mine.indexOf(scan)];
      if (exception) standing.cases = [...standing.cases, { id: exception.id, raw: scan.raw, at: scan.at, who: scan.operatorName, said }];
    }
    await queue.settle(there, standing.kept());
    session.teller.waiting();
  }

  // How far it goes without network; the card that begins a task is a scan as well.
  #scans() {
    const { next, path } = this.standing;
    return next.reduce((sum, { lookahead }) => sum + lookahead.length + 1, path.length);
  }
}
