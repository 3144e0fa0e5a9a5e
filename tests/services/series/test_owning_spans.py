"""Stretches of a media in a series: who says so, what stays, and what merging and undoing make of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cairn.errors import AccessError, InputError
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.footage import Footage
from cairn.records.media import Media
from cairn.records.series import Series, SeriesMedia
from cairn.records.users import Actor
from cairn.services.series.adding_media import put_in
from cairn.services.series.growing import grow
from cairn.services.series.media import media_of
from cairn.services.series.owning_spans import put_spans, put_whole, take_out_spans, take_whole_out
from cairn.services.series.regrouping import merge
from cairn.services.series.regrouping_undo import undo
from cairn.services.series.spans import read_spans
from services.alerting.records import case, media, series, sighting
from services.seizures import unit

if TYPE_CHECKING:
    from cairn.records.regrouping import Regrouping
    from cairn.services.node.opening import Node

FIRST = ((192.0, 280.0),)


def film(of: Node, length_s: float | None = 3600.0, *, reason: str = "") -> Media:
    """Answer a recorded video, and where it was looked at how long it is."""
    made = media()
    Media.objects.filter(pk=made.pk).update(media_type="video/mp4")
    sighting(made, of.authority)
    if length_s is not None:
        Footage.objects.create(
            media=made,
            method="m",
            mode="even",
            covered_s=length_s,
            frames=1,
            comparable=1,
            kept=0,
            columns=b"",
            reason=reason,
        )
    return made


def spans(of: Series, what: Media) -> object:
    return SeriesMedia.objects.values_list("spans_ms", flat=True).get(series=of, media=what)


def test_stretches_are_put_beside_each_other_and_taken_out_again(node: Node) -> None:
    stone, what = series(node.authority, name="Stone"), film(node)
    case(node.authority, "K1")
    put_spans(stone, what.name[:12], FIRST, actor=node.operator, case="K1")
    share = put_spans(stone, what.name, read_spans(["4:30-5:00", "600-700.5"]), actor=node.operator)
    assert share.spans == ((192.0, 300.0), (600.0, 700.5))
    assert spans(stone, what) == [[192_000, 300_000], [600_000, 700_500]]
    (row,) = media_of(stone, actor=node.operator)
    assert row.spans == share.spans
    left = take_out_spans(stone, what.name, read_spans(["0-650"]), actor=node.operator)
    assert left.spans == ((650.0, 700.5),)
    assert take_out_spans(stone, what.name, [(0.0, 3600.0)], actor=node.operator).spans == ()
    assert not SeriesMedia.objects.exists()
    said = AuditEvent.objects.filter(tag=AuditTag.SERIES_SPANS).order_by("pk")
    assert [each.counts["spans"] for each in said] == [1, 2, 1, 0]
    assert said[0].case_reference == "K1"


def test_the_whole_is_narrowed_and_widened_by_an_explicit_word_alone(node: Node) -> None:
    what = film(node)
    stone = series(node.authority, what, name="Stone")
    for refused in (put_spans, take_out_spans):
        with pytest.raises(InputError) as error:
            refused(stone, what.name, FIRST, actor=node.operator)
        assert error.value.code == "series.whole"
    put_spans(stone, what.name, FIRST, actor=node.operator, alone=True)
    put_in(stone, [what.pk], actor=node.operator, place=None)
    assert spans(stone, what) == [[192_000, 280_000]]
    assert put_whole(stone, what.name, actor=node.operator).spans is None
    assert spans(stone, what) is None


def test_a_media_leaves_a_series_at_a_word_of_its_owner(node: Node) -> None:
    what = film(node)
    stone = series(node.authority, what, name="Stone")
    with pytest.raises(InputError) as error:
        take_whole_out(stone, what.name, actor=node.operator, case="none such")
    assert error.value.code == "case.missing"
    with pytest.raises(AccessError):
        take_whole_out(stone, what.name, actor=Actor.operator(unit(node, "BR-UNIT")))
    assert spans(stone, what) is None
    assert take_whole_out(stone, what.name, actor=node.operator).spans == ()
    assert not SeriesMedia.objects.exists()
    assert AuditEvent.objects.filter(tag=AuditTag.SERIES_SPANS).get().counts == {"spans": 0, "whole": 0}
    with pytest.raises(InputError) as error:
        take_whole_out(stone, what.name, actor=node.operator)
    assert error.value.code == "media.missing"


def test_nothing_grows_from_a_media_of_which_a_series_has_some_seconds(sqlite_node: Node) -> None:
    stone, what = series(sqlite_node.authority, name="Stone"), film(sqlite_node)
    put_spans(stone, what.name, FIRST, actor=sqlite_node.operator)
    assert grow("Stone", actor=sqlite_node.operator, apply=False).additions == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1:00-0:30", "before it begins"),
        ("5-5", "has no length"),
        ("soon", "no stretch"),
        ("3:01-3:99", "no stretch"),
        ("0:59:50-0:59:60", "no stretch"),
        ("999:59:98-999:59:99", "no stretch"),
        ("3590-3700", "only 01:00:00 long"),
        ("", "no s"),
    ],
)
def test_a_stretch_that_cannot_be_is_refused(sqlite_node: Node, text: str, why: str) -> None:
    stone, what = series(sqlite_node.authority), film(sqlite_node)
    with pytest.raises(InputError, match=why) as error:
        put_spans(stone, what.name, read_spans([text]), actor=sqlite_node.operator)
    assert error.value.code == "series.span"
    assert not SeriesMedia.objects.exists()


def test_a_picture_has_no_stretches_and_a_video_that_nobody_looked_at_has(sqlite_node: Node) -> None:
    stone, unseen, picture = series(sqlite_node.authority), film(sqlite_node, None), film(sqlite_node, None)
    Media.objects.filter(pk=picture.pk).update(media_type="image/png")
    put_spans(stone, unseen.name, FIRST, actor=sqlite_node.operator)
    with pytest.raises(InputError, match="no video and no sound"):
        put_spans(stone, picture.name, FIRST, actor=sqlite_node.operator)
    put_whole(stone, picture.name, actor=sqlite_node.operator)
    with pytest.raises(InputError, match="no video and no sound"):
        take_out_spans(stone, picture.name, FIRST, actor=sqlite_node.operator)


def test_how_far_a_video_could_be_followed_is_not_how_long_it_is(sqlite_node: Node) -> None:
    stone = series(sqlite_node.authority)
    blank, broken = film(sqlite_node, 0.0), film(sqlite_node, 40.0, reason="damaged")
    for each in (blank, broken):
        assert put_spans(stone, each.name, FIRST, actor=sqlite_node.operator).spans == FIRST
    Footage.objects.filter(media=broken).update(facts={"duration_s": 60.0})
    with pytest.raises(InputError, match="only 00:01:00 long"):
        put_spans(stone, broken.name, FIRST, actor=sqlite_node.operator)
    Media.objects.filter(pk=broken.pk).update(media_type="image/png")
    Footage.objects.filter(media=broken).update(facts={})
    with pytest.raises(InputError, match="no video and no sound"):
        put_spans(stone, broken.name, FIRST, actor=sqlite_node.operator)


def test_only_who_owns_or_leads_the_series_may_and_only_with_what_they_see(node: Node) -> None:
    stone, what, unheld = series(node.authority), film(node), media()
    other = Actor.operator(unit(node, "BR-UNIT"))
    with pytest.raises(AccessError):
        put_spans(stone, what.name, FIRST, actor=other)
    for name in (unheld.name, "0" * 64):
        with pytest.raises(InputError) as error:
            put_spans(stone, name, FIRST, actor=node.operator)
        assert error.value.code == "media.missing"
    assert not SeriesMedia.objects.exists()


@pytest.mark.parametrize(
    ("ours", "theirs", "both"),
    [
        ([[0, 5_000]], [[4_000, 9_000]], [[0, 9_000]]),
        ([[0, 5_000]], None, None),
        (None, [[4_000, 9_000]], None),
    ],
)
def test_a_merge_has_the_stretches_of_both_and_undoing_puts_them_back(
    sqlite_node: Node, ours: object, theirs: object, both: object
) -> None:
    what, alone = film(sqlite_node), film(sqlite_node)
    source = series(sqlite_node.authority, what, alone, name="Stone")
    target = series(sqlite_node.authority, what, name="Pebble")
    SeriesMedia.objects.filter(series=source).update(spans_ms=ours)
    SeriesMedia.objects.filter(series=target).update(spans_ms=theirs)
    done = merge(source, target, reason="one room", actor=sqlite_node.operator)
    assert (spans(target, what), spans(target, alone)) == (both, ours)
    undo(done.pk, actor=sqlite_node.operator)
    assert (spans(source, what), spans(source, alone), spans(target, what)) == (ours, ours, theirs)


def merged_series(node: Node) -> tuple[Media, Series, Series, Regrouping]:
    """A film, two series that had seconds 0-5 and 6-9 of it, and their merge."""
    what = film(node)
    source = series(node.authority, what, name="Stone")
    target = series(node.authority, what, name="Pebble")
    SeriesMedia.objects.filter(series=source).update(spans_ms=[[0, 5_000]])
    SeriesMedia.objects.filter(series=target).update(spans_ms=[[6_000, 9_000]])
    return what, source, target, merge(source, target, reason="one room", actor=node.operator)


def test_undoing_a_merge_takes_out_what_it_brought_and_leaves_what_was_said_since(sqlite_node: Node) -> None:
    what, source, target, done = merged_series(sqlite_node)
    put_spans(source, what.name, [(20.0, 30.0)], actor=sqlite_node.operator)
    undo(done.pk, actor=sqlite_node.operator)
    assert spans(source, what) == [[0, 5_000]]
    assert spans(target, what) == [[6_000, 9_000], [20_000, 30_000]]


def test_undoing_leaves_none_of_the_source_where_the_target_has_lost_its_own(sqlite_node: Node) -> None:
    what, source, target, done = merged_series(sqlite_node)
    take_out_spans(target, what.name, [(6.0, 9.0)], actor=sqlite_node.operator)
    undo(done.pk, actor=sqlite_node.operator)
    assert list(SeriesMedia.objects.values_list("series", "spans_ms")) == [(source.pk, [[0, 5_000]])]
