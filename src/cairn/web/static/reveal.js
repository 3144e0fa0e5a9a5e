// Revealing a masked picture: while Space or the button is held, or the picture itself is pressed (then only
// the part around the pointer). The picture comes in the answer to a form, is drawn on a canvas, and is gone
// when the key is let go, the window loses the focus, or the page is hidden. It has no address, and nothing
// plays or shows itself.

const PART = 0.3;
let now = null;

function tokenOf(form) {
  return document.querySelector("[name=csrfmiddlewaretoken]").value;
}

function send(address, values) {
  const body = new URLSearchParams({ csrfmiddlewaretoken: tokenOf(), ...values });
  return fetch(address, { method: "POST", body, cache: "no-store", credentials: "same-origin" });
}

async function reveal(frame, region) {
  hide();
  const place = frame.closest("[data-pictures]").dataset;
  const mine = { frame, place, since: 0, canvas: null };
  now = mine;
  const values = { token: frame.dataset.picture, case: place.case, look: place.look, lies: place.lies || "" };
  const answer = await send(place.reveal, region ? { ...values, region } : values);
  if (!answer.ok) {
    absent(frame);
    return;
  }
  const picture = await createImageBitmap(await answer.blob());
  if (now !== mine) {
    return;
  }
  mine.canvas = document.createElement("canvas");
  mine.canvas.width = picture.width;
  mine.canvas.height = picture.height;
  mine.canvas.getContext("2d").drawImage(picture, 0, 0);
  picture.close();
  frame.append(mine.canvas);
  mine.since = performance.now();
}

function hide() {
  if (now === null) {
    return;
  }
  const { canvas, since, place } = now;
  now = null;
  if (canvas) {
    canvas.width = 0;
    canvas.remove();
    send(place.held, { seconds: Math.round((performance.now() - since) / 1000) });
  }
}

function absent(frame) {
  frame.classList.add("absent");
  frame.querySelector(".gone").hidden = false;
}

function around(event, frame) {
  const box = frame.querySelector("img").getBoundingClientRect();
  const share = (at, from, size) => Math.min(1 - PART, Math.max(0, (at - from) / size - PART / 2));
  const left = share(event.clientX, box.left, box.width);
  const top = share(event.clientY, box.top, box.height);
  return [left, top, PART, PART].map((each) => each.toFixed(4)).join(",");
}

const framesOf = (element) => element.closest("[data-tile]").querySelector("[data-picture]");

document.addEventListener("keydown", (event) => {
  const tile = event.target.closest("[data-tile]");
  if (event.code !== "Space" || !tile || event.target.closest("input, a") || event.ctrlKey || event.metaKey) {
    return;
  }
  event.preventDefault();
  if (!event.repeat) {
    const half = (1 - PART) / 2;
    reveal(framesOf(tile), event.shiftKey ? [half, half, PART, PART].join(",") : "");
  }
});
document.addEventListener("keyup", (event) => event.code === "Space" && hide());

document.addEventListener("pointerdown", (event) => {
  const button = event.target.closest("[data-hold]");
  const frame = event.target.closest("[data-tile] [data-picture]");
  if (event.button !== 0 || !(button || frame)) {
    return;
  }
  if (button) {
    event.preventDefault();
    button.setPointerCapture(event.pointerId);
    reveal(framesOf(button), "");
  } else {
    reveal(frame, around(event, frame));
  }
});
for (const end of ["pointerup", "pointercancel", "blur", "pagehide"]) {
  window.addEventListener(end, hide);
}
document.addEventListener("visibilitychange", () => document.hidden && hide());
document.addEventListener("contextmenu", (event) => event.target.closest(".frame") && event.preventDefault());

for (const button of document.querySelectorAll("[data-hold]")) {
  button.hidden = false;
}
const HOLDER = "[data-picture], .frame";
for (const picture of document.querySelectorAll("[data-picture] img, .frames .frame img")) {
  const check = () => picture.complete && !picture.naturalWidth && absent(picture.closest(HOLDER));
  picture.addEventListener("error", () => absent(picture.closest(HOLDER)));
  check();
}
