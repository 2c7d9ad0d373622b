// The scans that are not judged yet, in the order they were made.
//
// Called by sender.js and scan.js. This one lives in memory and says so (`durable`), so that the page warns before it
// is closed. Every method answers with a promise: a queue on disk takes the same place without another line changing.

export class MemoryQueue {
  constructor() {
    this.durable = false;
    this.scans = [];
  }

  async add(scan) {
    this.scans.push(scan);
    return scan;
  }

  async first() {
    return this.scans[0] || null;
  }

  // Writes down what the first attempt said, so that every further attempt says exactly the same.
  async bind(scanId, fields) {
    const scan = this.scans.find((waiting) => waiting.scan_id === scanId);
    if (scan) Object.assign(scan, fields);
    return scan;
  }

  async remove(scanId) {
    this.scans = this.scans.filter((scan) => scan.scan_id !== scanId);
  }

  async all() {
    return this.scans.slice();
  }

  get size() {
    return this.scans.length;
  }
}
