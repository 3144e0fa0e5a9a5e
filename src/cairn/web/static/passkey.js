// Passkeys: a form with data-passkey="new" or "known" gets its answer from the browser, and is then sent as any
// form is. Without scripts, or where the browser has no passkeys, the form stays hidden.

const bytesOf = (text) => {
  const standard = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(standard), (letter) => letter.charCodeAt(0));
};

const textOf = (buffer) => {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
};

const known = (list) => (list || []).map((each) => ({ ...each, id: bytesOf(each.id) }));

async function made(options) {
  const publicKey = {
    ...options,
    challenge: bytesOf(options.challenge),
    user: { ...options.user, id: bytesOf(options.user.id) },
    excludeCredentials: known(options.excludeCredentials),
  };
  const credential = await navigator.credentials.create({ publicKey });
  return answerOf(credential, { attestationObject: textOf(credential.response.attestationObject) });
}

async function proven(options) {
  const publicKey = {
    ...options,
    challenge: bytesOf(options.challenge),
    allowCredentials: known(options.allowCredentials),
  };
  const credential = await navigator.credentials.get({ publicKey });
  const { authenticatorData, signature, userHandle } = credential.response;
  return answerOf(credential, {
    authenticatorData: textOf(authenticatorData),
    signature: textOf(signature),
    userHandle: userHandle ? textOf(userHandle) : null,
  });
}

function answerOf(credential, response) {
  const clientDataJSON = textOf(credential.response.clientDataJSON);
  const id = textOf(credential.rawId);
  return { id, rawId: id, type: credential.type, response: { clientDataJSON, ...response }, clientExtensionResults: {} };
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential || !navigator.credentials) {
    continue;
  }
  form.hidden = false;
  const failed = form.querySelector("[data-passkey-failed]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    failed.hidden = true;
    try {
      const options = JSON.parse(form.dataset.options);
      const answer = await (form.dataset.passkey === "new" ? made(options) : proven(options));
      form.querySelector("[data-passkey-answer]").value = JSON.stringify(answer);
      form.submit();
    } catch {
      failed.hidden = false;
    }
  });
}
