"""Between what was measured and the rows that keep it, so that one content is decoded once in its life."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.errors import NotComparable, Reason
from cairn.fingerprints.pdq import PDQ_METHOD
from cairn.records.access import visible_sightings
from cairn.records.jobs import CheckItem
from cairn.records.lock import node_work
from cairn.records.media import Media
from cairn.records.sightings import Sighting
from cairn.services.node.indexing import await_index, await_links
from cairn.types import ORIENTATIONS, PDQ_BYTES, Pdq, PdqMode, Picture

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from cairn.records.users import Actor
    from cairn.types import Fingerprints

# A decoder that crashed or ran out of time may succeed with another version or on a calmer machine.
_WORTH_ANOTHER_TRY = {Reason.DECODER_CRASHED, Reason.TIMED_OUT}


def method_name(mode: PdqMode) -> str:
    """Answer the name under which a measurement is kept: the version of the method, and the mode."""
    return f"{PDQ_METHOD} {mode}"


@node_work("one content is one media, whoever met it")
def record_contents(measured: Sequence[Fingerprints], *, mode: PdqMode) -> dict[bytes, int]:
    """Find or create the media of these contents; call it in a transaction.

    Args:
        measured: What was measured, with repetitions.
        mode: How the pool decodes; an exact measurement replaces a fast one, never the other way round.

    Returns:
        The id of every content, by SHA-256.
    """
    by_digest = {each.digests.sha256: each for each in measured}
    known = _known(by_digest)
    # Sorted, so that two checks that write the same contents wait for each other and never in a circle.
    fresh = [_as_row(by_digest[sha256], mode) for sha256 in sorted(by_digest.keys() - known.keys())]
    Media.objects.bulk_create(fresh, ignore_conflicts=True)
    _improve(known, by_digest, mode)
    ids = Media.objects.filter(sha256__in=list(by_digest)).values_list("sha256", "pk")
    return {bytes(sha256): number for sha256, number in ids if sha256 is not None}


def _improve(known: Mapping[bytes, Media], measured: Mapping[bytes, Fingerprints], mode: PdqMode) -> None:
    """Write what is better than what is kept, and let recorded media whose hash changed wait for the index.

    A decoder that failed this time takes nothing away that an earlier one found.
    """
    better = []
    changed = []
    for sha256, row in sorted(known.items()):
        picture, before = measured[sha256].picture, row.pdq and bytes(row.pdq)
        if _serves(row, mode) or _reason(picture) in _WORTH_ANOTHER_TRY:
            continue
        _fill(row, picture, mode)
        better.append(row)
        if row.pdq is not None and row.pdq != before:
            changed.append(row.pk)
    Media.objects.bulk_update(better, ["pdq", "quality", "reason", "sentence", "method"])
    recorded = Sighting.objects.filter(media__in=changed).values_list("media", flat=True).distinct()
    await_index(sorted(recorded))
    await_links(sorted(recorded))


def _reason(picture: Picture) -> Reason | None:
    return picture.comparison.reason if isinstance(picture.comparison, NotComparable) else None


def recall(sha256: Collection[bytes], *, mode: PdqMode, asker: Actor) -> dict[bytes, Picture]:
    """Answer what earlier measurements of these contents say; a content that must be decoded is absent.

    Only what the asker's authority has checked itself, or may know to be recorded, is answered: that another
    one's content needs no decoding would tell that somebody had it, also where it lies in a blind series.

    Args:
        sha256: The contents' digests.
        mode: How the pool decodes; an exact measurement serves a fast check too.
        asker: For whom.
    """
    rows = {row.pk: (digest, row) for digest, row in _known(sha256).items() if _serves(row, mode)}
    checked = CheckItem.objects.filter(media__in=rows, check_run__authority=asker.authority)
    recorded = visible_sightings(asker).filter(media__in=rows)
    known = {number for found in (checked, recorded) for number in found.values_list("media", flat=True)}
    return {digest: picture_of(row) for number, (digest, row) in rows.items() if number in known}


def picture_of(row: Media) -> Picture:
    """Answer the picture that a row keeps."""
    return Picture(row.media_type, row.width, row.height, _comparison_of(row), moves=row.moves)


def _comparison_of(row: Media) -> Pdq | NotComparable:
    if row.pdq is None or row.quality is None:
        return NotComparable(Reason(row.reason), row.sentence)
    joined = bytes(row.pdq)
    hashes = tuple(joined[start : start + PDQ_BYTES] for start in range(0, len(joined), PDQ_BYTES))
    mode = PdqMode.EXACT if row.method == method_name(PdqMode.EXACT) else PdqMode.FAST
    return Pdq(hashes, row.quality, mode)


def _known(sha256: Collection[bytes]) -> dict[bytes, Media]:
    rows = Media.objects.filter(sha256__in=list(sha256))
    return {bytes(row.sha256): row for row in rows if row.sha256 is not None}


def _serves(row: Media, mode: PdqMode) -> bool:
    """Answer whether what is kept need not be measured again."""
    good_enough = row.method in {method_name(mode), method_name(PdqMode.EXACT)}
    return good_enough and row.reason not in _WORTH_ANOTHER_TRY


def _as_row(measured: Fingerprints, mode: PdqMode) -> Media:
    digests, picture = measured.digests, measured.picture
    row = Media(
        sha256=digests.sha256,
        sha1=digests.sha1,
        md5=digests.md5,
        size_bytes=measured.size_bytes,
        media_type=picture.media_type,
        width=picture.width,
        height=picture.height,
        moves=picture.moves,
    )
    _fill(row, picture, mode)
    return row


def _fill(row: Media, picture: Picture, mode: PdqMode) -> None:
    row.method = method_name(mode)
    match picture.comparison:
        case Pdq(hashes, quality, _):
            if len(hashes) != len(ORIENTATIONS):
                raise ValueError("A PDQ hash is kept in all eight orientations.")
            row.pdq, row.quality, row.reason, row.sentence = b"".join(hashes), quality, "", ""
        case NotComparable(reason, sentence):
            row.pdq, row.quality, row.reason, row.sentence = None, None, reason, sentence[:500]
