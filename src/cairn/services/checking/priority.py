"""What to look at first: an order that can be explained in a sentence a file."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, assert_never

from cairn.errors import Reason
from cairn.linking import DigestEqual, PdqNear, PhotoDnaNear
from cairn.linking.clip.link import ClipLink, Grade
from cairn.linking.footage import FrameNear
from cairn.linking.learnt import LearntNear
from cairn.linking.points import PlaceAgrees, PointsAgree
from cairn.linking.sound_spans import SoundAgrees
from cairn.sentences import Sentence
from cairn.services.answering.answer import FirstLook
from cairn.types import SeriesStatus, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cairn.linking import Evidence
    from cairn.services.answering.answer import FileAnswer
    from cairn.services.answering.facts import SeriesFacts

_REASONS = {
    Reason.UNDECODABLE: Sentence("undecodable"),
    Reason.ENCRYPTED: Sentence("encrypted"),
    Reason.DECODER_CRASHED: Sentence("decoder crashed"),
    Reason.TIMED_OUT: Sentence("timed out"),
    Reason.TOO_LARGE: Sentence("too large"),
}
"""Why nobody has seen what is in a file, in the words of ``spoken``."""
_UNSEEN = _REASONS.keys()
_IN_PROGRESS, _UNIDENTIFIED = Sentence("in progress"), Sentence("unidentified")
_FURTHEST = 257  # One more than any PDQ distance.
_AFTER_HASHES = (PointsAgree, PlaceAgrees, LearntNear, SoundAgrees, PhotoDnaNear)
_SAME_FOOTAGE = -1  # Before all hashes: many frames agree.

Rank = tuple[int, int, str]


def look_first(files: Sequence[FileAnswer], series: Mapping[int, SeriesFacts]) -> tuple[FirstLook, ...]:
    """Answer the files that a person must look at, most urgent first; each content once.

    In this order: altered copies of media in a series whose victim is not identified yet, nearest first; new
    pictures, those with most copies first; altered copies of anything else; files that may hide a picture
    which could not be decoded.

    Args:
        files: Every file's answer.
        series: The series met, by id.
    """
    copies = Counter(file.copy_of for file in files if file.copy_of is not None)
    ranked = (_ranked(file, series, copies[file.address]) for file in files if file.copy_of is None)
    return tuple(look for _, look in sorted(row for row in ranked if row is not None))


def _ranked(
    file: FileAnswer, series: Mapping[int, SeriesFacts], copies: int
) -> tuple[Rank, FirstLook] | None:
    match file.verdict:
        case Verdict.SIMILAR:
            return _similar(file, series)
        case Verdict.NEW:
            new = Sentence("new by its digests") if _is_out_of_reach(file) else Sentence("new")
            often = Sentence("%(new)s, and %(times)s times in this check", new=new, times=str(copies + 1))
            why = often if copies else new
            return (1, -copies, file.address), FirstLook(file.address, why)
        case Verdict.NOT_COMPARABLE if file.unreadable is not None:
            return (3, 0, file.address), FirstLook(file.address, Sentence("could not be read"))
        case Verdict.NOT_COMPARABLE if file.why_not is not None and file.why_not.reason in _UNSEEN:
            why = Sentence("not comparable: %(reason)s", reason=_REASONS[file.why_not.reason])
            return (3, 1, file.address), FirstLook(file.address, why)
        case _:
            return None


def _is_out_of_reach(file: FileAnswer) -> bool:
    return file.why_not is not None and file.why_not.reason is Reason.NOT_AT_HAND


def _similar(file: FileAnswer, series: Mapping[int, SeriesFacts]) -> tuple[Rank, FirstLook]:
    open_series = (
        (_distance(match.evidence), series[number])
        for match in file.matches
        for number in match.series
        if not series[number].status.is_settled
    )
    nearest = min(open_series, key=lambda pair: (pair[0], pair[1].id), default=None)
    if nearest is None:
        distance = min(_distances(file), default=0)
        near = Sentence("similar, %(near)s", near=_how_near(distance))
        return (2, distance, file.address), FirstLook(file.address, near)
    distance, facts = nearest
    why = Sentence(
        "similar to %(series)s (%(status)s), %(near)s",
        series=facts.name,
        status=_IN_PROGRESS if facts.status is SeriesStatus.IN_PROGRESS else _UNIDENTIFIED,
        near=_how_near(distance),
    )
    return (0, distance, file.address), FirstLook(file.address, why)


def _distances(file: FileAnswer) -> Iterable[int]:
    why = [*(match.evidence for match in file.matches), *(listed.evidence for listed in file.listed)]
    return map(_distance, why)


def _distance(evidence: Evidence) -> int:
    """Answer the distance by which similar files are ordered; agreeing points come after all hashes."""
    match evidence:
        case PdqNear(distance_bits) | FrameNear(distance_bits):
            return distance_bits
        case DigestEqual():
            return 0
        case ClipLink():
            return _SAME_FOOTAGE if evidence.grade is Grade.RECORDING else _FURTHEST + 1
        case PointsAgree() | PlaceAgrees() | LearntNear() | SoundAgrees() | PhotoDnaNear():
            return _FURTHEST + _AFTER_HASHES.index(type(evidence))
        case _:
            assert_never(evidence)


def _how_near(distance: int) -> Sentence:
    without_bits = {
        _SAME_FOOTAGE: Sentence("the same footage in part"),
        _FURTHEST: Sentence("an altered copy"),
        _FURTHEST + 1: Sentence("perhaps the same place"),
        _FURTHEST + 2: Sentence("alike to a learnt model"),
        _FURTHEST + 3: Sentence("one sound"),
        _FURTHEST + 4: Sentence("near a PhotoDNA value"),
    }
    return without_bits.get(distance) or Sentence("%(bits)s bits away", bits=str(distance))
