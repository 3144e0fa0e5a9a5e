"""Whether police may see an authority's word about a media, as the database decides it for every row.

Django would write this condition too, from four questions within the question, and take longer to write it
than the database takes to answer. So it is written out here, once for both databases.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db.models import BooleanField, F, Func

from cairn.types import Handling

if TYPE_CHECKING:
    from typing import Any

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler, _AsSqlType

    from cairn.records.users import Actor

LIFTED = (
    "(veil.owner_id = @me OR (NOT veil.is_withdrawn AND (veil.handling = @alliance OR veil.lead_id = @me"
    " OR (veil.handling = @named AND veil.named LIKE @among))))"
)
"""The condition on a ``veil`` under which a police authority sees the series."""
_VALUE = re.compile("@(?:me|among|alliance|named)")
_VEIL = "EXISTS (SELECT 1 FROM records_veil veil WHERE veil.media_id = {media} AND {condition})"


def veiled(media: str, condition: str) -> str:
    """Answer the condition that the media lies in a series whose veil fulfils another one."""
    return _VEIL.format(media=media, condition=condition)


def with_values(condition: str, me: int) -> tuple[str, tuple[int | str, ...]]:
    """Answer a condition with places for its values, and these.

    Who asks is ``@me``, and ``@among`` in a list; ``@alliance`` and ``@named`` are handlings.
    They are no part of the text, so that it is the same whoever asks, and a database plans it once.
    """
    values: dict[str, int | str] = {
        "@me": me,
        "@among": f"%,{me},%",
        "@alliance": Handling.ALLIANCE.value,
        "@named": Handling.NAMED.value,
    }
    return _VALUE.sub("%s", condition), tuple(values[each] for each in _VALUE.findall(condition))


class Shown(Func):
    """True where no series hides the media from the actor, or where it does not hide this authority's word.

    A media that lies in a series which the actor sees is known anyway; then only the word of those is hidden
    who own a series that the actor may not see, and none that the actor may.
    """

    output_field = BooleanField()

    def __init__(self, media: str, authority: str, *, actor: Actor) -> None:
        """Take the names of the two fields of the row, and who asks."""
        super().__init__(F(media), F(authority))
        self.me = actor.authority.pk

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any) -> _AsSqlType:  # type: ignore[override]  # noqa: ARG002 - Django's signature
        """Write the condition."""
        (media, _none), (by, _no) = (compiler.compile(each) for each in self.source_expressions)
        hidden = veiled(media, f"NOT {LIFTED}")
        hidden_by_owner = veiled(media, f"NOT {LIFTED} AND veil.owner_id = {by}")
        seen, seen_by_owner = veiled(media, LIFTED), veiled(media, f"{LIFTED} AND veil.owner_id = {by}")
        shown = f"(NOT {hidden} OR ({seen} AND NOT {hidden_by_owner}) OR {seen_by_owner})"
        return with_values(shown, self.me)
