"""Where sessions are kept: in the records, found by a digest, so that a copy of the records opens none.

Django finds ``SessionStore`` by the name of this module (``SESSION_ENGINE``).
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, transaction
from django.utils import timezone

from cairn.records.desk_sessions import DeskSession
from cairn.records.lock import node_work

if TYPE_CHECKING:
    from django.db.models import QuerySet

USER, BROWSER, STARTED, SEEN = "user", "browser", "started", "seen"
"""The keys of a session's content that have a column of their own."""


def digest_of(key: str | None) -> str:
    """Answer what a session is found by; the key itself is kept by the browser alone."""
    return hashlib.sha256((key or "").encode()).hexdigest()


class SessionStore(SessionBase):
    """A session of the records."""

    @node_work("a session is looked up")
    def load(self) -> dict[str, Any]:
        """Answer the content, empty where the session has ended or never was."""
        rows = _rows(self.session_key).filter(ends_at__gt=timezone.now())
        for content in rows.values_list("content", flat=True):  # There is one at most.
            return dict(self.decode(content))
        self._session_key = None
        return {}

    @node_work("a session is looked up")
    def exists(self, session_key: str) -> bool:
        """Answer whether there is a session of that key."""
        return _rows(session_key).exists()

    def create(self) -> None:
        """Begin a session under a new key."""
        while True:
            self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]  # Django's own store does the same
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    @node_work("a session is written")
    def save(self, must_create: bool = False) -> None:  # noqa: FBT002 - Django's signature
        """Write the session down.

        Raises:
            CreateError: There is one of that key already.
            UpdateError: It was ended meanwhile, by a sign-out elsewhere.
        """
        if self.session_key is None:
            self.create()
            return
        content = self._get_session(no_load=must_create)  # type: ignore[attr-defined]  # as above
        values = _columns(content) | {"content": self.encode(content), "ends_at": self.get_expiry_date()}
        if must_create:
            self._insert(values)
            return
        with transaction.atomic():  # In its turn: alone, it would try again and again while others write.
            if not _rows(self.session_key).update(**values):
                raise UpdateError

    def _insert(self, values: dict[str, Any]) -> None:
        now = timezone.now()
        values = {"started_at": now, "seen_at": now} | values
        try:
            with transaction.atomic():
                DeskSession.objects.create(key_digest=digest_of(self.session_key), **values)
        except IntegrityError:
            raise CreateError from None

    @node_work("a session is ended")
    def delete(self, session_key: str | None = None) -> None:
        """End the session."""
        _rows(session_key or self.session_key).delete()

    @classmethod
    @node_work("sessions that are over are forgotten")
    def clear_expired(cls) -> None:
        """Forget the sessions that are over."""
        DeskSession.objects.filter(ends_at__lte=timezone.now()).delete()


def _rows(key: str | None) -> QuerySet[DeskSession]:
    return DeskSession.objects.filter(key_digest=digest_of(key))


def _columns(content: dict[str, Any]) -> dict[str, Any]:
    columns: dict[str, Any] = {"user_id": content.get(USER), "browser": content.get(BROWSER, "")}
    for key, column in ((STARTED, "started_at"), (SEEN, "seen_at")):
        if key in content:
            columns[column] = datetime.fromtimestamp(content[key], tz=UTC)
    return columns
