// Keeps the page's shell on the device, so that it opens without network and at once with a slow one.
//
// Sent by scanner_ui with two lines in front: SHELL, the address of the page as it is before anybody signed in, and
// PRECACHE, the hashed addresses of all its files; VERSION changes with any of them. It never touches the API: what is
// asked of the server is answered by the server. A new version waits until the page says that nobody is in the middle of
// something (updates.js). Pictures of products are kept as they come, beside the versions: an address names one version of
// a picture for ever, and the oldest go where there are too many.
/* global SHELL, PRECACHE, VERSION */

const NAME = `wms-${VERSION}`;
const PICTURES = "/pictures/small/";
const MOST_PICTURES = 500;

addEventListener("install", (event) => event.waitUntil(fill()));
addEventListener("activate", (event) => event.waitUntil(tidy()));
addEventListener("message", (event) => event.data === "go" && skipWaiting());
addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== location.origin) return;
  if (mode === "navigate" && pathname === "/") event.respondWith(kept(SHELL, event.request));
  else if (PRECACHE.includes(pathname)) event.respondWith(kept(pathname, event.request));
  else if (pathname.startsWith(PICTURES)) event.respondWith(picture(event));
});

async function fill() {
  const cache = await caches.open(NAME);
  await cache.addAll([...PRECACHE, new Request(SHELL, { cache: "reload" })]);
}

async function tidy() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("wms-") && name !== NAME).map((name) => caches.delete(name)));
  await clients.claim();
}

// The browser may have cleared what was kept: then the network.
async function kept(address, request) {
  return (await (await caches.open(NAME)).match(address)) || fetch(request);
}

// The page has what the network gives at once, also where there is no room to keep it.
async function picture(event) {
  const cache = await caches.open(PICTURES);
  const here = await cache.match(event.request);
  if (here) return here;
  const answer = await fetch(event.request);
  if (answer.ok) event.waitUntil(keep(cache, event.request, answer.clone()).catch(() => {}));
  return answer;
}

async function keep(cache, request, answer) {
  await cache.put(request, answer);
  const [oldest, ...others] = await cache.keys();
  if (others.length >= MOST_PICTURES) await cache.delete(oldest);
}
