"""Which seconds of a video are known, as a page draws and lists them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from cairn.records.check_orders import AnsweredFile
from cairn.records.lock import as_the_node
from cairn.web.checks.time_line import Known, Lane, TimeLine, time_line
from web.people import signed_in

if TYPE_CHECKING:
    from cairn.services.node.opening import Node

IDENTIFIED = {"id": 1, "name": "Stone", "status": "identified", "spans": []}
OPEN = {"id": 2, "name": "Pebble", "status": "in-progress", "spans": []}
STRETCH = {"series": 1, "from_s": 3.0, "to_s": 6.0, "words": "00:00:03–00:00:06"}


def clip(media: int, *series: dict[str, object], speed: float = 1.0) -> dict[str, Any]:
    span = {"file_from_s": 4.0, "file_to_s": 12.0, "known_from_s": 60.0, "speed": speed}
    return {
        "media": media,
        "series": list(series),
        "evidence": {"kind": "clip-agrees", "clip": {"recording": [span]}, "sound": None},
    }


def heard(media: int, *series: dict[str, object]) -> dict[str, Any]:
    span = {"begin_seconds": 10, "end_seconds": 20, "known_begin_seconds": 0, "known_end_seconds": 10}
    return {
        "media": media,
        "series": list(series),
        "evidence": {"kind": "sound-agrees", "clip": None, "sound": {"spans": [span], "shared_of_file": 0.5}},
    }


def line_of(parts: list[tuple[float, float, list[int]]], *matches: dict[str, Any]) -> TimeLine | None:
    rows = [{"from_s": first, "to_s": last, "media": media} for first, last, media in parts]
    return time_line({"matches": list(matches), "video": {"covered_s": 20.0, "parts": rows}})


def test_every_stretch_says_what_is_known_of_it_and_which_seconds_it_is_there() -> None:
    parts = [(0.0, 4.0, []), (4.0, 8.0, [1, 2]), (8.0, 12.0, [2]), (12.0, 20.0, [3])]
    line = line_of(parts, clip(1, IDENTIFIED), clip(2, OPEN, speed=2.0), clip(3), heard(4, OPEN))
    assert line is not None
    assert [each.known for each in line.stretches] == [
        *(Known.NEW, Known.IDENTIFIED, Known.SERIES, Known.RECORDED, Known.SERIES),
    ]
    assert [each.lane for each in line.stretches] == [Lane.PICTURES] * 4 + [Lane.SOUND]
    assert [each.there for each in line.stretches] == [
        *("", "00:01:00–00:01:04", "00:01:08–00:01:16 × 2.00", "", "00:00:00–00:00:10"),
    ]
    assert [(each.x, each.width) for each in line.pictures][1:3] == [
        ("20.00%", "20.00%"),
        ("40.00%", "20.00%"),
    ]
    assert [row["name"] for row in line.stretches[1].series] == ["Stone", "Pebble"]


def test_a_series_that_may_no_longer_be_told_leaves_what_is_recorded() -> None:
    line = line_of([(0.0, 20.0, [1])], clip(1))
    assert line is not None
    assert line.stretches[0].known is Known.RECORDED


def test_a_stretch_shows_the_series_that_have_its_seconds_and_no_other() -> None:
    parts = [
        {"from_s": first, "to_s": first + 4, "media": [1], "series": series}
        for first, series in ((4.0, [2]), (8.0, []))
    ]
    in_part = IDENTIFIED | {"spans": [STRETCH]}
    elsewhere = OPEN | {"spans": [STRETCH | {"from_s": 90.0, "to_s": 95.0}]}
    file = {
        "matches": [clip(1, in_part, OPEN), heard(4, in_part, elsewhere)],
        "video": {"covered_s": 20.0, "parts": parts},
    }
    line = time_line(file)
    assert line is not None
    told = [[row["name"] for row in each.series] for each in line.stretches]
    assert told == [["Pebble"], [], [], ["Stone"], []]
    of_sound = [Known.RECORDED, Known.IDENTIFIED, Known.RECORDED]
    assert [each.known for each in line.stretches] == [Known.SERIES, Known.RECORDED, *of_sound]


@pytest.mark.parametrize("parts", [(), ((0.0, 3.0, []), (3.0, 6.0, [1]))])
def test_a_file_that_is_recorded_shows_what_series_have_of_it(
    parts: tuple[tuple[float, float, list[int]], ...],
) -> None:
    same = {
        "media": 1,
        "series": [IDENTIFIED | {"spans": [STRETCH]}],
        "evidence": {"kind": "digest-equal", "clip": None, "sound": None},
    }
    rows = [{"from_s": one, "to_s": end, "media": [1], "series": series} for one, end, series in parts]
    line = time_line({"matches": [same], "video": {"covered_s": 6.0, "parts": rows} if rows else None})
    assert line is not None
    *_, last = line.stretches
    assert (last.known, last.begins, last.there) == (Known.IDENTIFIED, "00:00:03", "00:00:03–00:00:06")


def test_a_file_of_which_no_second_is_known_has_no_bar() -> None:
    assert line_of([]) is None
    assert line_of([(0.0, 20.0, [])]) is None
    assert time_line({"matches": [], "video": None}) is None


def test_a_sound_without_pictures_has_a_bar_of_its_sound() -> None:
    line = time_line({"matches": [heard(4, IDENTIFIED)], "video": None})
    assert line is not None
    assert [(each.known, each.x, each.width) for each in line.stretches] == [
        (Known.IDENTIFIED, "50.00%", "50.00%")
    ]


def test_a_sound_is_cut_where_what_a_series_has_of_it_begins_and_ends() -> None:
    line = time_line({"matches": [heard(4, IDENTIFIED | {"spans": [STRETCH]})], "video": None})
    assert line is not None
    assert [(each.known, each.from_s, each.to_s, each.there) for each in line.stretches] == [
        (Known.RECORDED, 10, 13, "00:00:00–00:00:03"),
        (Known.IDENTIFIED, 13, 16, "00:00:03–00:00:06"),
        (Known.RECORDED, 16, 20, "00:00:06–00:00:10"),
    ]


@pytest.fixture
def place(sqlite_desk: Node) -> str:
    with as_the_node("a test looks"):
        file = AnsweredFile.objects.get(content__address__endswith="photo_4.jpg")
    return f"/checks/{file.order_id}/files/{file.position}/"


def test_the_page_of_a_file_draws_its_seconds_and_lists_them(place: str) -> None:
    page = signed_in("investigator").get(place).content.decode()
    (drawn,) = re.findall(r'<figure class="time-line".*?</figure>', page, re.DOTALL)
    assert drawn.count("<rect") == 5
    assert 'class="recorded" x="10.77%"' in drawn
    table = " ".join(re.sub(r"<[^>]+>", " ", page[page.index('id="time-table"') :]).split())
    assert "2 00:00:07 00:00:15 ≈ recorded, in no series pictures 00:00:02–00:00:10" in table
    assert "sound" in table
