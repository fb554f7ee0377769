// Sentences for the person, translated by the layout; and the two places they are said in.

const said = () => document.getElementById("words")?.dataset ?? {};

export const word = (name) => said()[name] ?? "";

export function announce(sentence) {
  const place = document.getElementById("announcer");
  if (!place || !sentence) return;
  place.textContent = "";
  setTimeout(() => { place.textContent = sentence; }, 100);
}

let fading;

export function lineSays(sentence, { tone = "warn", fades = false, href = "" } = {}) {
  const bar = document.getElementById("line-state");
  if (!bar) return;
  clearTimeout(fading);
  bar.textContent = sentence;
  bar.dataset.tone = tone;
  if (href) {
    const link = document.createElement("a");
    link.href = href;
    link.textContent = word("open");
    bar.append(link);
  }
  if (fades) fading = setTimeout(() => { bar.textContent = ""; }, 6000);
}

// The page without a network was fetched for nobody: what is said there belongs to whoever was signed in here last.
const isAway = () => document.querySelector('[data-problem="offline"]') !== null;

export const owner = () => document.body.dataset.owner || (isAway() && localStorage.getItem("owner")) || "anybody";

export function rememberOwner() {
  if (isAway()) return;
  if (document.body.dataset.owner) localStorage.setItem("owner", document.body.dataset.owner);
  else localStorage.removeItem("owner");
}
