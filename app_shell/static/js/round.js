// Taking the day's round of visits and the doors of canvasses along: the page asks for itself once more and keeps it
// where sw.js finds it. It holds doors, initials and questions; signing out drops it (outbox.js), and the next day (sw.js).

import { draftsWaiting, renewKey } from "./outbox.js";
import { word } from "./words.js";

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
  // The page says its own address: of one building where one was chosen, whatever the copy here was opened as.
  const address = document.querySelector("[data-take-along]").dataset.takeAlong;
  const answer = await fetch(address, { credentials: "same-origin", headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) { await caches.delete(ROUND); return; }
  const html = await answer.text();
  await keepLooks();
  const headers = new Headers(answer.headers);
  headers.set("x-kept-at", String(Date.now()));
  await (await caches.open(ROUND)).put(PAGE, new Response(html, { headers }));
}

// -- at the doors

const isHere = () => document.querySelector("[data-take-along]") !== null;

function mark(door) {
  if (!door || door.querySelector("summary .chip.ok")) return;
  const said = document.createElement("span");
  said.className = "chip ok";
  said.textContent = word("written");
  door.querySelector("summary").append(said);
}

// Whoever looks again at the page that the phone keeps sees what he has written and what he has not.
async function markWritten() {
  const waiting = await draftsWaiting();
  for (const form of document.querySelectorAll("[data-take-along] form[data-draft]")) {
    if (waiting.has(form.dataset.draft)) mark(form.closest("details"));
  }
}

// Of a canvass one goes on to the next door that is not written yet, of the same stairs.
function goOn({ target }) {
  const door = target.closest("[data-take-along] details");
  mark(door);
  if (!door || !("door" in door.dataset)) return;
  const following = [...door.parentElement.querySelectorAll("[data-door]")];
  const next = following.slice(following.indexOf(door) + 1).find((one) => !one.querySelector("summary .chip.ok"));
  if (!next) return;
  door.open = false;
  next.open = true;
  next.querySelector("summary").focus({ preventScroll: true });
  next.scrollIntoView();
}

export function startRound() {
  document.addEventListener("shell:kept", goOn);
  document.addEventListener("shell:sent", () => { if (isHere()) takeAlong().catch(() => {}); });
  document.addEventListener("shell:changed", ({ detail }) => { if (detail === document.body) dressRound(); });
  dressRound();
}

function dressRound() {
  if (!isHere()) return;
  // The page may be an older copy: what is written now is another thing than what was sent under its keys.
  for (const form of document.querySelectorAll("[data-take-along] form")) renewKey(form);
  markWritten().catch(() => {});
  if ("caches" in window && navigator.onLine) takeAlong().catch(() => {});
}
