"""Which media of a series are meant: by their SHA-256, a list of them, or the exhibit they lay in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.errors import InputError
from cairn.records.batches import parts
from cairn.records.lock import under_lock
from cairn.records.media import Media
from cairn.records.series import SeriesMedia
from cairn.records.sightings import Sighting
from cairn.sentences import Sentence
from cairn.services.judgements.naming_media import find_media

if TYPE_CHECKING:
    from pathlib import Path

    from django.db.models import QuerySet

    from cairn.records.series import Series
    from cairn.records.users import Actor

MOST_LIST_BYTES = 100_000_000
"""A list of more than a million digests is no choice out of one series."""

_LINE = re.compile(r"([0-9a-f]{64})(\s.*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Choice:
    """What was said to choose media with; what any of it names is chosen.

    Attributes:
        names: SHA-256 as a person types them, or their first digits.
        digests: SHA-256 digests, of a list.
        exhibit: The case reference and the label of an exhibit of the actor's authority.
    """

    names: frozenset[str] = frozenset()
    digests: frozenset[bytes] = frozenset()
    exhibit: tuple[str, str] | None = None


def read_digests(path: Path) -> frozenset[bytes]:
    """Read a list of SHA-256, one a line, as ``sha256sum`` writes them; what follows a digest is ignored.

    Raises:
        InputError: The file cannot be read, is too large, or a line begins with no SHA-256
            (``input.unreadable``, ``series.list``).
    """
    try:
        with path.open("rb") as file:
            text = file.read(MOST_LIST_BYTES + 1).decode()
    except OSError as error:
        raise InputError(
            Sentence("%(path)s cannot be read: %(why)s.", path=path, why=error.strerror),
            code="input.unreadable",
        ) from error
    except UnicodeDecodeError:
        raise InputError(Sentence("%(path)s is no text.", path=path), code="series.list") from None
    if len(text) > MOST_LIST_BYTES:
        raise InputError(
            Sentence("%(path)s is too large for a list of digests.", path=path), code="series.list"
        )
    found = set()
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        digest = _LINE.fullmatch(line.strip())
        if digest is None:
            raise InputError(
                Sentence(
                    "Line %(number)s of %(path)s begins with no SHA-256.", number=str(number), path=path
                ),
                code="series.list",
            )
        found.add(bytes.fromhex(digest[1]))
    return frozenset(found)


@under_lock
def chosen_media(series: Series, choice: Choice, *, actor: Actor) -> frozenset[int]:
    """Answer the ids of the chosen media, all of which are in the series.

    Raises:
        InputError: Nothing is chosen, something is chosen that is not in the series, or nothing would stay in
            it (``series.choice``); or a name does not lead to one media of it (``media.missing``,
            ``media.invalid``, ``media.ambiguous``).
    """
    members = frozenset(SeriesMedia.objects.filter(series=series).values_list("media", flat=True))
    by_digest = _by_digest(choice.digests)
    strangers = len(choice.digests) - len(by_digest & members)
    if strangers:
        raise InputError(
            Sentence(
                "%(strangers)s of the media that were named are not in the series.", strangers=strangers
            ),
            code="series.choice",
        )
    chosen = (_by_name(choice.names, series) | by_digest | _of_exhibit(choice.exhibit, actor)) & members
    if not chosen:
        raise InputError(Sentence("No media of the series is chosen."), code="series.choice")
    if chosen == members:
        raise InputError(
            Sentence("All media of the series are chosen, and none would stay in it."), code="series.choice"
        )
    return chosen


def _by_name(names: frozenset[str], series: Series) -> frozenset[int]:
    rows = Media.objects.filter(seriesmedia__series=series)
    return frozenset(find_media(name, among=rows).pk for name in names)


def _by_digest(digests: frozenset[bytes]) -> frozenset[int]:
    found: set[int] = set()
    wanted = sorted(digests)
    for some in parts(wanted):
        rows = Media.objects.filter(sha256__in=some)
        found.update(rows.values_list("pk", flat=True))
    return frozenset(found)


def _of_exhibit(exhibit: tuple[str, str] | None, actor: Actor) -> frozenset[int]:
    if exhibit is None:
        return frozenset()
    case, label = exhibit
    rows: QuerySet[Sighting] = Sighting.objects.filter(
        exhibit__case__authority=actor.authority, exhibit__case__reference=case, exhibit__label=label
    )
    return frozenset(rows.values_list("media", flat=True).distinct())
