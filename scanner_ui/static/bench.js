// The packing bench's page: one desk, scans only. Wires the wedge, the line of scans, the watch and the sound together.
//
// Loaded by bench.html. It knows no workflow: the screen of the task and the bench's view come from the server in words. A
// scan made here and a code the bench's own scanner sent are told in the same way, by panel, tone and sound.

import { Keys } from "./bench_keys.js";
import { Line } from "./bench_line.js";
import { questionOf, renderBench, renderView } from "./bench_panels.js";
import { Watch } from "./bench_watch.js";
import { keep, showChoices, toggle } from "./device.js";
import { dropOpenGate, isFresh, showOpenGate } from "./gate.js";
import { get, post } from "./http.js";
import { currentLanguage, loadWords, nextLanguage, sentence, speak, word } from "./page_words.js";
import { renderLastScan, renderNet, renderOperator, renderScreen, renderSheet } from "./screen.js";
import { SignIn } from "./sign_in.js";
import { Sound, soundFor } from "./sound.js";
import { Teller, timeOfDay } from "./teller.js";
import { uuid7 } from "./uuid7.js";
import { Wedge } from "./wedge.js";

const ASKING_AFTER_MS = 120;
const BENCH = /^(?:\][A-Za-z][0-9A-Za-z])?LOC-([\w.-]{1,30})$/i;
const REPRINT = "*REPRINT*";
const SIGN_IN_STEPS = { bench: "scan_bench", badge: "scan_badge", pin: "type_pin" };

const byId = (id) => document.getElementById(id);
const settings = document.documentElement.dataset;

loadWords();
showChoices();
const drawn = JSON.parse(byId("screen-data").textContent);
let { bench, operator, task, screen } = drawn;
let seen = {}; // the view as it was drawn last
const told = new Set(); // scans whose answer was said already

const sound = new Sound({ onMuted: (muted) => (byId("sound-off").hidden = !muted) });
const line = new Line({ bind: () => boundTo(task), onReply, onRefused, onSilent, onSignIn: () => ask("badge", "sign_in_again") });
const teller = new Teller({ sound, queue: line });
const wedge = new Wedge({
  field: byId("raw"),
  echoMs: Number(settings.echoMs),
  silenceMs: Number(settings.silenceMs),
  screenVersion: () => teller.version,
  onScan: take,
  onEcho: () => teller.bounced(),
  onMixed: () => teller.say("stop", "typed_and_scanned", "stop"),
  onTooLong: () => teller.say("stop", "code_too_long", "unknown"),
  onKeys: (text) => (operator ? text && requestAnimationFrame(() => renderLastScan(text)) : signIn.showKeys(text)),
  onTyping: showTyping,
});
const watch = new Watch({
  address: () => (operator ? `/api/v1/bench/view?bench=${encodeURIComponent(bench)}` : ""),
  mark: () => `${line.answered}/${line.size}`,
  onView,
  onAnswered: () => line.stuckSince || net("online"),
  onSilent: () => net(navigator.onLine ? "down" : "offline"),
  onRefused: onViewRefused,
});
const signIn = new SignIn({
  device: bench,
  offline: () => Promise.reject(new Error("a bench does nothing without the server")),
  beforeAsking: () => null,
  onStep: showSignIn,
  onSignedIn: enter,
  onRefused: (code, details) => teller.say("stop", code, "stop", details),
});
const keys = new Keys({ press: (action, at) => wedge.press(action, at), offered, choices });

const OWN_COMMANDS = {
  "*THEME*": () => toggle("theme", "wms_theme", ["day", "dark"]),
  "*LANG*": changeLanguage,
  "*SOUND*": () => sound.unlock(),
  "*KEYS*": () => wedge.startTyping("text"),
  "*CANCEL*": () => wedge.stopTyping(),
  "*ENTER*": () => wedge.submitTyping(performance.now()),
  "*WHY*": () => why(byId("why").getAttribute("href")),
  "*PROBLEM*": () => keys.openSheet(),
  "*CLOSESHEET*": () => keys.closeSheet(),
  "*BENCH*": () => ask("bench", ""),
  "*CAMEOUT*": () => answerQuestion("came_out"),
  "*NOTPRINTED*": () => answerQuestion("not_printed"),
  "*PAPER*": openPackingList,
  "*SIGNOUT*": signOut,
};

// A webcam above the bench, where there is one.
let camera = null;

async function openCamera() {
  if (camera || !navigator.mediaDevices) return;
  const { BoxCamera } = await import("./bench_photo.js");
  const said = (key) => () => (document.querySelector('[data-slot="photo"]').textContent = word(key));
  const made = new BoxCamera({ panel: byId("bench-camera"), onKept: said("photo_taken"), onFailed: said("photo_failed") });
  if (await made.open()) camera = made;
}

function closeCamera() {
  if (camera) camera.close();
  camera = null;
}

// --- a scan comes in ----------------------------------------------------------------------------------------------

function take({ raw, source, symbology, endedAt, unlessChangedSince }) {
  byId("menu").open = false;
  keys.closeSheet();
  dropOpenGate();
  if (unlessChangedSince === teller.version) return teller.bounced();
  if (OWN_COMMANDS[raw]) return OWN_COMMANDS[raw]();
  if (!operator) return beforeWork(raw);
  renderLastScan(raw);
  if (raw === REPRINT && !inScreen(REPRINT) && seen.parcel) return onceMore(seen.parcel.label);
  if (line.stuckSince) {
    teller.version += 1; // the same scan may come again at once
    return teller.say("stop", "cannot_check", "stop", { since: timeOfDay(line.stuckSince) });
  }
  const scan = { scan_id: uuid7(), device: bench, raw, source, symbology, at: new Date().toISOString(), endedAt };
  line.add(scan);
  teller.waiting();
  setTimeout(() => line.scans.includes(scan) && !line.stuckSince && teller.mention("idle", { title: word("sending") }), ASKING_AFTER_MS);
  return null;
}

function beforeWork(raw) {
  const place = BENCH.exec(raw);
  if (place) chooseBench(place[1].toUpperCase());
  else if (bench === "") teller.say("stop", "bench_first", "stop");
  else signIn.take(raw);
}

function boundTo(at) {
  return { task_id: at ? at.id : null, task_version: at ? at.version : null };
}

function onReply(scan, reply) {
  net("online");
  told.add(scan.scan_id);
  tell(scan, reply);
  teller.waiting();
  watch.soon();
}

function tell(scan, reply) {
  ({ task, screen } = reply);
  renderScreen(screen);
  renderSheet("parcel", reply.parcel);
  renderSheet("found", reply.found);
  const { gate } = screen;
  if (gate && gate.open && isFresh(scan, reply, scan.endedAt, line.size)) {
    teller.answer(scan, reply, { tune: "gate_open" });
    showOpenGate(gate);
  } else {
    teller.answer(scan, reply, { tune: soundFor(reply) });
  }
}

function onRefused(scan) {
  teller.say("stop", "not_booked", "stop", {}, scan.scan_id);
  teller.measure(scan);
  watch.begin();
}

function onSilent(scan, { status }) {
  const busy = status === 503 || status === 429;
  if (!busy) net(navigator.onLine ? "down" : "offline");
  teller.mention("saved", sentence(busy ? "busy_try_again" : "bench_waits"), busy ? "busy_try_again" : "bench_waits", scan.scan_id);
  if (!scan.kept) sound.play("saved");
  scan.kept = true;
}

// --- what came from the bench's own devices ------------------------------------------------------------------------

function onView(view, isFirst) {
  seen = view;
  renderView(view);
  const news = [view.heard, view.unheard].filter((answer) => answer && !told.has(answer.scan_id));
  const moved = !same(task, view.task);
  ({ task, screen } = view);
  if (moved || news.length > 0) renderScreen(screen);
  showReprint();
  if (camera) camera.see(task, isFull(view));
  for (const answer of news) {
    told.add(answer.scan_id);
    if (isFirst) continue; // said before this page was opened
    renderLastScan(answer.raw);
    teller.answer({ scan_id: answer.scan_id, measured: true }, answer);
    teller.version += 1; // something else has been shown
  }
}

// All is in the box and it is open still.
function isFull({ order }) {
  return Boolean(order) && !order.is_closed && order.lines.every((line) => line.state !== "next" && line.state !== "open");
}

// Outside the task that printed it, its label can be had once more as long as the parcel is here.
function showReprint() {
  byId("bench-reprint").hidden = !offered(REPRINT) || inScreen(REPRINT);
  byId("bench-list").hidden = !seen.parcel;
}

// A paper for the box, in a window of its own; the browser prints it.
function openPackingList() {
  if (seen.parcel) window.open(seen.parcel.packing_list, "_blank", "noopener");
}

async function onceMore({ parcel, copy_number: copy }) {
  await ordered(post("/api/v1/bench/copies", { parcel, copy_number: copy + 1 }), word("reprint"));
}

async function answerQuestion(answer, job = questionOf(seen)) {
  if (job) await ordered(post(`/api/v1/bench/questions/${job}`, { answer }), word(answer));
}

async function ordered(asked, title) {
  const { status, body } = await asked;
  if (status >= 200 && status < 300) {
    teller.mention("go", { title });
    sound.play("accepted");
  } else {
    const known = status === 0 ? "bench_waits" : body.code;
    teller.say("stop", known, "stop", body);
  }
  watch.soon();
}

function same(one, other) {
  return Boolean(one) === Boolean(other) && (!one || (one.id === other.id && one.version === other.version));
}

function onViewRefused(status, problem) {
  if (status === 401) return ask("badge", "sign_in_again");
  ask(problem.code === "not_allowed" ? "badge" : "bench", "");
  return teller.say("stop", problem.code, "stop", problem);
}

// --- who, and where ------------------------------------------------------------------------------------------------

function chooseBench(code) {
  bench = code;
  signIn.device = code;
  keep("wms_bench", code);
  renderBench(code);
  ask("badge", "");
  teller.mention("idle", { title: code, next: word("scan_badge") });
  sound.play("accepted");
  teller.version += 1;
}

// Nobody works here until he has scanned what is asked for.
function ask(step, code) {
  operator = null;
  closeCamera();
  renderOperator(null);
  if (step === "bench") {
    bench = "";
    renderBench("");
    showSignIn("bench");
  } else {
    signIn.start();
  }
  if (code) teller.say("look", code, "look");
}

function showSignIn(step) {
  const at = bench === "" ? "bench" : step;
  wedge.patient = at === "pin";
  seen = {};
  renderView(seen);
  renderScreen({ screen: "sign_in", step: at, title: word("bench_title"), expect: word(SIGN_IN_STEPS[at]), kinds: [at === "bench" ? "place" : at] });
  if (at !== "pin") return;
  teller.mention("idle", { title: word("type_pin") });
  sound.play("accepted");
}

async function enter(answer) {
  ({ operator, screen, task = null } = answer);
  begin();
  teller.mention("go", { title: operator.name });
  sound.play("accepted");
  teller.version += 1;
}

function begin() {
  wedge.patient = false;
  speak(operator.language);
  renderOperator(operator);
  renderScreen(screen);
  watch.begin();
  openCamera().catch(() => {}); // in use elsewhere, or not allowed: then there is none
}

async function signOut() {
  ask("badge", "");
  teller.mention("idle", { title: word("scan_badge") });
  await post("/api/v1/sign-out", {});
}

// --- small things --------------------------------------------------------------------------------------------------

function net(state) {
  if (document.body.dataset.net !== state) renderNet(state);
}

function offered(action) {
  if (!operator) return false;
  if (action === null || OWN_COMMANDS[action] || inScreen(action)) return true;
  return action === REPRINT && Boolean(seen.parcel);
}

function inScreen(action) {
  return (screen.actions || []).some((known) => known.action === action);
}

// What can be done when something is wrong; taking back has a key of its own.
function choices() {
  return (screen.actions || []).filter(({ action }) => action !== "*UNDO*");
}

function changeLanguage() {
  speak(nextLanguage());
  keep("wms_language", currentLanguage());
  if (!operator) showSignIn("badge");
}

function showTyping(inputMode) {
  if (inputMode) document.body.dataset.typing = inputMode;
  else delete document.body.dataset.typing;
  renderLastScan(inputMode ? word("type_code") : "");
}

function why(address) {
  import("./look_up.js").then((asking) => asking.why(address, { get, renderSheet, teller })).catch(() => teller.say("stop", "not_loaded", "stop"));
}

function onClick(event) {
  const button = event.target.closest("[data-action]");
  if (!button || button.closest("#pad")) return;
  const { action } = button.dataset;
  if (button.localName !== "button" && !OWN_COMMANDS[action]) return;
  event.preventDefault();
  byId("menu").open = false;
  if (button.dataset.job) answerQuestion(action === "*CAMEOUT*" ? "came_out" : "not_printed", button.dataset.job);
  else if (OWN_COMMANDS[action]) OWN_COMMANDS[action]();
  else wedge.press(action, event.timeStamp);
}

document.addEventListener("click", onClick);
document.addEventListener("submit", (event) => event.preventDefault());
keys.listen();
sound.listen();
wedge.listen();
dropOpenGate();
renderBench(bench);
if (operator) begin();
else ask(bench === "" ? "bench" : "badge", "");
document.documentElement.dataset.ready = "1";
