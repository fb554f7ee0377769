// Working through a list by keyboard, and the count of what is selected.

import { word } from "./words.js";

const wanted = () => localStorage.getItem("keys") !== "off";
const links = () => [...document.querySelectorAll("[data-list] [data-list-item]")]
  .map((item) => item.querySelector("a")).filter((link) => link?.getClientRects().length);

function step(by) {
  const all = links();
  const now = all.findIndex((one) => one.closest("[data-list-item]").contains(document.activeElement));
  const start = now < 0 ? all.findIndex((one) => one.hasAttribute("aria-current")) : now;
  const next = all[Math.max(0, Math.min(all.length - 1, start < 0 ? 0 : start + by))];
  next?.focus();
  next?.closest("[data-list-item]").scrollIntoView({ block: "nearest" });
}

const deeds = {
  j: () => step(1),
  k: () => step(-1),
  a: () => document.activeElement.closest("[data-list-item]")?.querySelector("input[type=checkbox]")?.click(),
  "/": () => document.querySelector("[data-search]")?.focus(),
};

function press(event) {
  if (!wanted() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])")) return;
  if (!deeds[event.key] || (event.key !== "/" && !document.querySelector("[data-list]"))) return;
  event.preventDefault();
  deeds[event.key]();
}

function countSelected() {
  for (const bar of document.querySelectorAll("[data-batch]")) {
    const chosen = document.querySelectorAll(`#${CSS.escape(bar.dataset.batch)} [data-list-item] input[type=checkbox]:checked`).length;
    bar.hidden = chosen === 0;
    for (const button of bar.querySelectorAll("[data-chosen]")) button.textContent = button.dataset.chosen.replace("{n}", chosen);
    bar.querySelector("[data-batch-count]").textContent = word("selected").replace("{n}", chosen);
  }
}

export function dressLists(root) {
  for (const label of root.querySelectorAll("[data-keys-choice]")) {
    // Only what does something on this page is offered.
    const offered = [...label.querySelectorAll("[data-keys-for]")];
    for (const one of offered) one.hidden = document.querySelector(one.dataset.keysFor) === null;
    label.hidden = offered.every((one) => one.hidden);
    label.querySelector("input").checked = wanted();
  }
  countSelected();
}

export function startLists() {
  document.addEventListener("keydown", press);
  document.addEventListener("change", ({ target }) => {
    if ("keysToggle" in target.dataset) localStorage.setItem("keys", target.checked ? "on" : "off");
    countSelected();
  });
}
