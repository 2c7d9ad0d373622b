// Renews what stands inside <main>. The browser asks by entity tag; "unchanged" costs a few bytes.
const main = document.getElementById("main");
const seconds = Number(main.dataset.refreshSeconds);
let seen = "";

async function look() {
  try {
    const answer = await fetch(location.href, { cache: "no-cache", credentials: "omit" });
    const tag = answer.headers.get("ETag") ?? "";
    if (!answer.ok || tag === seen) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("main");
    if (fresh && fresh.innerHTML !== main.innerHTML) {
      main.innerHTML = fresh.innerHTML;
      document.title = page.title;
    }
    seen = tag;
  } catch {
    // No network: the page stays as it is and looks again.
  }
}

setInterval(() => {
  if (document.visibilityState === "visible") look();
}, seconds * 1000);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") look();
});
