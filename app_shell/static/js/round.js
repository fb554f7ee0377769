// Taking the day's round of visits along: the page asks for itself once more and keeps it where sw.js finds it.
// It holds doors and initials alone; signing out drops it (outbox.js), and so does the next day (sw.js).

const ROUND = "round-1";
const LOOKS = "look-1";
const PAGE = "/visits/away";

// All that this page has asked for of its look, the modules of its script among them.
async function keepLooks() {
  const shelf = await caches.open(LOOKS);
  const asked = performance.getEntriesByType("resource").map(({ name }) => new URL(name));
  const looks = asked.filter(({ origin, pathname }) => origin === location.origin && pathname.startsWith("/static/"));
  await Promise.all([...new Set(looks.map(String))].map((address) => shelf.add(address)));
}

async function takeAlong() {
  const answer = await fetch(PAGE, { credentials: "same-origin", headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) { await caches.delete(ROUND); return; }
  const html = await answer.text();
  await keepLooks();
  const headers = new Headers(answer.headers);
  headers.set("x-kept-at", String(Date.now()));
  await (await caches.open(ROUND)).put(PAGE, new Response(html, { headers }));
}

export function startRound() {
  if (!document.querySelector("[data-take-along]") || !("caches" in window) || !navigator.onLine) return;
  takeAlong().catch(() => {});
}
