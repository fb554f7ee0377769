// Small help in forms: no double submit, counters, thumbnails, similar ones while typing.

import { announce, word } from "./words.js";

const UNANSWERED = 20_000;

function setBusy(form, busy) {
  form.toggleAttribute("data-sending", busy);
  if (busy) form.setAttribute("aria-busy", "true"); else form.removeAttribute("aria-busy");
  for (const button of form.elements) if (button.type === "submit") button.disabled = busy;
}

function guard(event) {
  const form = event.target;
  if (form.getAttribute("method")?.toLowerCase() !== "post" || event.defaultPrevented && !("offlineSend" in form.dataset)) return;
  if (form.hasAttribute("data-sending")) { event.preventDefault(); event.stopImmediatePropagation(); return; }
  form.setAttribute("data-sending", "");
  // After this turn: a disabled button would not be sent with its value.
  setTimeout(() => { if (form.hasAttribute("data-sending")) setBusy(form, true); });
  setTimeout(() => setBusy(form, false), UNANSWERED);
}

function count(area) {
  const output = document.getElementById(`${area.id}-count`);
  if (!output) return;
  const most = Number(area.dataset.counted);
  output.textContent = `${[...area.value].length} / ${most}`;
  output.dataset.tone = [...area.value].length > most ? "warn" : "";
}

function showChosen(input) {
  const names = [...input.files].map((file) => file.name);
  const said = document.getElementById(`${input.id}-chosen`);
  if (said) said.textContent = names.length > 1 ? word("chosen").replace("{n}", names.length) : names.join();
}

function showThumbs(input) {
  const box = document.getElementById(input.dataset.thumbs);
  box?.replaceChildren(...[...input.files].filter((file) => file.type.startsWith("image/")).map((file) => {
    const shot = new Image();
    shot.alt = file.name;
    shot.src = URL.createObjectURL(file);
    shot.onload = () => URL.revokeObjectURL(shot.src);
    return shot;
  }));
}

// As the server keeps it: what a telephone takes is ten times as large, and six of them take minutes to send.
const LONGEST_SIDE = 2000;
const SMALL_ENOUGH = 1_000_000;

async function madeSmaller(file) {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size <= SMALL_ENOUGH) return file;
  const shot = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST_SIDE / Math.max(shot.width, shot.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(shot.width * scale);
  canvas.height = Math.round(shot.height * scale);
  const drawn = canvas.getContext("2d");
  // What shows through in a PNG is white on paper, too.
  drawn.fillStyle = "#fff";
  drawn.fillRect(0, 0, canvas.width, canvas.height);
  drawn.drawImage(shot, 0, 0, canvas.width, canvas.height);
  shot.close();
  const data = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.88));
  return data && data.size < file.size ? new File([data], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }) : file;
}

// One after the other, as a telephone has memory for. Sent before it is done, or on a browser that cannot: as they are.
async function shrink(input) {
  const chosen = [...input.files];
  const smaller = new DataTransfer();
  for (const file of chosen) smaller.items.add(await madeSmaller(file).catch(() => file));
  const isStillChosen = chosen.length === input.files.length && chosen.every((file, at) => file === input.files[at]);
  if (isStillChosen && !input.form?.hasAttribute("data-sending")) input.files = smaller.files;
}

let asking;

async function askSimilar(area) {
  const box = document.getElementById(area.dataset.similarTarget);
  const text = area.value.trim();
  if (!box || text.length < 4) { box?.replaceChildren(); return; }
  asking?.abort();
  asking = new AbortController();
  const address = new URL(area.dataset.similarSrc, location.href);
  address.searchParams.set("text", text.slice(0, 200));
  for (const name of area.dataset.similarWith.split(/\s+/).filter(Boolean)) {
    const value = new FormData(area.form).get(name);
    if (value) address.searchParams.set(name, value);
  }
  const answer = await fetch(address, { headers: { "X-Fragment": box.id, Accept: "text/html" }, signal: asking.signal });
  if (!answer.ok || answer.redirected) return;
  const fetched = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(box.id);
  if (!fetched) return;
  const had = box.childElementCount;
  box.replaceChildren(...fetched.childNodes);
  if (box.childElementCount && !had) announce(word("found"));
}

// What can be picked depends on another field: it comes anew with it, and what no longer fits goes at once.
async function follow(box, field) {
  const asked = field.value;
  for (const select of box.querySelectorAll("select")) select.value = "";
  const address = new URL(box.dataset.followsSrc, location.href);
  address.searchParams.set(field.name, asked);
  const answer = await fetch(address, { headers: { "X-Fragment": box.id, Accept: "text/html" } });
  if (!answer.ok || answer.redirected) throw new Error("busy");
  const fetched = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(box.id);
  // Picked again meanwhile: the later answer counts.
  if (!fetched || field.value !== asked) return;
  const wanted = box.querySelector("select")?.dataset.wanted;
  box.replaceChildren(...fetched.childNodes);
  const select = box.querySelector("select");
  if (![...select?.options ?? []].some((one) => one.value === wanted)) return;
  select.value = wanted;
  select.dispatchEvent(new Event("input", { bubbles: true }));
}

// Without an answer only “none of these” can be picked: the rest may belong to what was picked before.
function missed(box) {
  for (const select of box.querySelectorAll("select")) select.length = 1;
  box.setAttribute("data-missed", "");
}

function followMissed() {
  for (const box of document.querySelectorAll("[data-missed]")) {
    box.removeAttribute("data-missed");
    const field = box.closest("form")?.elements.namedItem(box.dataset.follows);
    if (field) follow(box, field).catch(() => missed(box));
  }
}

function letFollow(field) {
  for (const box of field.form?.querySelectorAll("[data-follows]") ?? []) {
    if (box.dataset.follows === field.name) follow(box, field).catch(() => missed(box));
  }
}

// What is chosen in one field is not offered in the other: who leads does not assist as well.
function leaveOut(box) {
  const chosen = box.closest("form").elements.namedItem(box.dataset.besides)?.value;
  for (const input of box.querySelectorAll("input")) {
    const isChosen = input.value === chosen;
    input.closest("label").hidden = isChosen;
    if (isChosen) input.checked = false;
  }
}

function leaveOutIn(root) {
  for (const box of root.querySelectorAll("[data-besides]")) leaveOut(box);
}

function readAloud(button) {
  const speaking = button.getAttribute("aria-pressed") === "true";
  speechSynthesis.cancel();
  for (const one of document.querySelectorAll("[data-read-aloud]")) one.setAttribute("aria-pressed", "false");
  if (speaking) return;
  const words = new SpeechSynthesisUtterance(document.getElementById(button.dataset.readAloud)?.innerText ?? "");
  words.lang = document.documentElement.lang;
  words.rate = 0.9;
  words.onend = () => button.setAttribute("aria-pressed", "false");
  button.setAttribute("aria-pressed", "true");
  speechSynthesis.speak(words);
}

export function dressForms(root) {
  for (const area of root.querySelectorAll("[data-counted]")) count(area);
  for (const one of root.querySelectorAll("[data-without-script]")) one.hidden = true;
  leaveOutIn(root);
  if ("speechSynthesis" in window) for (const button of root.querySelectorAll("[data-read-aloud]")) button.hidden = false;
}

export function startForms() {
  let pause;
  addEventListener("online", followMissed);
  document.addEventListener("submit", guard, { capture: true });
  document.addEventListener("shell:settled", ({ target }) => setBusy(target, false));
  addEventListener("pageshow", () => { for (const form of document.querySelectorAll("[data-sending]")) setBusy(form, false); });
  document.addEventListener("input", ({ target }) => {
    if (target.dataset?.counted) count(target);
    if (target.dataset?.similarSrc) {
      clearTimeout(pause);
      pause = setTimeout(() => askSimilar(target).catch(() => {}), 500);
    }
  });
  document.addEventListener("change", ({ target }) => {
    if (target.dataset?.thumbs) { showThumbs(target); showChosen(target); shrink(target).catch(() => {}); }
    const asks = target.form?.querySelector("[data-similar-src]");
    if (asks?.dataset.similarWith.split(/\s+/).includes(target.name)) askSimilar(asks).catch(() => {});
    if (target.tagName === "SELECT") { target.dataset.touched = "yes"; letFollow(target); leaveOutIn(target.form ?? document); }
  });
  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("[data-read-aloud]");
    if (button) readAloud(button);
  });
}
