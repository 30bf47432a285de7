// Keeps the wall's own page for a browser that loads it while the server is away (https, or the server's own machine: elsewhere browsers allow no worker).
"use strict";
const STORE = "atlas-kiosk-page-1", WAIT_MS = 8000;

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const isPage = (url) => url.pathname === "/kiosk";
const isPart = (url) => url.pathname.startsWith("/assets/");

// The newest page as long as the server answers in time, else the one kept. Answers with an error are no page.
async function page(request) {
  const kept = await caches.open(STORE), stop = new AbortController(), late = setTimeout(() => stop.abort(), WAIT_MS);
  try {
    const answer = await fetch(request.url, { cache: "no-cache", credentials: "same-origin", redirect: "manual", signal: stop.signal });
    if (answer.ok) await kept.put(request, answer.clone());
    if (answer.status < 500) return answer;
    return (await kept.match(request, { ignoreVary: true })) || answer;
  } catch (error) {
    const found = (await kept.match(request, { ignoreVary: true })) || (await kept.match(request, { ignoreSearch: true, ignoreVary: true }));
    if (found) return found;
    throw error;
  } finally { clearTimeout(late); }
}

// Parts carry their version in the address: what is kept is right. Of one part only the newest version stays.
async function part(request) {
  const kept = await caches.open(STORE), found = await kept.match(request, { ignoreVary: true });
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) {
    await kept.delete(request, { ignoreSearch: true, ignoreVary: true });
    await kept.put(request, answer.clone());
  }
  return answer;
}

// The page that was open before this worker names itself and its parts.
self.addEventListener("message", (event) => event.waitUntil((async () => {
  const kept = await caches.open(STORE);
  for (const address of event.data.keep) if (!await kept.match(address, { ignoreVary: true })) await kept.add(address);
})()));

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && isPage(url)) event.respondWith(page(event.request));
  else if (isPart(url)) event.respondWith(part(event.request));
});
