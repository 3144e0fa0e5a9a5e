"""What the other service says of itself: OpenID Connect Discovery 1.0, asked of that issuer alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cairn.errors import PeerError
from cairn.records.sign_in_rules import is_private
from cairn.services.outside.fetching import fetch

if TYPE_CHECKING:
    from cairn.records.sign_in_rules import OutsideService

_DOCUMENT = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Provider:
    """Where what is asked.

    Attributes:
        authorize: Where the browser is sent.
        token: Where a code becomes an ID token.
        keys: Where its public keys are.
        takes_basic: It takes the secret as HTTP Basic, which is the default.
    """

    authorize: str
    token: str
    keys: str
    takes_basic: bool


def discover(service: OutsideService) -> Provider:
    """Answer what the service says of itself.

    Raises:
        PeerError: It does not answer, or calls itself something else (``outside.unreachable``).
    """
    said = fetch(service.issuer.rstrip("/") + _DOCUMENT)
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    places = [said.get(name) for name in names]
    methods = said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    # Discovery, 4.3: the issuer is compared as it stands, so that one service cannot speak for another.
    if said.get("issuer") != service.issuer or not isinstance(methods, list):
        raise _unusable()
    authorize, token, keys = (_place(each) for each in places)
    return Provider(authorize, token, keys, "client_secret_basic" in methods)


def _place(said: object) -> str:
    if not isinstance(said, str) or not is_private(urlsplit(said)):
        raise _unusable()
    return said


def _unusable() -> PeerError:
    return PeerError(
        "The other sign-in service is not the one in the node's file.", code="outside.unreachable"
    )
