"""Who fetches: a key as the password of a user of any name, as such programs send it, or as ``Bearer``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ninja.security import HttpBasicAuth

from cairn.api.bearer import Bearer, holder_of
from cairn.records.keys import Scope

if TYPE_CHECKING:
    from django.http import HttpRequest

    from cairn.services.keys.calling import Caller


class KeyAsPassword(HttpBasicAuth):
    """Lets keys with a scope through; what stands before the colon counts for nothing."""

    def __init__(self, scope: Scope) -> None:
        """Take the scope that a key needs."""
        super().__init__()
        self._scopes = frozenset({scope})

    def authenticate(self, request: HttpRequest, username: str, password: str) -> Caller:  # noqa: ARG002 - ninja's
        """Answer the caller.

        Raises:
            AccessError: As ``Bearer`` says.
        """
        return holder_of(password, self._scopes)


DOORS = [Bearer(Scope.EXCHANGE_READ), KeyAsPassword(Scope.EXCHANGE_READ)]
SAYING = [Bearer(Scope.EXCHANGE_FEEDBACK), KeyAsPassword(Scope.EXCHANGE_FEEDBACK)]
