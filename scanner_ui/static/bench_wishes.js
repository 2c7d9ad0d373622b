// What a packer asks for besides scans: a label once more, an answer about a doubtful one, a paper for the box.
//
// Called by bench.js and bench_commands.js. Each wish says once whether it is ordered; what becomes of it stands in the view.

import { questionOf } from "./bench_panels.js";
import { post } from "./http.js";
import { word } from "./page_words.js";

// Of the open parcel, where a rule asks for one; else of the one that was closed last.
export function listOf({ order, parcel }) {
  return (order && order.packing_list) || (parcel && parcel.packing_list);
}

export class Wishes {
  // onOrdered(): what stands has changed, or may have.
  constructor({ standing, teller, onOrdered }) {
    Object.assign(this, { standing, teller, onOrdered });
  }

  // Of the parcel that was closed last. The copy's number makes a second press harmless.
  onceMore() {
    const { parcel, copy_number: copy } = this.standing.view.parcel.label;
    return this.#order("/api/v1/bench/copies", { parcel, copy_number: copy + 1 }, "reprint");
  }

  // job: of the label that is asked about; without one, of the first that is.
  answer(answer, job = questionOf(this.standing.view)) {
    return job ? this.#order(`/api/v1/bench/questions/${job}`, { answer }, answer) : null;
  }

  // In a window of its own; the browser prints it.
  openPackingList() {
    const address = listOf(this.standing.view);
    if (address) window.open(address, "_blank", "noopener");
  }

  async #order(address, wish, title) {
    const { status, body } = await post(address, wish);
    if (status >= 200 && status < 300) {
      this.teller.mention("go", { title: word(title) });
      this.teller.sound.play("accepted");
    } else {
      this.teller.say("stop", status === 0 ? "bench_waits" : body.code, "stop", body);
    }
    this.onOrdered();
  }
}
