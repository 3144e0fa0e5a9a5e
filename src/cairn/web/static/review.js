// The queue by keyboard: arrows move the frame, X marks, Enter looks at one alone, a digit decides for the
// framed picture or for those that are marked, Alt with a digit for all on the page.

const tiles = [...document.querySelectorAll("[data-pictures]:not(.frames) > [data-tile]")];
const form = document.querySelector("[data-decide]");
const markOf = (tile) => tile.querySelector("[name=media]");
const framed = () => tiles.find((tile) => tile.tabIndex === 0) || tiles[0];

function frame(tile) {
  for (const each of tiles) {
    each.tabIndex = each === tile ? 0 : -1;
  }
  tile.focus();
}

function columns() {
  const top = tiles[0].offsetTop;
  const below = tiles.findIndex((tile) => tile.offsetTop > top);
  return below < 0 ? tiles.length : below;
}

function move(code) {
  const forward = document.documentElement.dir === "rtl" ? -1 : 1;
  const steps = { ArrowRight: forward, ArrowLeft: -forward, ArrowDown: columns(), ArrowUp: -columns() };
  const next = tiles.indexOf(framed()) + steps[code];
  if (tiles[next]) {
    frame(tiles[next]);
  }
}

document.addEventListener("keydown", (event) => {
  const elsewhere = event.target.closest("input:not([type=checkbox]), select, textarea, dialog[open]");
  if (!tiles.length || elsewhere || event.ctrlKey || event.metaKey) {
    return;
  }
  if (event.altKey) {
    const button = event.code.startsWith("Digit") && form.querySelector(`[data-key="${event.code}"]`);
    if (button) {
      event.preventDefault();
      tiles.forEach((tile) => (markOf(tile).checked = true));
      button.click();
    }
    return;
  }
  if (event.code.startsWith("Arrow")) {
    event.preventDefault();
    move(event.code);
  } else if (event.code === "KeyX") {
    event.preventDefault();
    markOf(framed()).click();
    framed().focus();
  } else if (event.code === "Enter" && event.target.matches("[data-tile]")) {
    const alone = event.target.querySelector("[data-loupe]");
    if (alone) {
      alone.click();
    }
  }
});

if (form && tiles.length) {
  form.addEventListener("submit", () => {
    if (!tiles.some((tile) => markOf(tile).checked)) {
      markOf(framed()).checked = true;
    }
  });
  for (const tile of tiles) {
    tile.addEventListener("focusin", () => tiles.forEach((each) => (each.tabIndex = each === tile ? 0 : -1)));
  }
  frame(tiles[0]);
}
