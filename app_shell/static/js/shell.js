// The one script of a page. Every page works without it; with it, nothing typed is lost and pages stay current.

import { dressForms, startForms } from "./forms.js";
import { dressLists, startLists } from "./list.js";
import { startLive } from "./live.js";
import { dressDrafts, startOutbox } from "./outbox.js";
import { startPasskeys } from "./passkeys.js";
import { startRound } from "./round.js";
import { dressSlots } from "./slots.js";

// A passkey is asked for before anything else looks at its form.
startPasskeys();
// The guard listens first: a second press must stop before anything is sent or kept.
startForms();
startOutbox();
startLists();
startLive();

function dress(root) {
  dressDrafts(root);
  dressForms(root);
  dressLists(root);
  dressSlots(root);
}

dress(document);
document.addEventListener("shell:changed", ({ detail }) => { dressForms(detail); dressLists(detail); dressSlots(detail); });
startRound();
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js").catch(() => {});
