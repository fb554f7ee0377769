// Live pages: the socket says what changed, the page fetches that part again by its ordinary address.

import { morph } from "./morph.js";
import { announce, lineSays, word } from "./words.js";

// Milliseconds: over which pages that hear of the same thing spread, and for how long a region rests once it was fetched.
const SPREAD = 200;
const REST = 500;
// After a refusal the first wait is four times as long.
const PATIENCE = 250;
const LONGEST_WAIT = 30_000;
const SILENCE = 60_000;

let position = "";
let tries = 0;
let wasDown = false;
let socket = null;
let silence = 0;
// Of each region: whether it is being fetched, is due, or changed meanwhile.
const turns = new Map();

const regions = () => [...document.querySelectorAll("[data-live][data-live-src][id]")];

function concerns(region, subject) {
  const wanted = region.dataset.live.split(/\s+/);
  return wanted.includes("*") || wanted.includes(subject) || wanted.includes(`${subject.split("/")[0]}s`);
}

async function refresh(region) {
  const answer = await fetch(region.dataset.liveSrc, {
    headers: { "X-Fragment": region.id, Accept: "text/html" }, credentials: "same-origin",
  });
  if (answer.status === 401 || (answer.redirected && !sameAddress(answer.url, region.dataset.liveSrc))) {
    lineSays(word("signedOut"));
    return;
  }
  if (answer.status === 429 || answer.status >= 500) throw new Error("busy");
  if (answer.status === 404) return takeAway(region);
  if (!answer.ok) return;
  const fetched = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(region.id);
  const present = document.getElementById(region.id);
  if (!fetched || !present || asServed(present).isEqualNode(asServed(fetched))) return;
  const before = present.textContent;
  morph(present, fetched);
  if (present.textContent !== before) dropFlash(present);
  document.dispatchEvent(new CustomEvent("shell:changed", { detail: present }));
  announce(present.dataset.liveSaid || word("changed"));
}

// What one may see no more must not stand on in a page that happens to be open, nor what it is called.
function takeAway(region) {
  region.replaceChildren();
  document.querySelector("h1")?.replaceChildren(word("gone"));
  document.title = word("gone");
  lineSays(word("gone"));
}

// What plugins added to the rows of a list, or filled a place with, did not come with the page, and is no news of it.
function asServed(region) {
  if (!region.querySelector("[data-cells-of], [data-slot]")) return region;
  const bare = region.cloneNode(true);
  for (const cells of bare.querySelectorAll("[data-cells-of]")) cells.remove();
  for (const place of bare.querySelectorAll("[data-slot]")) place.replaceChildren();
  return bare;
}

// A flash is for the moment: once what the page is about has moved on, it may contradict what stands below it.
function dropFlash(region) {
  if (region.closest(".main-part")) document.querySelector(".flash")?.remove();
}

const sameAddress = (one, other) => new URL(one).pathname === new URL(other, location.href).pathname;

// What changed is shown at once, spread over a moment because many pages hear of it together. A region that was fetched
// just now rests first, the longer the longer that took: a busy town must not make a busy page, and what comes meanwhile
// costs one fetch. Nothing that comes puts off a fetch that is due already, or a page would stand still while all is busy.
// Where the server is busy or the line is down, what changed is still to be shown: asked again, ever more slowly.
function soon(region) {
  const turn = turns.get(region.id) ?? { timer: 0, isFetching: false, again: false, ready: 0, patience: PATIENCE };
  turns.set(region.id, turn);
  if (turn.isFetching) turn.again = true;
  else if (!turn.timer) inTurn(region, turn, Math.max(turn.ready - performance.now(), Math.random() * SPREAD));
}

function inTurn(region, turn, wait) {
  turn.timer = setTimeout(() => fetchNow(region, turn), wait);
}

async function fetchNow(region, turn) {
  Object.assign(turn, { timer: 0, isFetching: true, again: false });
  const began = performance.now();
  const isDone = await refresh(region).then(() => true, () => false);
  turn.isFetching = false;
  turn.ready = performance.now() + Math.max(REST, 2 * (performance.now() - began));
  turn.patience = isDone ? PATIENCE : Math.min(LONGEST_WAIT, turn.patience * 4);
  if (!isDone) inTurn(region, turn, turn.patience * (1 + Math.random()));
  else if (turn.again) soon(region);
}

// A region inside another that is fetched too would be fetched twice.
function outermost(list) {
  return list.filter((one) => !list.some((other) => other !== one && other.contains(one)));
}

function hear(message) {
  listenOn();
  if (message.position !== undefined) position = message.position;
  if (message.type === "hello") up();
  else if (message.type === "resync") outermost(regions()).forEach((one) => soon(one));
  else if (message.subject) outermost(regions().filter((one) => concerns(one, message.subject))).forEach((one) => soon(one));
}

function up() {
  tries = 0;
  if (!wasDown) return;
  wasDown = false;
  // What became of kept words matters more than the line, so only the line's own sentence is replaced.
  const shown = document.getElementById("line-state")?.textContent;
  if (!shown || shown === word("lineDown")) lineSays(word("lineBack"), { tone: "ok", fades: true });
}

function down() {
  socket = null;
  clearTimeout(silence);
  tries += 1;
  // One dropped connection is everyday; a person only needs to know when it does not come back.
  if (tries > 1 || !navigator.onLine) {
    wasDown = true;
    lineSays(word("lineDown"));
  }
  setTimeout(connect, Math.min(LONGEST_WAIT, 500 * 2 ** tries) * (0.5 + Math.random()));
}

// A line that says nothing for longer than two pings is dead even when the phone does not know it yet.
function listenOn() {
  clearTimeout(silence);
  silence = setTimeout(() => socket?.close(), SILENCE);
}

function connect() {
  if (socket) return;
  const address = new URL("/live", location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  if (position !== "") address.searchParams.set("after", position);
  socket = new WebSocket(address);
  socket.addEventListener("message", (event) => hear(JSON.parse(event.data)));
  socket.addEventListener("close", (event) => {
    // 4401, 1008: the session is over; asking again would only be refused again.
    if (event.code === 4401 || event.code === 1008) lineSays(word("signedOut"));
    else down();
  });
  listenOn();
}

export function startLive() {
  addEventListener("offline", () => { wasDown = true; lineSays(word("lineDown")); });
  // After a change of network the old socket may be deaf: a new one brings what was missed.
  addEventListener("online", () => {
    if (document.body.dataset.livePosition === undefined) up();
    else if (socket) socket.close();
    else connect();
  });
  if (document.body.dataset.livePosition === undefined) return;
  position = document.body.dataset.livePosition;
  connect();
}
