"""Who calls: a key as ``Bearer``, or as the password of an address such as ``https://key:KEY@node/api/hma``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ninja.security import HttpBasicAuth

from cairn.api.bearer import holder_of
from cairn.api.uploads import UploadBearer, ready_for_files
from cairn.records.keys import Scope

if TYPE_CHECKING:
    from django.http import HttpRequest

    from cairn.services.keys.calling import Caller


class HmaBasic(HttpBasicAuth):
    """The same for clients that know an address alone; what stands before the colon counts for nothing."""

    def authenticate(self, request: HttpRequest, username: str, password: str) -> Caller:  # noqa: ARG002 - ninja's
        """Answer the caller.

        Raises:
            AccessError: As ``Bearer`` says.
        """
        caller = holder_of(password, frozenset({Scope.CHECK}))
        ready_for_files(request)
        return caller


DOORS = [UploadBearer(Scope.CHECK), HmaBasic()]
