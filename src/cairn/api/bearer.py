"""Who calls: the key that a call carries, and whether it is for such a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest
from ninja.security import HttpBearer

from cairn.errors import AccessError
from cairn.services.keys.calling import Caller, caller_of, spend

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from cairn.records.keys import Scope


class Call(HttpRequest):
    """A call by somebody who has shown a key that holds."""

    auth: Caller


class Bearer(HttpBearer):
    """Lets keys with one of these scopes through; others learn nothing of what is behind."""

    def __init__(self, *scopes: Scope) -> None:
        """Take the scopes of which a key needs one."""
        super().__init__()
        self.scopes = frozenset(scopes)

    def authenticate(self, request: HttpRequest, token: str) -> Caller:  # noqa: ARG002 - ninja's signature
        """Answer the caller.

        Raises:
            AccessError: The key does not hold (``key.refused``), or is not for such a call (``key.scope``).
            LimitError: A limit of the key is reached.
        """
        return holder_of(token, self.scopes)


def holder_of(token: str, scopes: AbstractSet[Scope]) -> Caller:
    """Answer who has this key, where it is for one of the scopes.

    Raises:
        AccessError: The key does not hold (``key.refused``), or is not for such a call (``key.scope``).
    """
    caller = caller_of(token)
    if not caller.scopes & scopes:
        raise AccessError("This key is not for such a call.", code="key.scope")
    return caller


def asked(call: Call, questions: int = 1) -> Caller:
    """Answer who calls, after what is asked was counted; every call begins with it.

    Raises:
        LimitError: A limit of the key is reached.
    """
    spend(call.auth, questions)
    return call.auth
