"""Finding a series by what an authority calls it; what is not visible is not there.

Looked for in this order: the authority's own series and its own names for those of others; ``OWNER/NAME``;
the names that others gave. A series that was merged into another leads to that one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.errors import InputError
from cairn.records.access import missing, visible_series
from cairn.records.lock import under_lock
from cairn.records.series import Series, SeriesAlias
from cairn.sentences import Sentence
from cairn.services.typed_text import is_recordable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from cairn.records.users import Actor

MOST_LISTED = 20
"""Series of one name that a sentence lists; nobody reads more."""


@under_lock
def find_series(name: str, *, actor: Actor) -> Series:
    """Answer the one series that the actor calls so.

    Raises:
        InputError: There is none that the actor may see, or several (``series.missing``,
            ``series.ambiguous``).
    """
    if is_recordable(name):
        for rows in _wanted(name, actor):
            found = {each.pk: each for row in rows for each in _standing(row, actor)}
            if len(found) == 1:
                return next(iter(found.values()))
            if found:
                raise _ambiguous(name, found.values())
    raise _missing(name, actor)


@under_lock
def numbered_series(number: int, *, actor: Actor) -> Series:
    """Answer the series of that number, or the one that it was merged into, where the actor may see it.

    Raises:
        AccessError: There is none (``access.missing``).
    """
    row = visible_series(actor).filter(pk=number).select_related("owner", "lead").first()
    found = () if row is None else _standing(row, actor)
    if not found:
        raise missing()
    return found[0]


@under_lock
def name_for(series: Series, *, actor: Actor) -> str:
    """Answer a name by which ``find_series`` leads this actor to this series, and to no other.

    Raises:
        InputError: The actor calls another series so (``series.ambiguous``).
    """
    name = full_name(series)
    if find_series(name, actor=actor).pk != series.pk:
        raise InputError(
            Sentence(
                "%(code)s calls another series '%(name)s'. Take that name back first.",
                code=actor.authority.code,
                name=name,
            ),
            code="series.ambiguous",
        )
    return name


@under_lock
def own_series(name: str, *, actor: Actor) -> Series:
    """Answer the series that the actor calls so and that the actor's authority owns.

    Raises:
        InputError: There is none (``series.missing``); a series of others is not told apart from none.
    """
    found = find_series(name, actor=actor)
    if found.owner_id != actor.authority.pk:
        raise _missing(name, actor)
    return found


@under_lock
def workable_series(name: str, *, actor: Actor) -> Series:
    """Answer the series that the actor calls so and that the actor's authority owns or leads.

    Raises:
        InputError: There is none (``series.missing``); a series of others is not told apart from none.
    """
    found = find_series(name, actor=actor)
    if actor.authority.pk not in {found.owner_id, found.lead_id}:
        raise _missing(name, actor)
    return found


def full_name(series: Series) -> str:
    """Answer the name that leads to one series for everybody who sees it."""
    return f"{series.owner.code}/{series.name}"


def _wanted(name: str, actor: Actor) -> Iterable[QuerySet[Series]]:
    rows = visible_series(actor).select_related("owner", "lead").order_by("owner__code", "pk")
    called = SeriesAlias.objects.filter(authority=actor.authority, name=name).values_list("series", flat=True)
    own = Series.objects.filter(owner=actor.authority, name=name).values_list("pk", flat=True)
    yield rows.filter(pk__in=[*own, *called])  # Two short questions: one with "or" reads the whole table.
    owner, _, rest = name.partition("/")
    if rest:
        yield rows.filter(owner__code=owner, name=rest)
    yield rows.filter(name=name)


def _standing(row: Series, actor: Actor) -> tuple[Series, ...]:
    """Answer the series into which this one was merged in the end, where the actor may see it."""
    rows = visible_series(actor).select_related("owner", "lead")
    found: Series | None = row
    while found is not None and found.merged_into_id is not None:
        found = rows.filter(pk=found.merged_into_id).first()
    return () if found is None else (found,)


def _missing(name: str, actor: Actor) -> InputError:
    return InputError(
        Sentence(
            "%(code)s has no series '%(name)s', and sees none. See: cairn series list",
            code=actor.authority.code,
            name=name,
        ),
        code="series.missing",
    )


def _ambiguous(name: str, found: Iterable[Series]) -> InputError:
    listed = ", ".join(f"'{full_name(each)}'" for each in list(found)[:MOST_LISTED])
    return InputError(
        Sentence("Several series are called '%(name)s'. Name one of: %(listed)s", name=name, listed=listed),
        code="series.ambiguous",
    )
