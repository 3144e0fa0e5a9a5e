// Keys: an element with data-key="KeyN" is clicked, or a field focused, when that key is pressed. Keys are
// told by their place on the keyboard (event.code), so that they lie the same on every layout; "KeyG KeyS" is
// one after the other. data-key-name says what it does where the element's own text does not. While something
// is typed, and with Ctrl, Alt or Meta, keys mean what they always do. "?" lists the keys of the page.

const SEQUENCE_MS = 1200;
let begun = "";
let begunAt = 0;
let printed = null;

const typing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;
const withKeys = () => [...document.querySelectorAll("[data-key]")].filter((each) => each.offsetParent !== null);

function act(element) {
  if (element.matches("input, textarea, select")) {
    element.focus();
  } else {
    element.click();
  }
}

function labelOf(code) {
  const own = printed && printed.get(code);
  return own ? own.toUpperCase() : code.replace(/^(Key|Digit)/, "");
}

function rowOf(element) {
  const row = document.createElement("tr");
  const keys = document.createElement("th");
  keys.scope = "row";
  for (const code of element.dataset.key.split(" ")) {
    const key = document.createElement("kbd");
    key.textContent = labelOf(code);
    keys.append(key, " ");
  }
  const what = document.createElement("td");
  what.textContent = element.dataset.keyName || element.textContent.trim();
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
  dialog.querySelector("tbody").replaceChildren(...withKeys().map(rowOf));
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || typing(event.target)) {
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
