"""Files that come with a call: what is told of them, and how much may come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image

import cairn.api.uploads
from api.calls import Caller, api_of, key
from cairn.api import uploads
from cairn.records.media import Media
from cairn.records.series import SeriesMedia
from cairn.services.fingerprinting.uploads import Measurer
from cairn.services.series.opening import create_series
from cairn.types import PdqMode
from pictures import drawn, save
from services.seizures import hold
from stand_ins import InProcessPool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cairn.services.node.opening import Node


@pytest.fixture
def api(sqlite_node: Node, monkeypatch: pytest.MonkeyPatch) -> Iterator[Node]:
    monkeypatch.setattr(uploads, "_measurer", Measurer(lambda: InProcessPool(workers=1, mode=PdqMode.EXACT)))
    with api_of(sqlite_node):
        yield sqlite_node


def test_a_file_is_compared_in_every_turn_and_nothing_of_it_is_kept(api: Node, tmp_path: Path) -> None:
    hold(api, save(drawn(1), tmp_path / "one.jpg"), authority="NL-UNIT")
    turned = save(drawn(1).transpose(Image.Transpose.ROTATE_90), tmp_path / "turned.png")
    kept = Media.objects.count()
    found = Caller(key(api.operator)).upload("v1/check", turned)
    assert found.status == 200, found.body
    assert (found.status, found.body["verdict"], found.body["file"]["width"]) == (200, "similar", 240)
    assert found.body["matches"][0]["distance_bits"] < 32
    same = Caller(key(api.operator)).upload("v1/check", tmp_path / "one.jpg")
    assert (same.body["verdict"], same.body["matches"][0]["distance_bits"]) == ("known", None)
    assert same.body["series"] == []
    evidence = same.body["matches"][0]["evidence"]
    words = "SHA-256 is equal: the same content, byte for byte"
    assert (evidence["kind"], evidence["words"]) == ("digest-equal", words)
    assert Media.objects.count() == kept


def test_a_match_names_the_stretches_that_series_have(api: Node, tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"some bytes of a film")
    create_series("Stone", actor=api.operator)
    hold(api, tmp_path / "film.mp4", authority="NL-UNIT", series="Stone")
    SeriesMedia.objects.update(spans_ms=[[192_000, 280_500]])
    found = Caller(key(api.operator)).upload("v1/check", tmp_path / "film.mp4").body
    (met,) = found["series"]
    assert found["matches"][0]["spans"] == [{"series": met["facts"]["id"], "from_s": 192.0, "to_s": 280.5}]
    assert (found["verdict"], found["matches"][0]["at_s"]) == ("known", None)


def test_a_file_that_is_no_picture_is_compared_by_its_digests(api: Node, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("some words")
    found = Caller(key(api.operator)).upload("v1/check", tmp_path / "words.txt")
    why_not = found.body["file"]["not_comparable"]
    assert (found.body["verdict"], why_not["reason"]) == ("not-comparable", "unsupported")
    assert why_not.keys() == {"reason", "sentence"}
    hold(api, tmp_path / "words.txt", authority="NL-UNIT")
    assert Caller(key(api.operator)).upload("v1/check", tmp_path / "words.txt").body["verdict"] == "known"


def test_a_call_brings_one_file_of_bounded_size(
    api: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller, path = Caller(key(api.operator)), tmp_path / "large.bin"
    path.write_bytes(bytes(70_000))
    assert caller.post("v1/check", {}).code == "call.form"
    monkeypatch.setattr(cairn.api.uploads, "MOST_BYTES", 60_000)
    assert caller.upload("v1/check", path).code == "call.too-large"
