// The packing bench's page: one desk, scans only. Wires the wedge, the line of scans, the watch and the sound together.
//
// Loaded by bench.html. It knows no workflow: the screen of the task and the bench's view come from the server in words.

import { BenchCommands } from "./bench_commands.js";
import { Keys } from "./bench_keys.js";
import { LabelWait } from "./bench_label.js";
import { Line } from "./bench_line.js";
import { BenchSession } from "./bench_session.js";
import { BenchStanding } from "./bench_standing.js";
import { Watch } from "./bench_watch.js";
import { Wishes } from "./bench_wishes.js";
import { showChoices } from "./device.js";
import { dropOpenGate } from "./gate.js";
import { loadWords, sentence, word } from "./page_words.js";
import { renderLastScan, renderNet } from "./screen.js";
import { byId, slot } from "./slots.js";
import { Sound } from "./sound.js";
import { Teller, timeOfDay } from "./teller.js";
import { uuid7 } from "./uuid7.js";
import { Wedge } from "./wedge.js";

const ASKING_AFTER_MS = 120;

const settings = document.documentElement.dataset;

loadWords();
showChoices();
const { bench, operator, task, screen: drawn } = JSON.parse(byId("screen-data").textContent);

const sound = new Sound({ onMuted: (muted) => (byId("sound-off").hidden = !muted) });
const line = new Line({ bind: () => standing.bound(), onReply, onRefused, onSilent, onSignIn: () => session.askForBadge("sign_in_again") });
const teller = new Teller({ sound, queue: line });
const standing = new BenchStanding({ task, screen: drawn, line, teller, labelWait: new LabelWait({ teller, sound }) });
const wedge = new Wedge({
  field: byId("raw"),
  echoMs: Number(settings.echoMs),
  silenceMs: Number(settings.silenceMs),
  screenVersion: () => teller.version,
  onScan: take,
  onEcho: () => teller.bounced(),
  onMixed: (scan) => teller.refuse(scan, "typed_and_scanned"),
  onTooLong: (scan) => teller.refuse(scan, "code_too_long", { tune: "unknown" }),
  onKeys: (text) => (session.operator ? text && requestAnimationFrame(() => renderLastScan(text)) : session.signIn.showKeys(text)),
  onTyping: showTyping,
});
const watch = new Watch({
  address: () => (session.operator ? `/api/v1/bench/view?bench=${encodeURIComponent(session.bench)}` : ""),
  mark: () => `${line.answered}/${line.size}`,
  onView,
  onAnswered: () => line.stuckSince || net("online"),
  onSilent: () => net(navigator.onLine ? "down" : "offline"),
  onRefused: onViewRefused,
});
const session = new BenchSession({ bench, standing, teller, wedge, onBegun, onEnded: closeCamera });
const wishes = new Wishes({ standing, teller, onOrdered: () => watch.soon() });
const keys = new Keys({
  press: (action, at) => wedge.press(action, at),
  offered: (action) => commands.offered(action),
  choices: () => commands.choices(),
});
const commands = new BenchCommands({ session, standing, wishes, keys, wedge, teller });

// --- a scan comes in ----------------------------------------------------------------------------------------------

function take({ raw, source, symbology, endedAt, unlessChangedSince }) {
  byId("menu").open = false;
  keys.closeSheet();
  dropOpenGate();
  if (unlessChangedSince === teller.version) return teller.bounced();
  const command = commands.of(raw);
  if (command) return command();
  if (!session.operator) return session.take(raw);
  renderLastScan(raw);
  if (line.stuckSince) return teller.refuse({ endedAt }, "cannot_check", { details: { since: timeOfDay(line.stuckSince) } });
  const scan = { scan_id: uuid7(), device: session.bench, raw, source, symbology, at: new Date().toISOString(), endedAt };
  line.add(scan);
  teller.waiting();
  setTimeout(() => line.scans.includes(scan) && !line.stuckSince && teller.mention("idle", { title: word("sending") }, "", scan.scan_id), ASKING_AFTER_MS);
  return null;
}

// --- the server has answered, or not ------------------------------------------------------------------------------

function onReply(scan, reply) {
  net("online");
  standing.answer(scan, reply);
  teller.waiting();
  watch.soon();
}

function onRefused(scan) {
  teller.refuse(scan, "not_booked");
  watch.begin();
}

function onSilent(scan, { status }) {
  const busy = status === 503 || status === 429;
  if (!busy) net(navigator.onLine ? "down" : "offline");
  teller.mention("saved", sentence(busy ? "busy_try_again" : "bench_waits"), busy ? "busy_try_again" : "bench_waits", scan.scan_id);
  if (!scan.kept) sound.play("saved");
  scan.kept = true;
}

function onView(view, isFirst) {
  standing.see(view, isFirst);
  if (camera) camera.see(standing.task, view.order);
}

function onViewRefused(status, problem) {
  if (status === 401) return session.askForBadge("sign_in_again");
  if (problem.code === "not_allowed") session.askForBadge("");
  else session.askForBench();
  return teller.say("stop", problem.code, "stop", problem);
}

function net(state) {
  if (document.body.dataset.net !== state) renderNet(state);
}

// --- somebody works here ------------------------------------------------------------------------------------------

function onBegun() {
  watch.begin();
  openCamera().catch(() => {}); // in use elsewhere, or not allowed: then there is none
}

// A webcam above the bench, where there is one.
let camera = null;

async function openCamera() {
  if (camera || !navigator.mediaDevices) return;
  const { BoxCamera } = await import("./bench_photo.js");
  const said = (key) => () => (slot("photo").textContent = word(key));
  const made = new BoxCamera({ panel: byId("bench-camera"), onKept: said("photo_taken"), onFailed: said("photo_failed") });
  if (await made.open()) camera = made;
}

function closeCamera() {
  if (camera) camera.close();
  camera = null;
}

// --- the page opens -----------------------------------------------------------------------------------------------

function showTyping(inputMode) {
  if (inputMode) document.body.dataset.typing = inputMode;
  else delete document.body.dataset.typing;
  renderLastScan(inputMode ? word("type_code") : "");
}

document.addEventListener("click", (event) => commands.onClick(event));
document.addEventListener("submit", (event) => event.preventDefault());
keys.listen();
sound.listen();
wedge.listen();
dropOpenGate();
session.open(operator);
settings.ready = "1";
