// Keeps a page of the office up to date without loading it again.
//
// Every few seconds what stands inside <main> is asked for under an entity tag; mostly the answer is "unchanged". Only
// parts that changed are put in place, and focus, an opened detail and a half-typed search stay where they are. The time
// of the last answer is always shown; when none came for a while the page says that it is stale.

const main = document.getElementById("main");
const asOf = document.getElementById("as-of");
const line = asOf.closest(".as-of");
const said = document.getElementById("live-words");
const refreshMs = Number(main.dataset.refreshSeconds) * 1000;
const staleMs = Number(main.dataset.staleSeconds) * 1000;
const TIMEOUT_MS = 8000;

// On a phone the ways in a row are wider than the screen: where one is comes into sight.
for (const here of document.querySelectorAll("nav > [aria-current]")) {
  here.parentElement.scrollLeft = here.offsetLeft - (here.parentElement.clientWidth - here.offsetWidth) / 2;
}

let tag = "";
let lastAnswer = performance.now();
let asking = false;

function show(state, words) {
  if (line.dataset.state === state) return;
  line.dataset.state = state;
  said.textContent = words;
}

function isTouched(field) {
  if (field.matches("select")) return field.selectedIndex !== Math.max([...field.options].findIndex((each) => each.defaultSelected), 0);
  return field.matches("[type=checkbox], [type=radio]") ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
}

// Somebody is typing in it, or has typed something that is not sent yet.
function isBusy(part) {
  const focused = document.activeElement;
  if (part.contains(focused) && focused.matches("input, textarea, select")) return true;
  return [...part.querySelectorAll("input:not([type=hidden]), textarea, select")].some(isTouched);
}

// What the server drew: a fold that a person opened is no change.
function drawn(part) {
  const copy = part.cloneNode(true);
  for (const each of copy.querySelectorAll("details[open]")) each.removeAttribute("open");
  return copy.outerHTML;
}

// A part is replaced whole, so what a person did to it is carried over.
function replace(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const key = focused && (focused.id ? `#${CSS.escape(focused.id)}` : focused.getAttribute("href") && `a[href="${CSS.escape(focused.getAttribute("href"))}"]`);
  const opened = [...old.querySelectorAll("details[open]")].map((each) => each.closest("[id]")?.id).filter(Boolean);
  const scrolled = old.querySelector(".scroll")?.scrollLeft ?? 0;
  old.replaceWith(fresh);
  for (const id of opened) {
    const name = CSS.escape(id);
    fresh.querySelector(`details#${name}, #${name} > details, #${name} > div > details`)?.setAttribute("open", "");
  }
  if (scrolled) fresh.querySelector(".scroll")?.scrollTo({ left: scrolled });
  if (key) fresh.querySelector(key)?.focus({ preventScroll: true });
}

function put(html) {
  const fresh = new DOMParser().parseFromString(`<main>${html}</main>`, "text/html");
  const parts = [...fresh.querySelectorAll("[data-part]")];
  const names = (list) => list.map((part) => part.dataset.part).join(" ");
  if (names(parts) !== names([...main.querySelectorAll("[data-part]")])) {
    main.replaceChildren(...fresh.querySelector("main").childNodes);
    return true;
  }
  let all = true;
  for (const part of parts) {
    const old = main.querySelector(`[data-part="${CSS.escape(part.dataset.part)}"]`);
    if (drawn(old) === part.outerHTML) continue;
    if (isBusy(old)) all = false;
    else replace(old, document.importNode(part, true));
  }
  return all;
}

async function refresh() {
  if (asking || document.hidden) return;
  asking = true;
  try {
    const answer = await fetch(location.href, {
      headers: { "X-Fragment": "main", ...(tag ? { "If-None-Match": tag } : {}) },
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (answer.status === 401 || answer.status === 403) {
      show("signed-out", "signed out: load the page again");
      clearInterval(timer);
      return;
    }
    if (answer.status !== 200 && answer.status !== 304) throw new Error(`status ${answer.status}`);
    // A part somebody is typing in was left as it is: then the next answer must not be "unchanged".
    if (answer.status === 200) tag = put(await answer.text()) ? answer.headers.get("ETag") : "";
    lastAnswer = performance.now();
    asOf.textContent = answer.headers.get("X-As-Of");
    show("live", "live");
  } catch {
    if (performance.now() - lastAnswer > staleMs) show("stale", "stale: the service does not answer");
  } finally {
    asking = false;
  }
}

let timer = 0;
if (refreshMs > 0) {
  timer = setInterval(refresh, refreshMs);
  document.addEventListener("visibilitychange", refresh);
  refresh();
}
