"""What was measured is kept once, made better where it can be, and never made worse."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from cairn.errors import NotComparable, Reason
from cairn.records.cases import Case, Exhibit
from cairn.records.jobs import Check, CheckItem
from cairn.records.links import PendingSuggestion
from cairn.records.media import Media, PendingIndexEntry
from cairn.records.series import SeriesMedia
from cairn.records.sightings import Sighting, digest_of_address
from cairn.records.users import Actor
from cairn.services.checking.content import recall, record_contents
from cairn.services.series.opening import create_series
from cairn.types import Digests, Fingerprints, Handling, Pdq, PdqMode, Picture
from services.seizures import unit

if TYPE_CHECKING:
    from cairn.services.node.opening import Node

CRASHED = NotComparable(Reason.DECODER_CRASHED, "The decoder crashed.")
BLANK = NotComparable(Reason.BLANK, "Flat.")


def hashed(value: int, mode: PdqMode) -> Pdq:
    return Pdq(tuple(bytes([value]) * 32 for _ in range(8)), 90, mode)


def content(comparison: Pdq | NotComparable, name: bytes = b"content") -> Fingerprints:
    digests = Digests(hashlib.md5(name).digest(), hashlib.sha1(name).digest(), hashlib.sha256(name).digest())  # noqa: S324 - digests of evidence, not secrets
    return Fingerprints(len(name), digests, Picture("image/jpeg", 64, 64, comparison))


def keep(comparison: Pdq | NotComparable, mode: PdqMode = PdqMode.FAST) -> Media:
    (number,) = record_contents([content(comparison)], mode=mode).values()
    return Media.objects.get(pk=number)


def record(node: Node, media: Media) -> None:
    """Make a sighting of the media, as if it had been registered and indexed long ago."""
    case = Case.objects.create(authority=node.authority, reference="1")
    exhibit = Exhibit.objects.create(case=case, label="phone")
    Sighting.objects.create(
        media=media,
        authority=node.authority,
        exhibit=exhibit,
        address="/1",
        address_digest=digest_of_address("/1"),
    )


def test_a_content_that_is_measured_twice_is_kept_once(node: Node) -> None:
    same = content(hashed(1, PdqMode.FAST))
    assert record_contents([same, same], mode=PdqMode.FAST) == record_contents([same], mode=PdqMode.FAST)
    assert Media.objects.count() == 1


@pytest.mark.parametrize("reason", [Reason.DECODER_CRASHED, Reason.TIMED_OUT])
def test_a_decoder_that_fails_takes_no_earlier_hash_away(node: Node, reason: Reason) -> None:
    fast = hashed(1, PdqMode.FAST)
    keep(fast)
    kept = keep(NotComparable(reason, "It failed."), PdqMode.EXACT)
    assert (bytes(kept.pdq or b""), kept.method) == (b"\1" * 256, "pdq/1 fast")


def test_a_decoder_that_fails_takes_no_earlier_reason_away(node: Node) -> None:
    keep(BLANK)
    assert keep(CRASHED, PdqMode.EXACT).reason == "blank"


def test_a_better_decoder_may_say_that_a_picture_is_blank_after_all(node: Node) -> None:
    keep(hashed(1, PdqMode.FAST))
    kept = keep(BLANK, PdqMode.EXACT)
    assert (kept.pdq, kept.reason) == (None, "blank")


def test_a_recorded_content_whose_decoder_crashed_waits_for_index_and_links_once_it_succeeds(
    node: Node,
) -> None:
    media = keep(CRASHED)
    record(node, media)
    keep(CRASHED)
    assert PendingIndexEntry.objects.count() == 0
    keep(hashed(1, PdqMode.FAST))
    assert [entry.pk for entry in PendingIndexEntry.objects.all()] == [media.pk]
    assert [entry.pk for entry in PendingSuggestion.objects.all()] == [media.pk]


def test_a_recorded_content_waits_again_only_where_its_hash_changed(node: Node) -> None:
    record(node, keep(hashed(1, PdqMode.FAST)))
    keep(hashed(1, PdqMode.EXACT), PdqMode.EXACT)
    assert PendingIndexEntry.objects.count() == 0
    Media.objects.update(method="pdq/0 fast")
    keep(hashed(2, PdqMode.FAST))
    assert PendingIndexEntry.objects.count() == 1


def test_a_content_that_nobody_recorded_does_not_wait_for_the_index(node: Node) -> None:
    keep(CRASHED)
    keep(hashed(1, PdqMode.FAST))
    assert PendingIndexEntry.objects.count() == 0


def test_an_exact_measurement_serves_a_fast_check_and_a_crash_serves_none(node: Node) -> None:
    sha256 = content(CRASHED).digests.sha256
    record(node, keep(CRASHED))
    assert recall([sha256], mode=PdqMode.FAST, asker=node.operator) == {}
    keep(hashed(1, PdqMode.EXACT), PdqMode.EXACT)
    found = recall([sha256], mode=PdqMode.FAST, asker=node.operator)
    assert found[sha256].comparison == hashed(1, PdqMode.EXACT)


def test_what_another_authority_alone_has_measured_is_not_recalled(node: Node) -> None:
    digest = content(hashed(1, PdqMode.FAST)).digests.sha256
    asker = Actor.operator(unit(node, "BR-UNIT"))
    kept = keep(hashed(1, PdqMode.FAST))
    assert recall([digest], mode=PdqMode.FAST, asker=asker) == {}
    record(node, kept)
    assert set(recall([digest], mode=PdqMode.FAST, asker=asker)) == {digest}
    hidden = create_series("Stone", actor=node.operator, handling=Handling.BLIND)
    SeriesMedia.objects.create(series=hidden, media=kept, added_by=node.authority)
    assert recall([digest], mode=PdqMode.FAST, asker=asker) == {}
    run = Check.objects.create(authority=asker.authority, request_digest=b"")
    CheckItem.objects.create(check_run=run, address="a", address_digest=b"a", media=kept)
    assert set(recall([digest], mode=PdqMode.FAST, asker=asker)) == {digest}


def test_a_hash_that_lacks_an_orientation_is_never_kept(sqlite_node: Node) -> None:
    with pytest.raises(ValueError, match="all eight"):
        keep(Pdq((b"\1" * 32,), 90, PdqMode.FAST))
