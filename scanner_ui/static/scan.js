// The handheld page: wires the wedge, the queue, the sender, the screen and the sound together.
//
// Loaded by base.html. The server's answer decides what is on the screen; this page knows no workflow. Order of things
// for one scan: into the queue, onto the screen as "asking", to the server, its answer onto the screen, the sound, and
// after the paint the performance measure "scan".

import { WakeLock, deviceName, keep, toggle } from "./device.js";
import { dropOpenGate, isFresh, showOpenGate } from "./gate.js";
import { canSay, currentLanguage, loadWords, nextLanguage, sentence, speak, word } from "./page_words.js";
import { MemoryQueue } from "./queue.js";
import {
  renderEcho, renderLastScan, renderNet, renderOperator, renderOutcome, renderParcel, renderScreen,
  renderWaiting,
} from "./screen.js";
import { Sender, get, post } from "./sender.js";
import { SignIn } from "./sign_in.js";
import { Sound, soundFor } from "./sound.js";
import { uuid7 } from "./uuid7.js";
import { Wedge } from "./wedge.js";

const ASKING_AFTER_MS = 80; // an answer that comes sooner is shown without a word in between
const SCALE_POLL_MS = 1500;
const TONES = { accepted: "go", completed: "go", confirm: "look", refused: "stop", unknown: "stop", gate_closed: "stop" };
const SIGN_IN_STEPS = { badge: "scan_badge", pin: "type_pin" };

const byId = (id) => document.getElementById(id);

loadWords();
const start = JSON.parse(byId("screen-data").textContent);
const state = {
  screen: start.screen,
  task: start.task,
  operator: start.operator,
  net: "",
  netSince: new Date(),
  version: 0, // counts what the operator has been shown
  attention: 0,
};
const device = deviceName();
const queue = new MemoryQueue();
const wakeLock = new WakeLock();
const sound = new Sound({ onMuted: (muted) => (byId("sound-off").hidden = !muted) });
const sender = new Sender({
  queue,
  bind: () => ({ task_id: state.task && state.task.id, task_version: state.task && state.task.version }),
  onReply,
  onRejected,
  onSignIn: () => askForBadge("sign_in_again"),
  onNet,
  onDelay,
});
const wedge = new Wedge({
  field: byId("raw"),
  echoMs: Number(document.documentElement.dataset.echoMs),
  silenceMs: Number(document.documentElement.dataset.silenceMs),
  screenVersion: () => state.version,
  onScan: take,
  onEcho: () => {
    renderEcho(sentence("same_scan_ignored").title);
    sound.play("echo");
  },
  onMixed: () => say("stop", "typed_and_scanned", "stop"),
  onTooLong: () => say("stop", "code_too_long", "unknown"),
  onKeys: showKeys,
  onTyping: (inputMode) => {
    if (inputMode) document.body.dataset.typing = inputMode;
    else delete document.body.dataset.typing;
    renderLastScan(inputMode ? word("type_code") : "");
  },
});
const signIn = new SignIn({ device, onStep: showSignIn, onSignedIn, onRefused: (code, details) => say("stop", code, "stop", details) });

// What the page does by itself; each is a command card as well as a button.
const OWN_COMMANDS = {
  "*THEME*": () => toggle("theme", "wms_theme", ["day", "dark"]),
  "*HAND*": () => toggle("hand", "wms_hand", ["right", "left"]),
  "*LANG*": changeLanguage,
  "*SOUND*": () => sound.unlock(),
  "*KEYS*": () => wedge.startTyping("text"),
  "*CANCEL*": () => wedge.stopTyping(),
  "*ENTER*": () => wedge.submitTyping(performance.now()),
  "*SIGNOUT*": signOut,
};

function isSignedOut() {
  return state.screen.screen === "sign_in";
}

// --- a scan comes in --------------------------------------------------------------------------------------------

function take({ raw, source, symbology, endedAt }) {
  byId("menu").open = false;
  dropOpenGate();
  if (OWN_COMMANDS[raw]) return OWN_COMMANDS[raw]();
  if (isSignedOut()) return signIn.take(raw);
  renderLastScan(raw);
  if (state.screen.needs_server && state.net !== "online") {
    say("stop", "cannot_check", "stop", { since: timeOfDay(state.netSince) });
    measure({ endedAt }, () => (state.version += 1)); // it was not sent: the same scan may come again at once
    sender.retry();
    return undefined;
  }
  const scan = {
    scan_id: uuid7(), device, task_id: null, task_version: null, raw, source, symbology, at: new Date().toISOString(),
    endedAt, operator: operatorKey(), operatorName: state.operator.name, bound: false,
  };
  queue.add(scan).then(() => {
    showWaiting();
    if (state.net === "online") setTimeout(() => sayAsking(scan), ASKING_AFTER_MS);
    else sayKept(scan);
    sender.drain();
  });
  return undefined;
}

function timeOfDay(moment) {
  return moment.toLocaleTimeString(currentLanguage(), { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

function sayAsking(scan) {
  if (scan.judged || scan.kept || isSignedOut()) return;
  renderOutcome({ tone: "idle", title: word("sending"), judged: false });
}

function sayKept(scan) {
  scan.kept = true;
  renderOutcome({ tone: "saved", code: "waiting_here", scanId: scan.scan_id, judged: false, ...sentence("waiting_here", { n: queue.size }) });
  if (!scan.measured) sound.play("saved");
  measure(scan);
}

// --- the server has answered -------------------------------------------------------------------------------------

function onReply(scan, reply, askedAt) {
  scan.judged = true;
  const changed = reply.outcome === "accepted" || reply.outcome === "completed";
  const gate = reply.screen.gate;
  const open = Boolean(gate && gate.open);
  state.task = reply.task;
  state.screen = reply.screen;
  renderScreen(reply.screen);
  renderParcel(reply.parcel);
  wakeLock.want(Boolean(reply.task));
  if (open && !isFresh(scan, reply, askedAt, queue.size)) {
    say("look", "gate_answer_late", "look", {}, scan.scan_id);
  } else {
    renderOutcome({ tone: TONES[reply.outcome] || "stop", outcome: reply.outcome, code: reply.code, scanId: reply.scan_id, ...reply.message });
    sound.play(open ? "gate_open" : soundFor(reply));
    if (open) showOpenGate(gate);
  }
  showWaiting();
  measure(scan, () => {
    if (changed) state.version += 1;
  });
}

// The server will never take this one: it goes to those a supervisor has to settle, the others pass.
function onRejected(scan, problem) {
  scan.judged = true;
  state.attention += 1;
  const words = sentence("not_booked");
  const reason = problem.detail || problem.title || "";
  renderOutcome({ tone: "stop", outcome: "refused", code: problem.code || "not_booked", scanId: scan.scan_id, title: `${words.title} ${reason}`.trim(), next: words.next });
  sound.play("stop");
  showWaiting();
  measure(scan);
}

function onDelay(scan, answer) {
  if (answer.status === 503 || answer.status === 429) {
    scan.kept = true;
    renderOutcome({ tone: "saved", code: "busy_try_again", scanId: scan.scan_id, judged: false, ...sentence("busy_try_again") });
    if (!scan.measured) sound.play("saved");
    measure(scan);
  } else {
    sayKept(scan);
  }
}

function onNet(net) {
  if (net === state.net) return;
  state.net = net;
  state.netSince = new Date();
  renderNet(net);
}

function showWaiting() {
  renderWaiting(queue.size, state.attention);
}

// --- a scale answers for the packer ---------------------------------------------------------------------------------

// While a weight is asked for, a scale beside the bench may send it: then the task has moved on without a scan here.
async function watchScale() {
  const asked = state.task;
  if (!asked || !state.screen.kinds.includes("weight") || queue.size > 0 || document.hidden || state.net !== "online") return;
  const here = await get("/api/v1/screen");
  const moved = here && !(here.task && here.task.id === asked.id && here.task.version === asked.version);
  if (!moved || state.task !== asked || queue.size > 0) return; // a scan came first
  state.task = here.task;
  state.screen = here.screen;
  renderScreen(here.screen);
  wakeLock.want(Boolean(here.task));
  const tone = here.task ? "look" : "go";
  renderOutcome({ tone, outcome: here.task ? "confirm" : "completed", code: "weighed_by_scale", ...sentence("weighed_by_scale") });
  sound.play(here.task ? "look" : "task_done");
  state.version += 1;
}

// --- signing in and out -------------------------------------------------------------------------------------------

function askForBadge(code) {
  sender.pause();
  signIn.start();
  if (code) say("look", code, "look");
}

function showSignIn(step) {
  wedge.patient = step === "pin";
  const key = SIGN_IN_STEPS[step];
  state.screen = { screen: "sign_in", step, title: word("sign_in"), expect: word(key), kinds: step === "badge" ? ["badge"] : ["pin"] };
  state.task = null;
  renderScreen(state.screen);
  wakeLock.want(false);
  if (step === "pin") {
    renderOutcome({ tone: "idle", title: word("type_pin"), judged: false });
    sound.play("accepted");
  }
}

function operatorKey() {
  return state.operator ? state.operator.id || state.operator.name : "";
}

async function onSignedIn({ operator, screen, task = null }) {
  state.operator = operator;
  const foreign = (await queue.all()).filter((scan) => scan.operator !== operatorKey());
  if (foreign.length > 0) {
    askForBadge("");
    say("stop", "others_waiting", "stop", { who: foreign[0].operatorName, n: foreign.length });
    return;
  }
  wedge.patient = false;
  speak(operator.language);
  renderOperator(operator);
  state.screen = screen;
  state.task = task;
  renderScreen(screen);
  wakeLock.want(Boolean(task));
  renderOutcome({ tone: "go", outcome: "accepted", title: operator.name, next: "" });
  sound.play("accepted");
  state.version += 1;
  sender.resume();
}

async function signOut() {
  await post("/api/v1/sign-out", {});
  state.operator = null;
  renderOperator(null);
  askForBadge("");
  renderOutcome({ tone: "idle", title: word("scan_badge"), judged: false });
}

// --- small things -------------------------------------------------------------------------------------------------

// Something the page itself has to say.
function say(tone, code, tune, details = {}, scanId = "") {
  const words = canSay(code) ? sentence(code, { ...details, ...details.details }) : { title: details.title || code, next: details.detail || "" };
  renderOutcome({ tone, outcome: tone === "stop" ? "refused" : "confirm", code, scanId, ...words });
  sound.play(tune);
}

function changeLanguage() {
  speak(nextLanguage());
  keep("wms_language", currentLanguage());
  if (isSignedOut()) showSignIn("badge");
}

// What is being typed on the device's own keys; a scanner's burst is over before the next frame.
function showKeys(text) {
  if (isSignedOut()) signIn.showKeys(text);
  else if (text !== "") requestAnimationFrame(() => renderLastScan(text));
}

// The time from the scanner's suffix until the answer has been painted; once per scan.
function measure(scan, afterwards) {
  requestAnimationFrame(() => {
    const painted = new MessageChannel();
    painted.port1.onmessage = () => {
      if (!scan.measured) performance.measure("scan", { start: scan.endedAt, end: performance.now(), detail: scan.scan_id });
      scan.measured = true;
      if (afterwards) afterwards();
    };
    painted.port2.postMessage(0);
  });
}

// Every button stands for a command card: its data-action is what the card says.
function onClick(event) {
  const button = event.target.closest("button[data-action]");
  if (!button || button.closest("#pad")) return;
  event.preventDefault();
  const action = button.dataset.action;
  byId("menu").open = false;
  if (OWN_COMMANDS[action]) OWN_COMMANDS[action]();
  else wedge.press(action, event.timeStamp);
}

document.addEventListener("click", onClick);
document.addEventListener("submit", (event) => event.preventDefault());
addEventListener("beforeunload", (event) => {
  if (!queue.durable && queue.size > 0) event.preventDefault();
});

sound.listen();
sender.listen();
wedge.listen();
setInterval(watchScale, SCALE_POLL_MS);
if (!window.isSecureContext) byId("not-secure").hidden = false;
dropOpenGate(); // green is never shown from a page that was merely loaded
if (isSignedOut()) askForBadge("");
wakeLock.want(Boolean(state.task));
document.documentElement.dataset.ready = "1";
