// What plugins show beside a page's own content: fetched after the page, so that a slow plugin delays nothing.

import { typedIn } from "./morph.js";

async function fetched(address, place) {
  const answer = await fetch(address, { headers: { "X-Fragment": place.id, Accept: "text/html" }, credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(place.id);
}

// Where somebody writes, or was asked something and has not answered, what is there stays.
const inUse = (place) => place.contains(document.activeElement) || place.querySelector("details[open]")
  || [...place.querySelectorAll("input, textarea, select")].some(typedIn);

async function fill(place) {
  const found = await fetched(place.dataset.slot, place);
  if (!found || inUse(place)) return;
  place.replaceChildren(...found.childNodes);
  document.dispatchEvent(new CustomEvent("shell:changed", { detail: place }));
}

// The rows of a list are asked for together; what comes stands below each of them.
async function fillRows(place) {
  const prefix = place.dataset.columnsOf;
  const rows = new Map([...document.querySelectorAll(`[data-list-item][id^="${prefix}"]`)].map((row) => [row.id.slice(prefix.length), row]));
  if (!rows.size) return;
  const address = new URL(place.dataset.columns, location.href);
  for (const id of [...rows.keys()].slice(0, 100)) address.searchParams.append("subject", id);
  const found = await fetched(address, place);
  for (const cells of found?.querySelectorAll("[data-cells-of]") ?? []) {
    const row = rows.get(cells.dataset.cellsOf);
    row?.querySelector("[data-cells-of]")?.remove();
    row?.append(cells);
  }
}

export function dressSlots(root) {
  for (const place of root.querySelectorAll("[data-slot]")) fill(place).catch(() => {});
  for (const place of document.querySelectorAll("[data-columns]")) {
    if (root === document || root.querySelector("[data-list-item]")) fillRows(place).catch(() => {});
  }
}
