// What the big panel says of a closed parcel while its label cannot print: in words and not in green, until it has printed.
//
// Called by bench.js. The printer's trouble stands in the bench's view, often before the parcel is closed; its words come
// from there. Only while the screen waits for the label to be scanned.

const WAITS = "label_waits";
const STEP = "scan_label";

export class LabelWait {
  constructor({ teller, sound }) {
    Object.assign(this, { teller, sound, said: "" });
  }

  // An answer that counted, where the printer it takes for granted is known to stand still: no moment of green.
  tell(scan, reply, stopped) {
    this.teller.answer(scan, reply, stopped && waits(reply) ? { tune: "look" } : {});
    if (stopped && waits(reply) && this.teller.shown.tone === "go") this.#say(stopped, reply.scan_id);
  }

  see({ stopped, parcel, screen }) {
    const { shown } = this.teller;
    const label = parcel && parcel.label;
    if (label && label.state === "blocked" && stopped && waits({ screen })) {
      const isNews = JSON.stringify(stopped) !== this.said;
      if (isNews) this.sound.play("look");
      if (isNews || shown.tone === "go") this.#say(stopped, shown.scanId);
      return;
    }
    this.said = "";
    if (shown.code !== WAITS || !label) return;
    const isPrinted = label.state === "printed";
    this.teller.mention(isPrinted ? "go" : label.tone, { title: label.said, next: label.next }, isPrinted ? "" : WAITS, shown.scanId);
    if (isPrinted) this.sound.play("accepted");
  }

  #say(stopped, scanId) {
    this.said = JSON.stringify(stopped);
    this.teller.mention("look", stopped, WAITS, scanId);
  }
}

function waits({ screen }) {
  return screen.step === STEP;
}
