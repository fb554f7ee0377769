// Kept on the phone: the look of the pages and the offline page. Never a page, a photo or an answer of the API,
// because the next person at this phone must not find them. One page alone is kept when somebody takes it along
// (round.js): the day's round of visits and the doors of canvasses, with initials and questions. It goes with the day,
// with signing out, and when somebody has to sign in.

const SHELF = "look-2";
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

// Fetched without the cookie, so it cannot hold anything personal. What only the former one wore goes with it.
async function keepOfflinePage() {
  const shelf = await caches.open(SHELF);
  const page = await fetch("/offline", { credentials: "omit", cache: "reload" });
  if (!page.ok) return;
  const looks = [...(await page.clone().text()).matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map((found) => found[1]);
  await Promise.all(looks.map((address) => keepLook(shelf, address)));
  await shelf.put("/offline", page);
  const worn = new Set(["/offline", ...looks]);
  const former = (await shelf.keys()).filter((kept) => !worn.has(new URL(kept.url).pathname));
  await Promise.all(former.map((kept) => shelf.delete(kept)));
}

async function keepLook(shelf, address) {
  const answer = await fetch(address);
  if (answer.ok) await shelf.put(address, answer);
}

// Its server was renewed: the page without a network is fetched anew, once for all files that are asked for meanwhile.
let renewing;

async function renew(release) {
  const shelf = await caches.open(SHELF);
  const isFormer = (kept) => releaseOf(kept) && releaseOf(kept) !== release;
  if (!(await shelf.keys()).some(isFormer)) return;
  renewing ??= keepOfflinePage().finally(() => { renewing = undefined; });
  await renewing;
}

async function keptRound() {
  const kept = await (await caches.open(ROUND)).match(ROUND_PAGE);
  if (!kept) return undefined;
  const day = (at) => new Date(at).toDateString();
  if (day(Number(kept.headers.get(KEPT_AT))) === day(Date.now())) return kept;
  await caches.delete(ROUND);
  return undefined;
}

// With the digest of all of them in its address (static_files.py) a file is what it was.
const RELEASE = /^\/static\/([0-9a-f]{10})\//;
const releaseOf = (request) => RELEASE.exec(new URL(request.url).pathname)?.[1];

async function staticFile(event) {
  const { request } = event;
  const release = releaseOf(request);
  const shelf = await caches.open(SHELF);
  const kept = await shelf.match(request);
  if (kept && release) return kept;
  try {
    const answer = await fetch(request);
    if (answer.ok) await shelf.put(request, answer.clone());
    // Whoever asks for a file as it was is given it as it is, and not for long.
    if (release && answer.headers.get("Cache-Control")?.includes("immutable")) event.waitUntil(renew(release));
    return answer;
  } catch (gone) {
    const instead = kept ?? (await asItIs(shelf, request));
    if (instead) return instead;
    throw gone;
  }
}

// A round that was taken along before its server was renewed wears what there is.
async function asItIs(shelf, request) {
  const nameOf = (one) => new URL(one.url).pathname.replace(RELEASE, "/static/");
  const now = (await shelf.keys()).find((one) => nameOf(one) === nameOf(request));
  return now && shelf.match(now);
}

async function page(event) {
  const path = new URL(event.request.url).pathname;
  // No page waits until it is known whether a round is over.
  const round = keptRound();
  event.waitUntil(round);
  try {
    const answer = await fetch(event.request);
    // Whoever is sent to sign in is not the one who took it along.
    if (path.startsWith("/sign-in") && (await round)) await caches.delete(ROUND);
    return answer;
  } catch {
    if (path === ROUND_PAGE && (await round)) return round;
    const shelf = await caches.open(SHELF);
    return (await shelf.match("/offline")) ?? Response.error();
  }
}

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (address.origin !== location.origin) return;
  // Back to what a form was answered with: only the browser can ask whether it is to be sent again.
  if (event.request.cache === "only-if-cached") return;
  if (event.request.mode === "navigate") event.respondWith(page(event));
  else if (event.request.method === "GET" && address.pathname.startsWith("/static/")) event.respondWith(staticFile(event));
});
