// Sends chosen files in parts. What the node has already is not sent again, a broken line is waited for, and
// each part may be sent twice without harm. Without this script the form sends everything at once.

const AT_ONCE = 4;
const form = document.querySelector("form[data-parts]");
const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
const address = form.dataset.parts;
const bar = form.querySelector("progress");
const status = form.querySelector("[role=status]");
const hold = form.querySelector("[data-hold]");
const refused = form.querySelector("[data-refused]");
const begin = document.querySelector("[data-begin]");
const hereBytes = document.querySelector("[data-here-bytes]");
const here = document.querySelector("[data-here]");
let held = false;
let busy = false;

const wait = (ms) => new Promise((done) => setTimeout(done, ms));
// As the node counts them in the page: 1024 bytes, and again.
const inMega = (bytes) => (bytes / 1048576).toLocaleString(undefined, { maximumFractionDigits: 1 });
const pathOf = (file) => file.webkitRelativePath || file.name;

class Refusal extends Error {}

async function ask(query, method, body) {
  for (;;) {
    while (held) {
      await wait(300);
    }
    let answer = null;
    try {
      answer = await fetch(`${address}?${query}`, { method, body, headers: { "X-CSRFToken": token } });
    } catch {
      status.textContent = form.dataset.broken;
      await wait(3000);
      continue;
    }
    if (answer.redirected) {
      location.reload();
      await wait(60000);
    }
    if (answer.ok) {
      return answer.json();
    }
    const said = answer.headers.get("Content-Type").startsWith("application/json") ? await answer.json() : {};
    if (answer.status >= 500) {
      await wait(3000);
    } else {
      throw new Refusal(said.sentence || String(answer.status));
    }
  }
}

async function sendOne(file, partBytes, count) {
  const path = pathOf(file);
  const query = (offset) => new URLSearchParams({ path, size: file.size, modified: Math.max(0, file.lastModified), offset });
  let at = 0;
  if (file.size > partBytes) {
    at = (await ask(new URLSearchParams({ path, size: file.size }), "GET")).received;
    count(at);
  }
  while (at < file.size || file.size === 0) {
    const { received } = await ask(query(at), "PUT", file.slice(at, at + partBytes));
    count(received - at);
    at = received;
    if (file.size === 0) {
      return;
    }
  }
}

function refuse(file, sentence) {
  const row = document.createElement("li");
  const name = document.createElement("bdi");
  name.textContent = pathOf(file);
  row.append(`${form.dataset.failed} `, name, ` ${sentence}`);
  refused.append(row);
}

async function send(chosen) {
  const known = await ask("", "GET");
  const waiting = chosen.filter((file) => known.files[pathOf(file)] !== file.size);
  const all = waiting.reduce((sum, file) => sum + file.size, 0);
  let sent = 0;
  let done = chosen.length - waiting.length;
  const show = () => {
    bar.max = Math.max(all, 1);
    bar.value = all ? sent : 1;
    status.textContent = `${done.toLocaleString()} / ${chosen.length.toLocaleString()} · ${inMega(sent)} / ${inMega(all)} MB`;
  };
  const count = (bytes) => {
    sent += bytes;
    show();
  };
  const worker = async () => {
    for (let file = waiting.shift(); file; file = waiting.shift()) {
      try {
        await sendOne(file, known.part_bytes, count);
        done += 1;
      } catch (error) {
        refuse(file, error instanceof Refusal ? error.message : "");
      }
      show();
    }
  };
  show();
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const now = await ask("", "GET");
  here.textContent = Object.keys(now.files).length.toLocaleString();
  const bytes = Object.values(now.files).reduce((sum, size) => sum + size, 0);
  hereBytes.textContent = `${inMega(bytes)} MB`;
  begin.disabled = Object.keys(now.files).length === 0;
  begin.focus();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const chosen = [...form.querySelectorAll("input[type=file]")].flatMap((field) => [...field.files]);
  if (busy || chosen.length === 0) {
    return;
  }
  busy = true;
  begin.disabled = true;
  refused.replaceChildren();
  form.querySelector("[data-progress]").hidden = false;
  hold.hidden = false;
  try {
    await send(chosen);
  } finally {
    busy = false;
    hold.hidden = true;
  }
});

hold.addEventListener("click", () => {
  held = !held;
  hold.setAttribute("aria-pressed", String(held));
});

window.addEventListener("beforeunload", (event) => {
  if (busy) {
    event.preventDefault();
  }
});
