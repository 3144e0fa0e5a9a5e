"""What the node's file says of signing in: second factors, and another sign-in service."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class SecondFactor(StrEnum):
    """Whether everybody needs a second factor at the desk."""

    AUTO = "auto"
    """Where the desk is reached from other machines."""
    REQUIRED = "required"
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True)
class OutsideService:
    """A sign-in service that speaks OpenID Connect.

    Attributes:
        issuer: Its address, exactly as its own documents say it.
        client: By which name it knows this node.
        title: What people call it, on the button.
    """

    issuer: str
    client: str
    title: str


@dataclass(frozen=True, slots=True)
class SignInRules:
    """The rules of signing in.

    Attributes:
        second_factor: Whether everybody needs one.
        outside: The other sign-in service; ``None`` for none.
    """

    second_factor: SecondFactor = SecondFactor.AUTO
    outside: OutsideService | None = None


DEFAULT = SignInRules()


def parse_rules(values: Mapping[str, object]) -> SignInRules | None:
    """Answer the rules that the node's file states, or ``None`` where what it says of them is damaged.

    >>> parse_rules({"sign_in": {"second_factor": "required"}}).second_factor
    <SecondFactor.REQUIRED: 'required'>
    >>> parse_rules({"sign_in": {"second_factor": "perhaps"}})
    """
    stated, outside = values.get("sign_in", {}), values.get("oidc")
    if not isinstance(stated, dict) or not isinstance(outside, dict | None):
        return None
    try:
        second = SecondFactor(stated.get("second_factor", SecondFactor.AUTO))
        return SignInRules(second, None if outside is None else _service(outside))
    except ValueError:
        return None


def is_private(address: SplitResult) -> bool:
    """Answer whether nobody between can read or change what is said there: TLS, or this machine."""
    is_here = address.scheme == "http" and address.hostname in _LOOPBACK
    return bool(address.hostname) and (address.scheme == "https" or is_here)


def _service(values: Mapping[str, object]) -> OutsideService:
    issuer, client = values.get("issuer"), values.get("client")
    title = values.get("title", "OpenID Connect")
    if not (isinstance(issuer, str) and isinstance(client, str) and isinstance(title, str) and client):
        raise ValueError
    address = urlsplit(issuer)
    if not is_private(address) or address.query or address.fragment:
        raise ValueError
    return OutsideService(issuer, client, title)
