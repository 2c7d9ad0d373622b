// The handheld page: wires the wedge, the queue, the sender, the screen and the sound together.
//
// Loaded by base.html. This page knows no workflow. One scan: judged from the path if it lies on it, written to disk, shown
// and heard in the same frame, then sent; the server's answer agrees or corrects it. A scan that is not on the path waits for
// its answer, and without network it is not taken at all; one whose answer the network took away is judged here after all.

import { Answers } from "./answers.js";
import { Commands } from "./commands.js";
import { WakeLock, deviceName, showChoices } from "./device.js";
import { Disk } from "./disk.js";
import { dropOpenGate } from "./gate.js";
import { pageToken, post, setPageToken } from "./http.js";
import { Net } from "./net.js";
import { Owner } from "./owner.js";
import { loadWords, sentence, word } from "./page_words.js";
import { card } from "./path.js";
import { Pictures } from "./pictures.js";
import { Provisions } from "./provisions.js";
import { Queue } from "./queue.js";
import { renderLastScan, renderNet, renderScreen } from "./screen.js";
import { Sender } from "./sender.js";
import { Session } from "./session.js";
import { afterPaint, byId } from "./slots.js";
import { Sound } from "./sound.js";
import { Standing } from "./standing.js";
import { Teller, timeOfDay } from "./teller.js";
import { Updates } from "./updates.js";
import { uuid7 } from "./uuid7.js";
import { Wedge } from "./wedge.js";
import { Whereabouts } from "./whereabouts.js";

const ASKING_AFTER_MS = 80; // an answer that comes sooner is shown without a word in between
const LONGEST_SAID = 16;
const TYPED_AFTER_MS = 100;
const ASKED_FOR = 2; // tasks that the answer to a scan brings; the rest comes between the scans
const RUNS_LOW = 1000; // steps held: less, and the server is asked for more of the path, as far as it goes

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
  onEcho: () => inTurn(() => teller.bounced()), // when the scan it repeats has been taken
  onMixed: (scan) => teller.refuse(scan, "typed_and_scanned"),
  onTooLong: (scan) => teller.refuse(scan, "code_too_long", { tune: "unknown" }),
  onKeys: showKeys,
  onTyping: (inputMode) => {
    if (inputMode) document.body.dataset.typing = inputMode;
    else delete document.body.dataset.typing;
    renderLastScan(inputMode ? word("type_code") : "");
  },
});
const updates = new Updates({ mayInterrupt: () => !standing.task && queue.size === 0 && !document.body.dataset.typing });
const session = new Session({ device, disk, standing, queue, sender, net, teller, wedge, wakeLock, onSignedIn });
const whereabouts = new Whereabouts({ standing, queue, net, owner, session, teller, wakeLock });
const commands = new Commands({ queue, net, sender, session, sound, standing, teller, wedge, take, inLine });

// What the one before scanned is nothing to the one who signs in.
function onSignedIn() {
  renderLastScan("");
  updates.offer();
}

// One thing after the other: scans in the order they were made, and no answer between the steps of a scan.
let line = Promise.resolve();
function inLine(work) {
  line = line.then(work).catch((error) => reportError(error));
  return line;
}

// In its turn, once who signs out has done so.
function inTurn(work) {
  return session.leaving.then(() => inLine(work));
}

// --- a scan comes in --------------------------------------------------------------------------------------------

function take(input) {
  byId("menu").open = false;
  dropOpenGate();
  const command = commands.of(input.raw);
  if (command) renderLastScan(input.raw);
  if (command && input.unlessChangedSince === teller.version) teller.bounced();
  else if (command) command(input);
  else inTurn(() => judge(input)).then(send);
}

// What has been answered here is shown before it is sent; where the server has to answer, nothing waits for a paint.
function send() {
  if (queue.asked.length > 0) sender.drain();
  else afterPaint(() => sender.drain());
}

async function judge({ raw, source, symbology, endedAt, unlessChangedSince }) {
  if (unlessChangedSince === teller.version) {
    renderLastScan(raw);
    return teller.bounced();
  }
  if (await owner.take()) await takeUp();
  if (!session.open) return session.signIn.take(raw);
  if (!(await judgeAsked())) return teller.refuse({ endedAt }, "not_saved");
  const offline = !net.online;
  const asking = queue.asked.length > 0;
  const move = asking ? null : standing.judge(raw, offline);
  if (!move && offline) return refuseHere({ raw, endedAt });
  const scan = {
    scan_id: uuid7(), device, raw, source, symbology, at: new Date().toISOString(),
    ...boundTo(standing.task), bound: !asking, ...(move ? foreseen(move, offline) : unforeseen(raw, asking)),
    operator: session.operatorKey(), operatorName: standing.operator.name, endedAt,
  };
  try {
    await queue.add(scan);
  } catch (error) {
    return teller.refuse({ endedAt }, "not_saved");
  }
  // Nothing is drawn before: a frame for less would be the one that the answer misses.
  renderLastScan(raw);
  if (move) goOn(scan, offline);
  else setTimeout(() => sayAsking(scan), ASKING_AFTER_MS);
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
    ...boundTo(from), move, position, ahead, more, after: task, made_offline: offline, word: standing.word,
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

// Without network, what waits for its answer is judged as if it were scanned now. False where that cannot be written.
async function judgeAsked() {
  if (net.online || !session.open || !owner.mine) return true;
  for (const scan of queue.asked) {
    try {
      await queue.bind(scan, { ...foreseen(standing.judgeAgain(scan), true), wasAsked: true });
    } catch (error) {
      return false;
    }
    goOn(scan, true);
  }
  return true;
}

function goOn(scan, offline) {
  const shown = standing.foresee(scan.move);
  standing.apply(scan.move);
  standing.upTo = Math.max(standing.upTo, scan.seq); // one that was set aside is older than what was applied since
  renderScreen(standing.screen);
  wakeLock.want(Boolean(standing.task));
  if (scan.move.kind === "stay") refuseHere(scan);
  else teller.answer(scan, shown, { saved: offline && shown.outcome !== "confirm" });
  if (!standing.task) updates.offer();
}

// Without network nothing is taken that only the server can judge: it says what could be scanned instead.
function refuseHere(scan) {
  const { raw } = scan;
  const { needs_server: needsServer, expect } = standing.screen;
  renderLastScan(raw);
  const got = raw.length > LONGEST_SAID ? `…${raw.slice(-LONGEST_SAID)}` : raw;
  if (card(raw) === "*HELP*") teller.refuse(scan, "help_offline", { tone: "look", details: { want: expect } });
  else if (needsServer) teller.refuse(scan, "cannot_check", { details: { since: timeOfDay(net.since) } });
  else teller.refuse(scan, "needs_connection", { details: { got, want: expect } });
  net.hope();
}

function sayAsking(scan) {
  if (!net.online || !session.open || scan.kept || !queue.asked.includes(scan)) return;
  teller.mention("idle", { title: word("sending") }, "", scan.scan_id);
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
    teller.refuse(scan, "not_booked", { counts: !scan.judged_here });
    teller.waiting();
    standing.forget();
  });
  await whereabouts.ask();
}

// Nobody answers, and what was asked is judged here as soon as that is known; or the server is busy.
function onDelay(scans) {
  const last = scans[scans.length - 1];
  if (last.judged_here) return teller.waits(last);
  if (!net.online || last.kept) return undefined; // what was said since stays to be read
  last.kept = true;
  teller.mention("saved", sentence("busy_try_again"), "busy_try_again", last.scan_id);
  return teller.measure(last);
}

// One answer that fails to come is no loss of the network yet.
function onNet(state) {
  renderNet(state);
  if (!net.online) net.ask().then(() => inLine(judgeAsked));
}

// --- small things -------------------------------------------------------------------------------------------------

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
  const command = commands.known[action];
  if (button.localName !== "button" && !command) return;
  event.preventDefault();
  byId("menu").open = false;
  if (command) command();
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
async function start() {
  const { operator, screen, task } = JSON.parse(byId("screen-data").textContent);
  const token = pageToken();
  await owner.take();
  await takeUp();
  net.listen({ onChange: onNet, onHope: () => sender.retry() });
  const ended = standing.shiftUntil && Date.now() >= Date.parse(standing.shiftUntil);
  if (operator) session.drawnFor(operator, token, { screen, task });
  else if (!isShell || ended || !standing.signedIn) return session.askForBadge("");
  return session.resume();
}

document.addEventListener("click", onClick);
document.addEventListener("keydown", ({ key }) => key === "Escape" && commands.escape());
document.addEventListener("submit", (event) => event.preventDefault());

sound.listen();
wedge.listen();
sender.listen();
whereabouts.listen();
if (!window.isSecureContext) byId("not-secure").hidden = false;
dropOpenGate(); // green is never shown from a page that was merely loaded
inLine(start).then(() => {
  document.documentElement.dataset.ready = "1";
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
  whereabouts.ask();
  updates.listen();
  new Provisions({ device, standing, queue, net, owner, session, post }).listen();
  new Pictures({ standing, queue, net }).fetchAhead();
});
