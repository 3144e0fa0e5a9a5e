// Two pictures that move together: side by side, in turn (one press, one change: nothing flickers by itself),
// one over the other, or their difference. Masked until both are revealed, and masked again by the same key,
// when the window loses the focus, and when the page is hidden. The first is turned as the evidence says, and
// the second is scaled to it, so that the same places lie on each other.

const place = document.querySelector("[data-two]");
const stages = place ? [...place.querySelectorAll("[data-stage]")] : [];
const images = stages.map((stage) => stage.querySelector("img"));
const canvases = stages.map((stage) => stage.querySelector("canvas"));
const names = place ? [...place.querySelectorAll("[data-name]")].map((each) => each.textContent) : [];
const view = { mode: "side", scale: 1, x: 0, y: 0, second: false };
let shown = [null, null];
let revealed = null;

// For each turn, what it does to a point of a picture of width w and height h; counter-clockwise as in PDQ.
const TURNS = {
  original: () => [1, 0, 0, 1, 0, 0],
  "rotated-90": (w) => [0, -1, 1, 0, 0, w],
  "rotated-180": (w, h) => [-1, 0, 0, -1, w, h],
  "rotated-270": (w, h) => [0, 1, -1, 0, h, 0],
  "flipped-top-bottom": (w, h) => [1, 0, 0, -1, 0, h],
  "flipped-left-right": (w) => [-1, 0, 0, 1, w, 0],
  transposed: () => [0, 1, 1, 0, 0, 0],
  transversed: (w, h) => [0, -1, -1, 0, h, w],
};

function upright(source, turned) {
  const width = source.naturalWidth || source.width;
  const height = source.naturalHeight || source.height;
  const turn = TURNS[turned] || TURNS.original;
  const across = turn(width, height)[0] === 0;
  const made = document.createElement("canvas");
  [made.width, made.height] = across ? [height, width] : [width, height];
  const pen = made.getContext("2d");
  pen.setTransform(...turn(width, height));
  pen.drawImage(source, 0, 0);
  return made;
}

function drawOn(canvas, pictures, how) {
  const box = canvas.parentElement.getBoundingClientRect();
  canvas.width = Math.round(box.width * devicePixelRatio);
  canvas.height = Math.round(box.height * devicePixelRatio);
  const pen = canvas.getContext("2d");
  const [first] = shown;
  pictures.forEach((picture, at) => {
    pen.globalAlpha = how === "overlay" && at ? 0.5 : 1;
    pen.globalCompositeOperation = how === "difference" && at ? "difference" : "source-over";
    const frame = how === "side" ? picture : first;
    const fit = Math.min(canvas.width / frame.width, canvas.height / frame.height) * view.scale;
    const [width, height] = [frame.width * fit, frame.height * fit];
    const left = (canvas.width - width) / 2 + view.x * canvas.width;
    const top = (canvas.height - height) / 2 + view.y * canvas.height;
    pen.drawImage(picture, left, top, width, height);
  });
}

function draw() {
  if (!shown[0] || !shown[1]) {
    return;
  }
  place.dataset.mode = view.mode;
  const both = { side: null, blink: [shown[view.second ? 1 : 0]], overlay: shown, difference: shown }[view.mode];
  if (both) {
    drawOn(canvases[0], both, view.mode);
  } else {
    canvases.forEach((canvas, at) => drawOn(canvas, [shown[at]], "side"));
  }
  canvases.forEach((canvas) => (canvas.hidden = false));
  images.forEach((image) => (image.hidden = true));
  place.querySelector("[data-which]").textContent = view.mode === "blink" ? names[view.second ? 1 : 0] : "";
  for (const button of place.querySelectorAll("[aria-pressed]")) {
    const act = button.dataset.act;
    button.setAttribute("aria-pressed", String(act === "reveal" ? revealed !== null : act === view.mode));
  }
}

function masked() {
  shown = images.map((image, at) => upright(image, at ? "original" : place.dataset.turned));
}

function send(address, values) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const body = new URLSearchParams({ csrfmiddlewaretoken: token, ...values });
  return fetch(address, { method: "POST", body, cache: "no-store", credentials: "same-origin" });
}

async function fetched(image) {
  const values = { token: image.dataset.picture, case: place.dataset.case, lies: "stored" };
  const answer = await send(place.dataset.reveal, values);
  if (!answer.ok) {
    throw new Error("not to be had");
  }
  return createImageBitmap(await answer.blob());
}

async function reveal() {
  const mine = { since: performance.now() };
  revealed = mine;
  try {
    const pictures = await Promise.all(images.map(fetched));
    if (revealed === mine) {
      shown = pictures.map((picture, at) => upright(picture, at ? "original" : place.dataset.turned));
    }
    pictures.forEach((picture) => picture.close());
  } catch {
    revealed = null;
    place.querySelector("[data-gone]").hidden = false;
  }
  draw();
}

function hide() {
  if (revealed === null) {
    return;
  }
  const seconds = Math.round((performance.now() - revealed.since) / 1000);
  revealed = null;
  shown.forEach((canvas) => (canvas.width = 0));
  masked();
  draw();
  send(place.dataset.held, { seconds });
}

const acts = {
  reveal: () => (revealed === null ? reveal() : hide()),
  side: () => (view.mode = "side"),
  blink: () => {
    view.second = view.mode === "blink" && !view.second;
    view.mode = "blink";
  },
  overlay: () => (view.mode = "overlay"),
  difference: () => (view.mode = "difference"),
  closer: () => (view.scale = Math.min(16, view.scale * 1.25)),
  farther: () => (view.scale = Math.max(1, view.scale / 1.25)),
  whole: () => Object.assign(view, { scale: 1, x: 0, y: 0 }),
};

function begin() {
  if (images.some((image) => !image.complete)) {
    return;
  }
  if (images.some((image) => !image.naturalWidth)) {
    place.querySelector("[data-gone]").hidden = false;
    return;
  }
  place.querySelectorAll("[data-tools]").forEach((each) => (each.hidden = false));
  masked();
  draw();
}

function listen() {
  place.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (button) {
      acts[button.dataset.act]();
      draw();
    }
  });
  place.addEventListener("pointermove", (event) => {
    const stage = event.buttons === 1 && event.target.closest("[data-stage]");
    if (stage) {
      view.x += event.movementX / stage.clientWidth;
      view.y += event.movementY / stage.clientHeight;
      draw();
    }
  });
  place.addEventListener("wheel", (event) => {
    if (event.ctrlKey && event.target.closest("[data-stage]")) {
      event.preventDefault();
      acts[event.deltaY < 0 ? "closer" : "farther"]();
      draw();
    }
  }, { passive: false });
  place.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [0.05, 0], ArrowRight: [-0.05, 0], ArrowUp: [0, 0.05], ArrowDown: [0, -0.05] }[event.code];
    if (step && event.target.closest("[data-stage]")) {
      event.preventDefault();
      view.x += step[0];
      view.y += step[1];
      draw();
    }
  });
  place.addEventListener("contextmenu", (event) => event.target.closest("[data-stage]") && event.preventDefault());
  window.addEventListener("blur", hide);
  window.addEventListener("pagehide", hide);
  window.addEventListener("resize", draw);
  document.addEventListener("visibilitychange", () => document.hidden && hide());
  images.forEach((image) => ["load", "error"].forEach((what) => image.addEventListener(what, begin)));
  begin();
}

if (place) {
  listen();
}
