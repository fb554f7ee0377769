// Turns the element on the page into the one just fetched, without disturbing the person in it:
// focus, typed words, ticked boxes, scroll and opened details stay.

export const typedIn = (field) => field.matches("input, textarea, select") &&
  (field === document.activeElement || isDirty(field));

function isDirty(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.tagName === "SELECT") return [...field.options].some((one) => one.selected !== one.defaultSelected) && field.dataset.touched;
  return field.value !== field.defaultValue;
}

function keepAttributes(old, next) {
  for (const { name } of [...old.attributes]) {
    if (name === "open" || name === "aria-busy" || name === "data-touched") continue;
    if (!next.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const { name, value } of next.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}

// The partner of `next` among the children that are left: the same id, or the next one of the same kind without an id.
function partner(next, candidates) {
  if (next.id) return candidates.find((one) => one.id === next.id);
  const free = candidates.find((one) => !one.id && one.nodeType === next.nodeType && one.nodeName === next.nodeName);
  return free;
}

function morphChildren(old, next) {
  const left = [...old.childNodes];
  let place = old.firstChild;
  for (const child of [...next.childNodes]) {
    const match = partner(child, left);
    if (!match) {
      old.insertBefore(document.importNode(child, true), place);
      continue;
    }
    left.splice(left.indexOf(match), 1);
    if (match === place) place = place.nextSibling;
    else if (match.contains(document.activeElement)) { while (place && place !== match) place = place.nextSibling; place = match.nextSibling; }
    else old.insertBefore(match, place);
    morph(match, child);
  }
  for (const gone of left) if (!(gone.contains(document.activeElement) && gone.querySelector?.("textarea, input"))) gone.remove();
}

export function morph(old, next) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== next.nodeValue) old.nodeValue = next.nodeValue;
    return;
  }
  if (old.hasAttribute("data-live-keep") || old.isEqualNode(next)) return;
  const kept = typedIn(old) ? { value: old.value, checked: old.checked } : null;
  keepAttributes(old, next);
  if (old.tagName !== "TEXTAREA" || !kept) morphChildren(old, next);
  if (kept) {
    if (old.type !== "file") old.value = kept.value;
    if ("checked" in old) old.checked = kept.checked;
  }
}
