// Keys: an element with data-key="KeyN" is clicked, or a field focused, when that key is pressed. Keys are
// told by their place on the keyboard (event.code), so that they lie the same on every layout; "KeyG KeyS" is
// one after the other. data-key-name says what it does where the element's own text does not. While something
// is typed, and with Ctrl, Alt or Meta, keys mean what they always do. "?" lists the keys of the page; what another
// script hears, such as "Space", stands in a hidden element with data-heard, whose text says what it does.

const SEQUENCE_MS = 1200;
let begun = "";
let begunAt = 0;
let printed = null;

const TICKED = "[type=checkbox], [type=radio]";
const typing = (target) => target.closest(`input:not(${TICKED}), textarea, select, [contenteditable]`) !== null;
// Enter on a link or a button is that one's own.
const itsOwn = (event) => event.code === "Enter" && event.target.closest("a, button, summary, input, [data-tile]");
const withKeys = () => [...document.querySelectorAll("[data-key]")].filter((each) => each.offsetParent !== null);

function act(element) {
  if (element.matches("input, textarea, select")) {
    element.focus();
    return;
  }
  element.click();
  const opened = element.matches("summary") && element.parentElement.open ? element.parentElement : null;
  const field = opened && opened.querySelector("input:not([type=hidden]), select, textarea");
  if (field) {
    field.focus();
  }
}

function labelOf(code) {
  const own = printed && printed.get(code);
  return own ? own.toUpperCase() : code.replace(/^(Key|Digit)/, "");
}

function wordsOf(element) {
  const words = element.cloneNode(true);
  words.querySelectorAll("kbd").forEach((each) => each.remove());
  return words.textContent.trim();
}

function rowOf(element) {
  const codes = element.dataset.heard || element.dataset.key;
  const row = document.createElement("tr");
  const keys = document.createElement("th");
  keys.scope = "row";
  for (const code of codes.split(" ")) {
    const key = document.createElement("kbd");
    key.textContent = labelOf(code);
    keys.append(key, " ");
  }
  const what = document.createElement("td");
  what.textContent = element.dataset.keyName || wordsOf(element);
  row.append(keys, what);
  return row;
}

async function showKeys() {
  const dialog = document.getElementById("keys");
  if (dialog.open) {
    return;
  }
  if (printed === null && navigator.keyboard && navigator.keyboard.getLayoutMap) {
    printed = await navigator.keyboard.getLayoutMap().catch(() => null);
  }
  const all = [...withKeys(), ...document.querySelectorAll("[data-heard]")];
  dialog.querySelector("tbody").replaceChildren(...all.map(rowOf));
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || typing(event.target) || itsOwn(event)) {
    return;
  }
  if (event.key === "?") {
    event.preventDefault();
    showKeys();
    return;
  }
  if (document.querySelector("dialog[open]")) {
    return;
  }
  const isNext = begun && event.timeStamp - begunAt < SEQUENCE_MS;
  const pressed = isNext ? `${begun} ${event.code}` : event.code;
  const all = withKeys();
  const found = all.find((each) => each.dataset.key === pressed);
  begun = all.some((each) => each.dataset.key.startsWith(`${pressed} `)) ? pressed : "";
  begunAt = event.timeStamp;
  if (found) {
    event.preventDefault();
    act(found);
  }
});

for (const button of document.querySelectorAll("[data-show-keys]")) {
  button.hidden = false;
  button.addEventListener("click", showKeys);
}
