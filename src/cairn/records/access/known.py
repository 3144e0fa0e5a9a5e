"""Whether an actor knows something of a media, or may see a series, as the database decides it for every row.

They are written out for the reason that ``shown`` gives: each page of the desk asks several of these
questions, and Django took most of the page's time to write them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import BooleanField, F, Func
from django.db.models.expressions import Col

from cairn.records.access.shown import LIFTED, veiled, with_values

if TYPE_CHECKING:
    from typing import Any

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler, _AsSqlType

    from cairn.records.users import Actor

_OWN = (
    "EXISTS (SELECT 1 FROM records_sighting own WHERE own.media_id = {media} AND own.authority_id = @me)"
    " OR EXISTS (SELECT 1 FROM records_categorisation own"
    " WHERE own.media_id = {media} AND own.authority_id = @me)"
)
_OWNS_SERIES = (
    "EXISTS (SELECT 1 FROM records_seriesmedia lies JOIN records_series held ON held.id = lies.series_id"
    " WHERE lies.media_id = {media} AND held.owner_id = @me)"
)
_RECORDED = (
    "EXISTS (SELECT 1 FROM records_sighting said WHERE said.media_id = {media} AND said.withdrawn_at IS NULL)"
    " OR EXISTS (SELECT 1 FROM records_categorisation said"
    " WHERE said.media_id = {media} AND said.withdrawn_at IS NULL)"
    " OR EXISTS (SELECT 1 FROM records_seriesmedia lies WHERE lies.media_id = {media})"
)
_MEASURED = (
    "EXISTS (SELECT 1 FROM records_checkitem item JOIN records_check run ON run.id = item.check_run_id"
    " WHERE item.media_id = {media} AND run.authority_id = @me)"
)
_SHARED = """({series}.withdrawn_at IS NULL AND ({series}.handling = @alliance OR {series}.lead_id = @me
    OR ({series}.handling = @named AND {series}.id IN
    (SELECT told.series_id FROM records_series_named told WHERE told.authority_id = @me))))"""


class Known(Func):
    """True where the actor sees a sighting of the media, a category, or a series that it lies in.

    The rules of those tables are not asked, because databases plan questions within questions badly. With
    ``measured`` it is true as well where a check of the actor's authority has measured the media.
    """

    output_field = BooleanField()

    def __init__(self, media: str, *, actor: Actor, measured: bool = False) -> None:
        """Take the name of the field of the row, and who asks: somebody who works with material."""
        super().__init__(F(media))
        self.me, self.is_police, self.measured = actor.authority.pk, actor.authority.is_police, measured

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any) -> _AsSqlType:  # type: ignore[override]  # noqa: ARG002 - Django's signature
        """Write the condition."""
        media, _none = compiler.compile(self.source_expressions[0])
        ways = [_OWN, *([_MEASURED] if self.measured else []), *([] if self.is_police else [_OWNS_SERIES])]
        known = [way.format(media=media) for way in ways]
        if self.is_police:
            hidden = veiled(media, f"NOT {LIFTED}")
            known += [veiled(media, LIFTED), f"(NOT {hidden} AND ({_RECORDED.format(media=media)}))"]
        return with_values(f"({' OR '.join(known)})", self.me)


class Told(Func):
    """True where the actor may learn of the series; see ``visibility`` for the rule in words."""

    output_field = BooleanField()

    def __init__(self, path: str, *, actor: Actor) -> None:
        """Take the way from the row to its series, such as ``series__``, and who asks.

        The owner stands for the whole row, because it is a column of the series itself: so Django joins the
        series where the row is another one.
        """
        super().__init__(F(f"{path}owner"))
        self.me, self.is_police = actor.authority.pk, actor.authority.is_police

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any) -> _AsSqlType:  # type: ignore[override]  # noqa: ARG002 - as above
        """Write the condition."""
        (owner,) = self.source_expressions
        own = f"{compiler.compile(owner)[0]} = @me"
        if not self.is_police:
            return with_values(f"({own})", self.me)
        if not isinstance(owner, Col):
            raise TypeError("The series that is asked about has no row here.")
        shared = _SHARED.format(series=compiler.quote_name_unless_alias(owner.alias))
        return with_values(f"({own} OR {shared})", self.me)
