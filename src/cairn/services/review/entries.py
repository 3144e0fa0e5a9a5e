"""What is shown of a content in the queue of a case: its files, what is said of it, how its videos begin."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Max

from cairn.records.access import visible_to
from cairn.records.categories import Categorisation
from cairn.records.footage import Footage
from cairn.records.jobs import CheckItem
from cairn.records.lock import under_lock
from cairn.records.sightings import Sighting
from cairn.services.footage.columns import from_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cairn.records.cases import Case
    from cairn.records.media import Media
    from cairn.records.users import Actor

FAR_FROM_ALL = -1.0
"""Stands in the order for what is near nothing: farther than every score."""


@dataclass(frozen=True, slots=True)
class Word:
    """What an authority says of a media with a category."""

    authority: str
    typed: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One content of the queue.

    Attributes:
        sha256: Hexadecimal.
        name: Of one of its files; the text of others.
        copies: Files in the case with this content.
        width: In pixels, where known.
        height: As width.
        media_type: Such as ``image/jpeg``.
        nearest: How near the nearest recorded media is, 0 to 1; ``None`` where none is near.
        words: What authorities say of it; several schemes, or several authorities, may differ.
        is_disputed: Whether two words of one scheme differ.
        moves: Whether it is a video, or a picture that moves.
        length_s: How far it was followed as a video; ``None`` where nothing of that is kept.
        shots: When its shots begin, in seconds, as far as they are kept.
    """

    sha256: str
    name: str
    copies: int
    width: int | None
    height: int | None
    media_type: str
    nearest: float | None
    words: tuple[Word, ...]
    is_disputed: bool
    moves: bool = False
    length_s: float | None = None
    shots: tuple[float, ...] = ()


@under_lock
def entries_of(rows: Iterable[Media], case: Case, actor: Actor) -> tuple[Entry, ...]:
    """Answer what is shown of some contents of a case.

    Args:
        rows: Each with ``nearest``, a score or ``FAR_FROM_ALL``.
        case: The actor's own.
        actor: Who looks.
    """
    rows = list(rows)
    numbers = [row.pk for row in rows]
    files = _files(numbers, case, actor)
    words = _words(numbers, actor)
    films = _films([row.pk for row in rows if row.moves], actor)
    return tuple(
        Entry(
            sha256=bytes(row.sha256 or b"").hex(),
            name=files.get(row.pk, ("", 0))[0],
            copies=files.get(row.pk, ("", 1))[1],
            width=row.width,
            height=row.height,
            media_type=row.media_type or "",
            nearest=_told(row.nearest),  # type: ignore[attr-defined]  # annotated above
            words=words.get(row.pk, ()),
            is_disputed=_disputed(words.get(row.pk, ())),
            moves=row.moves and not (row.pk in films and not films[row.pk][1]),
            length_s=films[row.pk][0] if row.pk in films else None,
            shots=films[row.pk][1] if row.pk in films else (),
        )
        for row in rows
    )


def _films(numbers: list[int], actor: Actor) -> Mapping[int, tuple[float, tuple[float, ...]]]:
    """Answer how long videos are and when their shots begin; none begins where it turned out not to move."""
    rows = visible_to(actor, Footage).filter(media__in=numbers).values_list("media", "covered_s", "columns")
    found = {}
    for number, covered_s, columns in rows:
        frames = from_columns(bytes(columns))
        found[number] = (covered_s, tuple(frames.at[frames.shot].tolist()))
    return found


def _told(nearest: float) -> float | None:
    return None if nearest == FAR_FROM_ALL else nearest


def _files(numbers: list[int], case: Case, actor: Actor) -> Mapping[int, tuple[str, int]]:
    """Answer a name and the number of files of each media: as registered, else as checked."""
    found: dict[int, tuple[str, int]] = {}
    sightings = Sighting.objects.filter(
        media__in=numbers, exhibit__case=case, authority=actor.authority, withdrawn_at=None
    )
    items = CheckItem.objects.filter(media__in=numbers, check_run__case=case)
    for each in (items, sightings):
        for number, address, count in (
            each.values("media").annotate(one=Max("address"), files=Count("address", distinct=True))
        ).values_list("media", "one", "files"):
            found[number] = (address.replace("\\", "/").rpartition("/")[2], count)
    return found


def _words(numbers: list[int], actor: Actor) -> Mapping[int, tuple[Word, ...]]:
    found: defaultdict[int, list[Word]] = defaultdict(list)
    rows = visible_to(actor, Categorisation).filter(media__in=numbers, withdrawn_at=None)
    for row in rows.select_related("category__scheme", "authority").order_by("category", "authority"):
        own = row.authority_id == actor.authority.pk
        found[row.media_id].append(Word(row.authority.code, str(row.category), own))
    return {number: tuple(words) for number, words in found.items()}


def _disputed(words: Iterable[Word]) -> bool:
    by_scheme: defaultdict[str, set[str]] = defaultdict(set)
    for word in words:
        by_scheme[word.typed.partition(":")[0]].add(word.typed)
    return any(len(said) > 1 for said in by_scheme.values())
