// The handheld page: wires the wedge, the queue, the sender, the screen and the sound together.
//
// Loaded by base.html. This page knows no workflow. One scan: judged from the path if it lies on it, written to disk, shown
// and heard in the same frame, then sent; the server's answer agrees or corrects it. A scan that is not on the path waits for
// its answer, and without network it is not taken at all.

import { Answers } from "./answers.js";
import { WakeLock, deviceName, keep, showChoices, toggle } from "./device.js";
import { Disk } from "./disk.js";
import { dropOpenGate } from "./gate.js";
import { get, pageToken, post, setPageToken } from "./http.js";
import { Net } from "./net.js";
import { Owner } from "./owner.js";
import { currentLanguage, loadWords, nextLanguage, sentence, speak, word } from "./page_words.js";
import { Queue } from "./queue.js";
import { afterPaint, renderLastScan, renderNet, renderScreen, renderSheet } from "./screen.js";
import { Sender } from "./sender.js";
import { Session } from "./session.js";
import { Sound } from "./sound.js";
import { Standing } from "./standing.js";
import { Teller, timeOfDay } from "./teller.js";
import { uuid7 } from "./uuid7.js";
import { Wedge } from "./wedge.js";
import { Whereabouts } from "./whereabouts.js";

const ASKING_AFTER_MS = 80; // an answer that comes sooner is shown without a word in between
const LONGEST_SAID = 16;
const TYPED_AFTER_MS = 100;
const ASKED_FOR = 2; // tasks that the answer to a scan brings; the rest comes between the scans
const RUNS_LOW = 1000; // steps held: less, and the server is asked for more of the path, as far as it goes

const byId = (id) => document.getElementById(id);
const settings = document.documentElement.dataset;
const isShell = Boolean(navigator.serviceWorker && navigator.serviceWorker.controller);

loadWords();
showChoices();
const device = deviceName();
const disk = new Disk();
const queue = new Queue(disk);
const standing = new Standing();
const net = new Net();
const wakeLock = new WakeLock();
const sound = new Sound({ onMuted: (muted) => (byId("sound-off").hidden = !muted) });
const teller = new Teller({ sound, queue, standing });
const owner = new Owner({ onLost: () => teller.mention("idle", sentence("other_window")) });
const answers = new Answers({ standing, queue, teller, wakeLock });
const sender = new Sender({
  queue, net, owner, bind: () => boundTo(standing.task), onReplies, onRefused, onDelay,
  onSignIn: () => session.askForBadge("sign_in_again"),
  isHere: (operator) => operator.name === standing.operator.name,
});
const wedge = new Wedge({
  field: byId("raw"),
  echoMs: Number(settings.echoMs),
  silenceMs: Number(settings.silenceMs),
  screenVersion: () => teller.version,
  onScan: take,
  onEcho: () => inLine(() => teller.bounced()), // when the scan it repeats has been taken
  onMixed: () => teller.say("stop", "typed_and_scanned", "stop"),
  onTooLong: () => teller.say("stop", "code_too_long", "unknown"),
  onKeys: showKeys,
  onTyping: (inputMode) => {
    if (inputMode) document.body.dataset.typing = inputMode;
    else delete document.body.dataset.typing;
    renderLastScan(inputMode ? word("type_code") : "");
  },
});
let updates = { offer() {} }; // until what looks for them is loaded
const session = new Session({ device, disk, standing, queue, sender, net, teller, wedge, wakeLock, onSignedIn: () => updates.offer() });
const whereabouts = new Whereabouts({ standing, queue, net, owner, session, teller, wakeLock });

// What is asked for seldom is loaded when it is; this page lends it what it has.
const lent = { get, post, queue, renderSheet, sentence, standing, teller, timeOfDay, word };
let asks = false; // the next code is asked about and counts for nothing

// What the page does by itself; each is a command card as well as a button.
const OWN_COMMANDS = {
  "*THEME*": () => toggle("theme", "wms_theme", ["day", "dark"]),
  "*HAND*": () => toggle("hand", "wms_hand", ["right", "left"]),
  "*LANG*": changeLanguage,
  "*SOUND*": () => sound.unlock(),
  "*KEYS*": () => wedge.startTyping("text"),
  "*CANCEL*": () => wedge.stopTyping(),
  "*ENTER*": () => wedge.submitTyping(performance.now()),
  "*WHAT*": askNext,
  "*WHY*": () => lend(import("./look_up.js"), ({ why }) => why(byId("why").getAttribute("href"), lent)),
  "*CAMERA*": () => lend(import("./camera.js"), ({ openCamera }) => openCamera(take, lent)),
  "*SIGNOUT*": () => session.signOut(),
  "*LIST*": () => lend(import("./attention.js"), ({ list }) => list(lent)),
  "*SEEN*": seen,
  "*RETRY*": tryAgain,
};

// One thing after the other: scans in the order they were made, and no answer between the steps of a scan.
let line = Promise.resolve();
function inLine(work) {
  line = line.then(work).catch((error) => reportError(error));
  return line;
}

// --- a scan comes in --------------------------------------------------------------------------------------------

function take(input) {
  byId("menu").open = false;
  dropOpenGate();
  if (OWN_COMMANDS[input.raw] && input.unlessChangedSince === teller.version) teller.bounced();
  else if (OWN_COMMANDS[input.raw]) OWN_COMMANDS[input.raw]();
  else if (asks && session.open && !input.raw.startsWith("*")) lookUp(input);
  else inLine(() => judge(input)).then(send);
}

// What has been answered here is shown before it is sent; where the server has to answer, nothing waits for a paint.
function send() {
  if (queue.asking) sender.drain();
  else afterPaint(() => sender.drain());
}

function askNext() {
  asks = true;
  teller.mention("look", sentence("ask_next"), "ask_next");
}

function tryAgain() {
  renderSheet("found", null);
  inLine(() => queue.takeUpAgain()).then(() => sender.retry());
}

// The supervisor knows of the cases: they need not be counted here any more.
function seen() {
  standing.cases = [];
  queue.keep(standing.kept()).catch(() => {});
  teller.waiting();
  renderSheet("found", null);
}

function lookUp(input) {
  asks = false;
  lend(import("./look_up.js"), (asking) => asking.lookUp(input, lent));
}

function lend(loading, use) {
  loading.then(use).catch(() => teller.say("stop", "not_loaded", "stop"));
}

async function judge({ raw, source, symbology, endedAt, unlessChangedSince }) {
  if (unlessChangedSince === teller.version) return teller.bounced();
  if (await owner.take()) await takeUp();
  if (!session.open) return session.signIn.take(raw);
  const offline = !net.online;
  const asking = queue.asking;
  const move = asking ? null : standing.judge(raw, offline);
  if (!move && offline) return refuseHere(raw, endedAt);
  const scan = {
    scan_id: uuid7(), device, raw, source, symbology, at: new Date().toISOString(),
    ...boundTo(standing.task), bound: !asking, ...(move ? foreseen(move, offline) : unforeseen(raw, asking)),
    operator: session.operatorKey(), operatorName: standing.operator.name, word: standing.word, endedAt,
  };
  try {
    await queue.add(scan);
  } catch (error) {
    teller.say("stop", "not_saved", "stop");
    teller.version += 1; // the same scan may come again at once
    return teller.measure({ endedAt, scan_id: scan.scan_id });
  }
  // Nothing is drawn before: a frame for less would be the one that the answer misses.
  renderLastScan(raw);
  if (move) goOn(scan, offline);
  else setTimeout(() => sayAsking(scan), ASKING_AFTER_MS);
  standing.upTo = scan.seq;
  return teller.waiting();
}

function boundTo(task) {
  return { task_id: task ? task.id : null, task_version: task ? task.version : null };
}

// What is kept and sent with a scan that is answered here.
function foreseen(move, offline) {
  const { outcome, code, screen, from, task, ahead, position } = standing.foresee(move);
  const more = !offline && ahead < RUNS_LOW && standing.path.more && !queue.scans.some((scan) => scan.more); // once is enough
  return {
    ...boundTo(from), move, position, ahead, more, after: task, made_offline: offline,
    judged_here: { outcome, code, step: screen.step, task_id: move.kind === "next" ? move.id : null },
    next_held: held(move.id),
  };
}

// The path stays right if the server refuses this one; of what waits for an answer nothing is known.
function unforeseen(raw, asking) {
  return { ahead: asking || standing.wouldFollow(raw) ? 0 : standing.path.length, next_held: held() };
}

// The first tasks held for later, without the one that is being entered.
function held(entered) {
  return standing.next.map(({ task: { id } }) => id).filter((id) => id !== entered).slice(0, ASKED_FOR);
}

function goOn(scan, offline) {
  const shown = standing.foresee(scan.move);
  standing.apply(scan.move);
  renderScreen(standing.screen);
  wakeLock.want(Boolean(standing.task));
  teller.answer(scan, shown, { saved: offline });
  if (!standing.task) updates.offer();
}

// Without network nothing is taken that only the server can judge: it says what could be scanned instead.
function refuseHere(raw, endedAt) {
  const { needs_server: needsServer, expect } = standing.screen;
  renderLastScan(raw);
  if (needsServer) teller.say("stop", "cannot_check", "stop", { since: timeOfDay(net.since) });
  else teller.say("stop", "needs_connection", "stop", { got: raw.length > LONGEST_SAID ? `…${raw.slice(-LONGEST_SAID)}` : raw, want: expect });
  teller.version += 1;
  teller.measure({ endedAt, scan_id: "" });
  net.hope();
}

function sayAsking(scan) {
  if (!queue.scans.includes(scan) || scan.kept || !session.open) return;
  if (net.online) teller.mention("idle", { title: word("sending") });
  else onDelay([scan], {});
}

// --- the server has answered, or not ------------------------------------------------------------------------------

async function onReplies(scans, replies, askedAt) {
  let written;
  await inLine(() => {
    written = answers.take(scans, replies, askedAt);
  });
  await written.catch(() => {}); // what was answered is sent once more after a restart, and answered the same
  if (queue.size > 0) return;
  if (standing.lost) await whereabouts.ask();
  if (!standing.task) updates.offer();
}

// The server will never take this one: it is kept for a supervisor, and what is true now has to be asked for.
async function onRefused(scan) {
  await inLine(async () => {
    await queue.setAside(scan);
    teller.say("stop", "not_booked", "stop", {}, scan.scan_id);
    teller.measure(scan);
    teller.waiting();
    Object.assign(standing, { next: [], word: standing.word + 1 });
    standing.path.begin({});
  });
  await whereabouts.ask();
}

function onDelay(scans, { status }) {
  const last = scans[scans.length - 1];
  if (last.judged_here) return teller.waits(last);
  last.kept = true;
  if (status === 503 || status === 429) teller.mention("saved", sentence("busy_try_again"), "busy_try_again", last.scan_id);
  else teller.kept(last);
  return teller.measure(last);
}

// --- small things -------------------------------------------------------------------------------------------------

function changeLanguage() {
  speak(nextLanguage());
  keep("wms_language", currentLanguage());
  if (!session.open) session.askForBadge("");
}

// What is being typed on the device's own keys; a scanner's burst is over before it would be shown.
let typed = "";
let showing = 0;
function showKeys(text) {
  if (!session.open) return session.signIn.showKeys(text);
  typed = text;
  if (text === "") clearTimeout(showing);
  if (text === "") showing = 0;
  else if (!showing) showing = setTimeout(showTyped, TYPED_AFTER_MS);
}

function showTyped() {
  showing = 0;
  renderLastScan(typed);
}

// Every button stands for a command card: its data-action is what the card says.
function onClick(event) {
  const button = event.target.closest("[data-action]");
  if (!button || button.closest("#pad")) return;
  const { action } = button.dataset;
  if (button.localName !== "button" && !OWN_COMMANDS[action]) return;
  event.preventDefault();
  byId("menu").open = false;
  if (OWN_COMMANDS[action]) OWN_COMMANDS[action]();
  else wedge.press(action, event.timeStamp);
}

// --- the page opens -----------------------------------------------------------------------------------------------

// Reads what is on disk: the scans that wait, and where the operator was.
async function takeUp() {
  const kept = await queue.load().catch(() => null);
  if (kept) standing.restore(kept, queue.scans);
  if (standing.pageToken) setPageToken(standing.pageToken);
  teller.waiting();
  if (session.open && standing.signedIn) renderScreen(standing.screen);
}

// A page drawn by the server says who is here and where; the shell from the device knows nobody, and what was kept counts.
async function open() {
  const { operator, screen, task } = JSON.parse(byId("screen-data").textContent);
  const token = pageToken();
  await owner.take();
  await takeUp();
  net.listen({ onChange: renderNet, onHope: () => sender.retry() });
  const ended = standing.shiftUntil && Date.now() >= Date.parse(standing.shiftUntil);
  if (operator) session.drawnFor(operator, token, { screen, task });
  else if (!isShell || ended || !standing.signedIn) return session.askForBadge("");
  return session.resume();
}

document.addEventListener("click", onClick);
document.addEventListener("submit", (event) => event.preventDefault());

sound.listen();
wedge.listen();
sender.listen();
whereabouts.listen();
if (!window.isSecureContext) byId("not-secure").hidden = false;
dropOpenGate(); // green is never shown from a page that was merely loaded
inLine(open).then(() => {
  document.documentElement.dataset.ready = "1";
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
  whereabouts.ask();
  loadTheRest().catch(() => {}); // the network went away: the next load tries again
});

// What nobody waits for.
async function loadTheRest() {
  const [{ Provisions }, { Updates }] = await Promise.all([import("./provisions.js"), import("./updates.js")]);
  new Provisions({ device, standing, queue, net, owner, session, post }).listen();
  updates = new Updates({ mayInterrupt: () => !standing.task && queue.size === 0 && !document.body.dataset.typing });
  updates.listen();
}
