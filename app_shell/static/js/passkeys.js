// Passkeys: only a script can ask the device. A form without one stays hidden, and the password does.

const able = () => Boolean(window.PublicKeyCredential?.parseCreationOptionsFromJSON);

async function optionsOf(form) {
  const answer = await fetch(form.dataset.options, { method: "POST", headers: { Accept: "application/json" } });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.detail);
  return said;
}

async function ask(form) {
  const said = await optionsOf(form);
  const publicKey = form.dataset.passkey === "create"
    ? PublicKeyCredential.parseCreationOptionsFromJSON(said)
    : PublicKeyCredential.parseRequestOptionsFromJSON(said);
  const credential = await navigator.credentials[form.dataset.passkey]({ publicKey });
  return JSON.stringify(credential.toJSON());
}

async function send(event) {
  const form = event.target;
  if (!form.dataset.passkey || form.elements.credential.value) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const fault = form.querySelector("[data-passkey-fault]");
  fault.textContent = "";
  try {
    form.elements.credential.value = await ask(form);
  } catch (refused) {
    // Whoever presses “cancel” on his device knows that he did.
    if (refused.name !== "NotAllowedError") fault.textContent = refused.message;
    return;
  }
  form.requestSubmit();
}

export function startPasskeys() {
  if (!able()) return;
  for (const form of document.querySelectorAll("form[data-passkey]")) form.hidden = false;
  for (const line of document.querySelectorAll("[data-passkey-missing]")) line.hidden = true;
  document.addEventListener("submit", send, true);
  // An answer is good once: whoever comes back to the page has his device asked anew.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-passkey]")) form.elements.credential.value = "";
  });
}
