// What is typed is never lost: drafts stay on the phone until sent, forms wait here while the network is away.
// Both belong to one account; another person on the same phone gets neither.

import { announce, lineSays, owner, rememberOwner, word } from "./words.js";

const shelf = () => `draft:${owner()}:`;
const keeps = (field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type) &&
  field.autocomplete !== "one-time-code" && !("noDraft" in field.dataset);

function database() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("shequyun", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("outbox", { keyPath: "key" });
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
}

async function inStore(mode, ask) {
  const base = await database();
  try {
    return await new Promise((resolve, reject) => {
      const work = base.transaction("outbox", mode);
      const request = ask(work.objectStore("outbox"));
      work.oncomplete = () => resolve(request.result);
      work.onerror = () => reject(work.error);
    });
  } finally { base.close(); }
}

// -- drafts

// By the names of fields, which a plugin's form chooses: a Map, for which `constructor` is a name as any other.
const spelled = (typed) => JSON.stringify(Object.fromEntries(typed));
const read = (text) => new Map(Object.entries(JSON.parse(text ?? "{}")));
const addTo = (typed, name, value) => typed.set(name, [...(typed.get(name) ?? []), value]);

// Of what stands picked when the page comes nobody has said anything yet.
function says(field) {
  if (field.type === "radio" || field.type === "checkbox") return field.checked !== field.defaultChecked;
  if (field.tagName !== "SELECT") return field.value.trim() !== "";
  const usual = [...field.options].find((one) => one.defaultSelected) ?? field.options[0];
  return field.value !== usual?.value;
}

function saveDraft(form) {
  const typed = new Map();
  let isSomething = false;
  for (const field of form.elements) {
    if (!keeps(field)) continue;
    isSomething ||= says(field);
    if (field.type === "radio" || field.type === "checkbox") { if (field.checked) addTo(typed, field.name, field.value); }
    else if (field.value) typed.set(field.name, [field.value]);
  }
  const name = shelf() + form.dataset.draft;
  if (isSomething) localStorage.setItem(name, spelled(typed));
  else localStorage.removeItem(name);
}

function restoreDraft(form) {
  const typed = read(localStorage.getItem(shelf() + form.dataset.draft));
  // What the page itself knows better than the draft: a poster says where one stands.
  const given = (form.dataset.draftLeaves ?? "").split(" ");
  let found = false;
  for (const field of form.elements) {
    if (!keeps(field) || !typed.has(field.name) || given.includes(field.name)) continue;
    const [first] = typed.get(field.name);
    if (field.type === "radio" || field.type === "checkbox") {
      const was = field.checked;
      field.checked = typed.get(field.name).includes(field.value);
      found ||= field.checked !== was;
      continue;
    }
    if (field.value && field.tagName !== "SELECT") continue;
    if (field.tagName === "SELECT" && ![...field.options].some((one) => one.value === first)) {
      // It may come with what another field picks.
      field.dataset.wanted = first;
      continue;
    }
    const differs = field.value !== first;
    found ||= differs;
    field.value = first;
    // What is folded away and filled in is not sent unseen.
    if (differs) field.closest("details")?.setAttribute("open", "");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    if (differs && field.tagName === "SELECT") field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  if (!found) return;
  noteIn(form, word("draftFound"));
  form.closest("details")?.setAttribute("open", "");
}

function noteIn(form, sentence) {
  const note = form.querySelector(".form-note") ?? document.createElement("p");
  note.className = "form-note";
  note.setAttribute("role", "status");
  note.textContent = sentence;
  form.prepend(note);
  return note;
}

// Why it was refused, as the form or the page that nobody sees would have said it.
const sentenceIn = (html) => new DOMParser().parseFromString(html, "text/html").querySelector(".fault-summary li, [data-problem] p")?.textContent;

const refused = () => document.querySelector("[data-problem], .fault-summary") !== null || atTheDoor(location.href);

// A sent draft is only thrown away once the next page shows that it was taken.
function settleSent() {
  const sent = sessionStorage.getItem("sent-draft");
  sessionStorage.removeItem("sent-draft");
  if (sent && !refused()) localStorage.removeItem(sent);
}

export function forgetEverything() {
  for (const name of Object.keys(localStorage)) if (name.startsWith("draft:")) localStorage.removeItem(name);
  localStorage.removeItem("owner");
  indexedDB.deleteDatabase("shequyun");
  // The round of visits that was taken along (sw.js).
  globalThis.caches?.delete("round-1");
}

// -- sending

function madeKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The token of the page now open: the one stored with the form may belong to an older session.
function body(fields) {
  const data = new FormData();
  const token = document.querySelector("meta[name=csrf-token]")?.content;
  for (const [name, value] of fields) data.append(name, name === "csrf_token" && token ? token : value);
  return data;
}

function post(action, fields, key) {
  const data = body(fields);
  return fetch(action, {
    method: "POST", credentials: "same-origin", body: hasFiles(data) ? data : new URLSearchParams(data),
    headers: { "Idempotency-Key": key, "X-CSRF-Token": data.get("csrf_token") ?? "", Accept: "text/html" },
  });
}

const hasFiles = (data) => [...data.values()].some((value) => value instanceof Blob);

// Being sent to the sign-in page is an answer, but nothing was taken.
const atTheDoor = (address) => new URL(address, location.href).pathname.startsWith("/sign-in");

// Read from the attributes: a field that is called “action” hides the form's own property.
function addressOf(form, submitter) {
  return new URL(submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? "", location.href).href;
}

const here = () => location.pathname + location.search;
let shownAddress = here();

function showAnswer(html, address) {
  const next = new DOMParser().parseFromString(html, "text/html");
  document.title = next.title;
  document.body.replaceChildren(...next.body.childNodes);
  if (address !== location.href) history.pushState({ shown: true }, "", address);
  shownAddress = here();
  scrollTo(0, 0);
  document.dispatchEvent(new CustomEvent("shell:changed", { detail: document.body }));
  const onward = document.querySelector("#next > summary");
  if (onward) goTo(onward);
  (document.querySelector(".fault-summary") ?? onward ?? document.querySelector("h1"))?.focus({ preventScroll: onward !== null });
}

// At the next door, what was kept of the last one is said beside its form: the head of the page is out of sight.
function goTo(summary) {
  const kept = document.querySelector(".flash")?.textContent.trim();
  if (kept) noteIn(summary.parentElement.querySelector("form"), kept);
  summary.parentElement.scrollIntoView();
}

async function sendOrKeep(form, submitter) {
  // What was done now is sent perhaps much later: the moment goes along.
  for (const field of form.querySelectorAll("[data-now]")) field.value = new Date().toISOString();
  const data = new FormData(form, submitter);
  const key = data.get("idempotency_key") || madeKey();
  data.set("idempotency_key", key);
  const letter = { key, owner: owner(), action: addressOf(form, submitter), page: new URL(form.dataset.page ?? "", location.href).href, draft: form.dataset.draft ?? "", fields: [...data.entries()], at: Date.now() };
  let answer;
  try {
    if (!navigator.onLine) throw new TypeError("offline");
    answer = await post(letter.action, letter.fields, key);
  } catch {
    // What lacks something would only be refused later, when nobody looks.
    if (!form.reportValidity()) return;
    await keep(form, letter).catch(() => noteIn(form, word("busy")));
    return;
  }
  if (answer.status === 413 || answer.status === 429 || answer.status >= 500) {
    noteIn(form, sentenceIn(await answer.text()) ?? word("busy")).scrollIntoView({ block: "center" });
  } else {
    if (answer.ok && form.dataset.draft && !atTheDoor(answer.url)) localStorage.removeItem(shelf() + form.dataset.draft);
    showAnswer(await answer.text(), answer.redirected ? answer.url : location.href);
  }
}

// The forms of this page whose words wait, by the key under which they will be sent.
const waitingHere = new Map();

async function keep(form, letter) {
  await inStore("readwrite", (store) => store.put(letter));
  if (form.dataset.draft) localStorage.removeItem(shelf() + form.dataset.draft);
  empty(form);
  // Whoever has just pressed the button at the end of a long form looks there.
  noteIn(form, word("kept")).scrollIntoView({ block: "center" });
  waitingHere.set(letter.key, form);
  announce(word("kept"));
  form.dispatchEvent(new CustomEvent("shell:kept", { bubbles: true }));
  tryAgainSoon();
}

function empty(form) {
  const picked = [...form.querySelectorAll("select")].map((select) => [select, select.value]);
  form.reset();
  for (const [select, value] of picked) if (select.value !== value) select.dispatchEvent(new Event("change", { bubbles: true }));
  for (const box of form.querySelectorAll(".thumbs, .similar, .chosen")) box.replaceChildren();
  renewKey(form);
  document.dispatchEvent(new CustomEvent("shell:changed", { detail: form }));
}

// The next thing said in the same open page is another thing, not a repeat of the kept one.
export function renewKey(form) {
  const field = form.elements.namedItem("idempotency_key");
  if (field) field.value = madeKey();
}

// By the names of their drafts: what of this person waits to be sent.
export async function draftsWaiting() {
  const kept = await inStore("readonly", (store) => store.getAll());
  return new Set(kept.filter((one) => one.owner === owner() && !one.refused && one.draft).map((one) => one.draft));
}

let sending = false, again;

// A browser does not always say that the network is back, nor that it is away. Not all phones of a street in one moment.
function tryAgainSoon() {
  clearTimeout(again);
  again = setTimeout(sendKept, 8_000 + Math.random() * 8_000);
}

export async function sendKept() {
  if (sending) return;
  if (!navigator.onLine) { tryAgainSoon(); return; }
  sending = true;
  let left = 0;
  try {
    const kept = await inStore("readonly", (store) => store.getAll());
    const mine = kept.filter((one) => one.owner === owner() && !one.refused).sort((a, b) => a.at - b.at);
    left = mine.length;
    for (const one of mine) { if (!await deliver(one)) break; left -= 1; }
    if (left < mine.length) document.dispatchEvent(new CustomEvent("shell:sent"));
  } catch { /* The network went away again: the next chance comes with `online`, the next page, or soon. */ }
  finally { sending = false; if (left) tryAgainSoon(); }
}

async function deliver(one) {
  const answer = await post(one.action, one.fields, one.key);
  if (atTheDoor(answer.url) || answer.status === 401 || answer.status === 429 || answer.status >= 500) return false;
  if (answer.ok) {
    await inStore("readwrite", (store) => store.delete(one.key));
    waitingHere.get(one.key)?.querySelector(".form-note")?.remove();
    waitingHere.delete(one.key);
    sayWhatCame(answer, new DOMParser().parseFromString(await answer.text(), "text/html"));
    announce(word("sent"));
    return true;
  }
  await inStore("readwrite", (store) => store.put({ ...one, refused: answer.status }));
  giveBack(one, sentenceIn(await answer.text()) ?? "");
  return true;
}

// That something is left to decide, or did not go, is not said over by what was sent after it.
let isToBeRead = false;

// With the way to what came of it: the sentence stays until it is followed.
function sayWhatCame(answer, page) {
  const differs = page.querySelector("[data-two-words]") !== null;
  if (isToBeRead && !differs) return;
  isToBeRead ||= differs;
  const href = answer.redirected ? new URL(answer.url).pathname + new URL(answer.url).search : "";
  if (differs) lineSays(word("differs"), { href });
  else lineSays(word("sent"), { tone: "ok", fades: !href, href });
}

// Refused for good: the words go back to the page they came from, as a draft; what was chosen to go with them waits.
function giveBack(one, why) {
  const typed = new Map();
  for (const [name, value] of one.fields) if (typeof value === "string" && !/^(csrf_token|idempotency_key)$/.test(name)) addTo(typed, name, value);
  // Of many forms of one page to the one they were written in; letters of before did not say which.
  localStorage.setItem(`${shelf()}returned:${one.draft || new URL(one.page).pathname}`, spelled(typed));
  isToBeRead = true;
  const apart = document.documentElement.lang === "en" ? " " : "";
  lineSays(`${word("refused")}${why && apart}${why}`, { href: new URL(one.page).pathname });
}

function takeBack(form) {
  if (!form.dataset.draft) return;
  const names = [form.dataset.draft, location.pathname].map((one) => `${shelf()}returned:${one}`);
  const name = names.find((one) => localStorage.getItem(one) !== null);
  if (!name) return;
  const returned = localStorage.getItem(name);
  localStorage.setItem(shelf() + form.dataset.draft, returned);
  localStorage.removeItem(name);
  giveFilesBack(form).catch(() => {});
}

async function giveFilesBack(form) {
  const kept = await inStore("readonly", (store) => store.getAll());
  const from = (one) => one.draft || new URL(one.page).pathname;
  for (const one of kept.filter((one) => one.refused && one.owner === owner() && [form.dataset.draft, location.pathname].includes(from(one)))) {
    for (const input of form.querySelectorAll("input[type=file]")) chooseAgain(input, one.fields);
    await inStore("readwrite", (store) => store.delete(one.key));
  }
}

function chooseAgain(input, fields) {
  const chosen = new DataTransfer();
  for (const file of input.files) chosen.items.add(file);
  for (const [name, value] of fields) if (name === input.name && value instanceof File && value.size) chosen.items.add(value);
  if (chosen.files.length === input.files.length) return;
  input.files = chosen.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

// The page that is shown without a network knows nobody, so it cannot say whose words: only that some wait here.
async function sayThatWordsWait() {
  const said = document.querySelector("[data-where-words-wait]");
  if (!said) return;
  const isWritten = Object.keys(localStorage).some((name) => name.startsWith("draft:"));
  said.hidden = !isWritten && !(await inStore("readonly", (store) => store.count()));
}

export function dressDrafts(root) {
  for (const form of root.querySelectorAll("form[data-draft]")) { takeBack(form); restoreDraft(form); }
}

export function startOutbox() {
  rememberOwner();
  for (const form of document.querySelectorAll("form[data-for-who-was-here]")) form.hidden = owner() === "anybody";
  const waiting = new Map();
  document.addEventListener("input", ({ target }) => {
    const form = target.closest?.("form[data-draft]");
    if (!form) return;
    clearTimeout(waiting.get(form));
    waiting.set(form, setTimeout(() => saveDraft(form), 300));
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if ("clearsDrafts" in form.dataset) forgetEverything();
    if (form.dataset.draft) {
      clearTimeout(waiting.get(form));
      saveDraft(form);
      sessionStorage.setItem("sent-draft", shelf() + form.dataset.draft);
    }
    if (!("offlineSend" in form.dataset) || event.defaultPrevented) return;
    event.preventDefault();
    sessionStorage.removeItem("sent-draft");
    sendOrKeep(form, event.submitter).finally(() => form.dispatchEvent(new CustomEvent("shell:settled", { bubbles: true })));
  });
  // A link within the page is no way back: loading anew would lose what is typed.
  addEventListener("popstate", () => { if (here() !== shownAddress) location.reload(); });
  addEventListener("online", sendKept);
  settleSent();
  sendKept();
  sayThatWordsWait().catch(() => {});
}
