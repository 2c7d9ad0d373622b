// Keeps the page's shell on the device, so that it opens without network and at once with a slow one.
//
// Sent by scanner_ui with two lines in front: SHELL, the address of the page as it is before anybody signed in, and
// PRECACHE, the hashed addresses of all its files; VERSION changes with any of them. It never touches the API: what is
// asked of the server is answered by the server. A new version waits until the page says that nobody is in the middle of
// something (updates.js).
/* global SHELL, PRECACHE, VERSION */

const NAME = `wms-${VERSION}`;

addEventListener("install", (event) => event.waitUntil(fill()));
addEventListener("activate", (event) => event.waitUntil(tidy()));
addEventListener("message", (event) => event.data === "go" && skipWaiting());
addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== location.origin) return;
  if (mode === "navigate" && pathname === "/") event.respondWith(kept(SHELL, event.request));
  else if (PRECACHE.includes(pathname)) event.respondWith(kept(pathname, event.request));
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
