// Kept on the phone: the look of the pages and the offline page. Never a page, a photo or an answer of the API,
// because the next person at this phone must not find them. One page alone is kept when somebody takes it along
// (round.js): the day's round of visits and the doors of canvasses, with initials and questions. It goes with the day,
// with signing out, and when somebody has to sign in.

const SHELF = "look-1";
const ROUND = "round-1";
const ROUND_PAGE = "/visits/away";
const KEPT_AT = "x-kept-at";

self.addEventListener("install", (event) => {
  event.waitUntil(keepOfflinePage().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter((name) => name !== SHELF && name !== ROUND).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});

// Fetched without the cookie, so it cannot hold anything personal.
async function keepOfflinePage() {
  const shelf = await caches.open(SHELF);
  const page = await fetch("/offline", { credentials: "omit", cache: "reload" });
  if (!page.ok) return;
  const looks = [...(await page.clone().text()).matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map((found) => found[1]);
  await shelf.put("/offline", page);
  const known = new Set();
  await Promise.all(looks.map((address) => keepLook(shelf, address, known)));
}

// With the scripts that a script calls for: without them the page could keep nothing that is said on it.
async function keepLook(shelf, address, known) {
  if (known.has(address)) return;
  known.add(address);
  const answer = await fetch(address);
  if (!answer.ok) return;
  await shelf.put(address, answer.clone());
  if (!new URL(address, location.href).pathname.endsWith(".js")) return;
  const called = [...(await answer.text()).matchAll(/from "(\.\/[\w-]+\.js)"/g)].map((found) => found[1]);
  const near = new URL(address, location.href);
  await Promise.all(called.map((one) => keepLook(shelf, new URL(one, near).pathname, known)));
}

async function keptRound() {
  const kept = await (await caches.open(ROUND)).match(ROUND_PAGE);
  if (!kept) return undefined;
  const day = (at) => new Date(at).toDateString();
  if (day(Number(kept.headers.get(KEPT_AT))) === day(Date.now())) return kept;
  await caches.delete(ROUND);
  return undefined;
}

async function staticFile(request) {
  const versioned = new URL(request.url).searchParams.has("v");
  const shelf = await caches.open(SHELF);
  const kept = await shelf.match(request);
  if (kept && versioned) return kept;
  try {
    const answer = await fetch(request);
    if (answer.ok) await shelf.put(request, answer.clone());
    return answer;
  } catch (gone) {
    if (kept) return kept;
    throw gone;
  }
}

async function page(request) {
  const path = new URL(request.url).pathname;
  const round = await keptRound();
  try {
    const answer = await fetch(request);
    // Whoever is sent to sign in is not the one who took it along.
    if (round && path.startsWith("/sign-in")) await caches.delete(ROUND);
    return answer;
  } catch {
    if (path === ROUND_PAGE && round) return round;
    const shelf = await caches.open(SHELF);
    return (await shelf.match("/offline")) ?? Response.error();
  }
}

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (address.origin !== location.origin) return;
  if (event.request.mode === "navigate") event.respondWith(page(event.request));
  else if (event.request.method === "GET" && address.pathname.startsWith("/static/")) event.respondWith(staticFile(event.request));
});
