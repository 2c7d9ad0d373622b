// Asks what a code is, and why one was refused. Loaded by scan.js when somebody asks; nothing here changes a task.
//
// `page` lends what the page has anyway: get, post, renderSheet, and the teller. The answer stands in place of the task
// until the next scan; the task itself stays as it is.

export async function lookUp({ raw, source, symbology }, page) {
  const answer = await page.post("/api/v1/look-ups", { raw, source, symbology });
  if (answer.status === 200) show(answer.body, page);
  else say(answer, page);
}

// `address` is that of the page which explains the refused scan, as the server gave it.
export async function why(address, page) {
  if (!address) return;
  const answer = await page.get(`/api/v1${address}`);
  if (answer.status === 200) page.renderSheet("found", answer.body.found);
  else say(answer, page);
}

function show({ outcome, code, message, found }, { renderSheet, teller }) {
  renderSheet("found", found);
  teller.mention(found ? "idle" : "stop", message, code);
  teller.version += 1; // something else has been shown: the same code may come again at once
  teller.sound.play(found ? "accepted" : outcome === "unknown" ? "unknown" : "stop");
}

function say({ status, body }, { teller }) {
  if (status === 0) teller.say("stop", "look_up_needs_connection", "stop");
  else teller.say("stop", body.code || "busy_try_again", "stop", body);
}
