"""Signing in through the other service: the authorization code flow with PKCE, a state and a nonce.

Source: OpenID Connect Core 1.0, 3.1; RFC 7636 (PKCE); RFC 9700 (security of OAuth). ID tokens are checked by
``joserfc``. A person of the node is found by the name that an administrator has recorded, and never made.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.connection import database_errors_in_words
from cairn.records.factors import OutsideName
from cairn.records.lock import as_the_node
from cairn.records.users import Actor, User
from cairn.sentences import Sentence
from cairn.services.directory.acting import let_in
from cairn.services.factors.attempts import locked
from cairn.services.factors.owned import has_factor
from cairn.services.outside.fetching import fetch
from cairn.services.outside.provider import discover
from cairn.services.typed_text import is_recordable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cairn.records.sign_in_rules import OutsideService
    from cairn.services.node.opening import Node
    from cairn.services.outside.provider import Provider

ALGORITHMS = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "Ed25519",
    "EdDSA",
)
"""Signatures with a key pair: with a shared secret, or with none, whoever knows the client could sign."""
LEEWAY_S = 60
"""How far the clocks of the two may differ."""
WAITS_S = 600
"""How long the way there and back may take."""
_BYTES = 32


def way_there(service: OutsideService, *, back: str) -> tuple[str, dict[str, Any]]:
    """Answer where the browser is sent, and what its session keeps until it is back.

    Args:
        service: The other service.
        back: The address to which it sends the browser back.

    Raises:
        PeerError: The service does not answer (``outside.unreachable``).
    """
    provider = discover(service)
    kept = {name: secrets.token_urlsafe(_BYTES) for name in ("state", "nonce", "verifier")}
    digest = hashlib.sha256(kept["verifier"].encode("ascii")).digest()
    asked = {
        "response_type": "code",
        "scope": "openid",
        "client_id": service.client,
        "redirect_uri": back,
        "state": kept["state"],
        "nonce": kept["nonce"],
        "code_challenge": base64.urlsafe_b64encode(digest).decode("ascii").rstrip("="),
        "code_challenge_method": "S256",
    }
    joint = "&" if "?" in provider.authorize else "?"
    return provider.authorize + joint + urlencode(asked), {**kept, "at": int(timezone.now().timestamp())}


def way_back(
    node: Node, service: OutsideService, *, kept: Mapping[str, Any], said: Mapping[str, str], back: str
) -> User:
    """Answer the person whom the service vouches for; it is audited either way.

    Args:
        node: Where the person signs in.
        service: The other service.
        kept: What ``way_there`` gave to the session.
        said: What the browser brought back in its address.
        back: As in ``way_there``.

    Raises:
        InputError: It vouches for nobody, or for nobody of the node (``outside.refused``).
        PeerError: It does not answer (``outside.unreachable``).
    """
    subject = _subject(service, kept=kept, said=said, back=back)
    with database_errors_in_words(), transaction.atomic(), as_the_node("a person signs in from outside"):
        person = None if subject is None else _person(service, subject)
        if person is not None:
            let_in(person, is_whole=not has_factor(person))
            return person
        audit.append(audit.AuditTag.USER_REFUSED, actor=Actor.operator(node.authority))
    raise InputError(
        Sentence(
            "The other sign-in service vouches for nobody whom this node knows. Ask your administrator."
        ),
        code="outside.refused",
    )


def _subject(
    service: OutsideService, *, kept: Mapping[str, Any], said: Mapping[str, str], back: str
) -> str | None:
    age = timezone.now().timestamp() - kept.get("at", 0)
    is_ours = bool(kept) and constant_time_compare(said.get("state", ""), kept.get("state", ""))
    # RFC 9207: where the answer says who gives it, that is compared.
    is_theirs = said.get("iss", service.issuer) == service.issuer
    if not (is_ours and is_theirs and 0 <= age <= WAITS_S and said.get("code")):
        return None
    provider = discover(service)
    answer = _exchanged(service, provider, code=said["code"], verifier=kept["verifier"], back=back)
    token = answer.get("id_token")
    return _checked(service, fetch(provider.keys), token, kept["nonce"]) if isinstance(token, str) else None


def _exchanged(
    service: OutsideService, provider: Provider, *, code: str, verifier: str, back: str
) -> dict[str, Any]:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
    secret = os.environ.get("CAIRN_OIDC_SECRET", "")
    if secret and provider.takes_basic:
        # RFC 6749, 2.3.1: both halves are encoded before they are joined.
        pair = f"{quote(service.client, safe='')}:{quote(secret, safe='')}"
        basic = base64.b64encode(pair.encode("ascii")).decode("ascii")
        return fetch(provider.token, form=form, headers={"Authorization": f"Basic {basic}"})
    form |= {"client_id": service.client} | ({"client_secret": secret} if secret else {})
    return fetch(provider.token, form=form)


def _checked(service: OutsideService, keys: Any, token: str, nonce: str) -> str | None:
    """Answer whom the ID token names, where it holds. Source: OpenID Connect Core 1.0, 3.1.3.7."""
    rules = jwt.JWTClaimsRegistry(
        now=int(timezone.now().timestamp()),
        leeway=LEEWAY_S,
        iss={"essential": True, "value": service.issuer},
        aud={"essential": True, "value": service.client},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
        sub={"essential": True},
    )
    try:
        claims = jwt.decode(token, KeySet.import_key_set(keys), algorithms=list(ALGORITHMS)).claims
        rules.validate(claims)
    except (JoseError, ValueError, KeyError, TypeError, AttributeError):
        return None
    subject, audience, party = claims["sub"], claims["aud"], claims.get("azp", service.client)
    is_for_us = party == service.client and (isinstance(audience, str) or audience == [service.client])
    return subject if isinstance(subject, str) and is_for_us else None


def _person(service: OutsideService, subject: str) -> User | None:
    if not is_recordable(subject):
        return None
    row = OutsideName.objects.filter(issuer=service.issuer, subject=subject).first()
    return None if row is None else locked(row.user_id)
