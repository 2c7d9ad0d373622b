// What needs somebody, in words, and what to do: scans that were set aside here, and those that came too late.
//
// Loaded by scan.js for the card *LIST*; `page` lends what it has. Nothing is sent, and the task stays as it is.

import { plain } from "./path.js";

const LONGEST = 24;

export function list({ queue, standing, teller, renderSheet, sentence, word }) {
  const notBooked = sentence("not_booked");
  const aside = queue.scans.filter((scan) => scan.aside)
    .map((scan) => ({ ...scan, said: notBooked.title, who: scan.operatorName }));
  const { cases } = standing;
  const title = `${word("attention")}: ${teller.attention}`;
  teller.mention(teller.attention > 0 ? "look" : "idle", { title, next: teller.attention > 0 ? word("show_list") : sentence("changed_here").next });
  teller.version += 1; // something else has been shown: the same card may come again at once
  if (aside.length + cases.length === 0) return renderSheet("found", null);
  return renderSheet("found", {
    title,
    facts: [],
    can: [...(aside.length > 0 ? ["*RETRY*"] : []), ...(cases.length > 0 ? ["*SEEN*"] : [])]
      .map((action) => ({ action, label: word(action === "*SEEN*" ? "seen" : "retry") })),
    life: [...aside, ...cases].map(({ raw, said, at, who }) => (
      { at: shownMoment(new Date(at)), text: `${shortened(raw)}: ${said}`, who, tone: "stop" }
    )),
  });
}

// It may have lain here since the day before.
function shownMoment(moment) {
  return moment.toLocaleString(document.documentElement.lang, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

function shortened(raw) {
  const code = plain(raw).replace(/\x1d/g, "␝");
  return code.length > LONGEST ? `…${code.slice(-LONGEST)}` : code;
}
