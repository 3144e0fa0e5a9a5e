"""A passkey in software: what a browser and its device would answer, with a key of the test's own."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

PRESENT, VERIFIED, ATTESTED = 1, 4, 64


class Device:
    """A device with one passkey; each answer counts up, as a security key does."""

    def __init__(self, host: str = "localhost", origin: str = "http://localhost") -> None:
        self.host, self.origin = host, origin
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.number = secrets.token_bytes(16)
        self.handle = ""
        self.count = 0

    def new(self, options: str) -> str:
        asked = json.loads(options)
        assert asked["rp"]["id"] == self.host
        self.handle = asked["user"]["id"]
        public = ES256.from_cryptography_key(self.key.public_key())  # type: ignore[no-untyped-call]  # theirs
        data = AttestedCredentialData.create(Aaguid(bytes(16)), self.number, public)
        made = self._data(PRESENT | VERIFIED | ATTESTED, bytes(data))
        return self._answer(
            CollectedClientData.create("webauthn.create", asked["challenge"], self.origin),
            {"attestationObject": websafe_encode(AttestationObject.create("none", made, {}))},
        )

    def proof(self, options: str, *, flags: int = PRESENT | VERIFIED) -> str:
        self.count += 1
        client = CollectedClientData.create("webauthn.get", json.loads(options)["challenge"], self.origin)
        data = self._data(flags)
        signature = self.key.sign(bytes(data) + client.hash, ec.ECDSA(SHA256()))
        return self._answer(
            client,
            {
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
                "userHandle": self.handle,
            },
        )

    def _data(self, flags: int, made: bytes = b"") -> AuthenticatorData:
        host = hashlib.sha256(self.host.encode()).digest()
        data = AuthenticatorData.create(host, AuthenticatorData.FLAG(flags), self.count, made)
        return AuthenticatorData(bytes(data))

    def _answer(self, client: CollectedClientData, response: dict[str, Any]) -> str:
        number = websafe_encode(self.number)
        response["clientDataJSON"] = websafe_encode(client)
        return json.dumps({"id": number, "rawId": number, "type": "public-key", "response": response})
