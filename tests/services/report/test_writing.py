from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from django.template import Engine

from cairn.errors import InputError
from cairn.services.report import write_report, writing
from cairn.services.report.writing import TEMPLATES, WORDS, pieces
from services.answers import empty_answer, hostile_answer, large_answer, sample_answer
from services.report.reading import Element, read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cairn.services.answering.answer import Answer

MAKERS = [sample_answer, hostile_answer, empty_answer]


def _page(answer: Answer) -> Element:
    return read("".join(pieces(answer)))


def test_the_page_is_written_whole(tmp_path: Path) -> None:
    write_report(sample_answer(), tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text("utf-8")
    assert page == "".join(pieces(sample_answer()))
    assert page.startswith("<!DOCTYPE html>\n<html lang=")
    assert page.endswith("</html>\n")


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no folder"):
        write_report(sample_answer(), tmp_path / "none" / "report.html")


@pytest.mark.parametrize("make", MAKERS)
def test_nothing_in_the_page_runs_or_comes_from_elsewhere(make: Callable[[], Answer]) -> None:
    for element in _page(make()).everything():
        assert element.tag not in {
            "script",
            "img",
            "picture",
            "link",
            "iframe",
            "object",
            "embed",
            "form",
            "base",
        }
        assert not [name for name in element.attributes if name.startswith("on") or name in {"src", "style"}]
        assert element.attributes.get("href", "#").startswith("#")


@pytest.mark.parametrize("make", MAKERS)
def test_the_policy_allows_the_style_sheet_by_its_digest_and_nothing_else(make: Callable[[], Answer]) -> None:
    page = _page(make())
    (style,) = page.all("style")
    (policy,) = (
        meta.attributes["content"]
        for meta in page.all("meta")
        if meta.attributes.get("http-equiv") == "Content-Security-Policy"
    )
    digest = base64.b64encode(hashlib.sha256(style.text.encode()).digest()).decode()
    assert policy == (f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'")
    assert "url(" not in style.text
    assert "@import" not in style.text


def test_hostile_text_is_shown_and_does_nothing() -> None:
    raw = "".join(pieces(hostile_answer()))
    assert "<script" not in raw
    assert raw.count("&lt;script&gt;") > 10
    assert "&lt;U+202E&gt;" in raw
    assert not [
        letter
        for letter in raw
        if unicodedata.category(letter) in {"Cf", "Cs", "Cc"} - {"\n"} and letter != "\n"
    ]
    assert "ä" * 3000 in raw


def test_a_value_cannot_forge_a_mark() -> None:
    forged = replace(sample_answer(), node="<!--rows:files-new-->", authority="<!--style-->")
    page = _page(forged)
    assert len(page.all("style")) == 1
    assert "<!--rows:files-new-->" in page.text


def test_a_page_of_many_files_is_made_in_small_pieces() -> None:
    made = list(pieces(large_answer(3000)))
    assert len(made) > 20
    assert max(map(len, made)) < 400_000
    assert "".join(made).count('<bdi class="a f">') == 3000


@pytest.mark.parametrize("make", MAKERS)
def test_the_templates_name_no_value_that_is_not_there(
    make: Callable[[], Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = Engine(dirs=[str(TEMPLATES)], string_if_invalid="[no value: %s]", builtins=[WORDS])
    monkeypatch.setattr(writing, "_engine", lambda: strict)
    assert "[no value" not in "".join(pieces(make()))


@pytest.mark.parametrize("make", MAKERS)
def test_every_table_has_a_head_that_repeats_and_every_heading_its_section(
    make: Callable[[], Answer],
) -> None:
    page = _page(make())
    assert page.all("html")[0].attributes["lang"] == "en"
    assert len(page.all("h1")) == 1
    assert all(head.attributes["scope"] in {"col", "row"} for head in page.all("th"))
    ids = [one.attributes["id"] for one in page.everything() if "id" in one.attributes]
    assert len(ids) == len(set(ids))
    labels = [section.attributes["aria-labelledby"] for section in page.all("section")]
    assert set(labels) <= set(ids)


def test_every_link_leads_to_something_in_the_page() -> None:
    page = _page(sample_answer())
    ids = {one.attributes["id"] for one in page.everything() if "id" in one.attributes}
    links = [one.attributes["href"] for one in page.everything() if "href" in one.attributes]
    assert {link.removeprefix("#") for link in links} <= ids


def _sheet() -> str:
    return (TEMPLATES / "report.css").read_text("utf-8")


def test_the_page_prints_on_a4_with_numbers_and_repeated_heads() -> None:
    sheet = _sheet()
    for rule in ("size: A4", "counter(page)", "table-header-group", "break-inside: avoid"):
        assert rule in sheet


def test_each_printed_page_names_its_input_list() -> None:
    answer = sample_answer()
    assert f"input list {answer.input_digest[:16]}…" in _page(answer).all("style")[0].text


def _luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_text_colour_stands_out_as_wcag_asks() -> None:
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", _sheet()))
    grounds = [colours.pop(name) for name in ("paper", "shade", "alarm-shade")]
    del colours["line"]  # A rule between rows carries no meaning.
    assert len(colours) == 10
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)
    assert min(_contrast(colour, ground) for colour in colours.values() for ground in grounds) >= 4.5
