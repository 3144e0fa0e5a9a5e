"""What a person types is refused with a sentence wherever one of the databases would refuse it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cairn.errors import InputError
from cairn.records.authorities import AuthorityKind
from cairn.records.cases import Case, Exhibit
from cairn.records.jobs import Check
from cairn.services.categories import find_category, read_scheme
from cairn.services.directory.authorities import NewAuthority, add_authority, find_authority
from cairn.services.series.names import own_series
from cairn.services.series.opening import create_series
from cairn.services.typed_text import require_country, require_text
from services.seizures import run

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node

NEW = NewAuthority("BR-UNIT", "Unit", AuthorityKind.UNIT, "BR", "desk@unit.example")
REFUSED = ["", " \t", "a\0b", "a\nb", "a\x1b[2J", "caf\udce9", "x" * 501]


@pytest.mark.parametrize("text", ["2026-1", "Ärger / 事件", "می\u200cخواهم", "x" * 10])
def test_a_name_in_any_language_is_taken(text: str) -> None:
    require_text(text, what="A name", longest=10, code="name")


@pytest.mark.parametrize("text", REFUSED)
def test_a_text_that_cannot_be_recorded_is_refused_under_its_code(text: str) -> None:
    with pytest.raises(InputError, match="A name has") as caught:
        require_text(text, what="A name", longest=10, code="name.invalid")
    assert caught.value.code == "name.invalid"


@pytest.mark.parametrize("text", REFUSED)
@pytest.mark.parametrize("place", ["case", "exhibit"])
def test_case_and_exhibit_are_checked_before_any_work(
    sqlite_node: Node, tmp_path: Path, place: str, text: str
) -> None:
    with pytest.raises(InputError):
        run(sqlite_node, tmp_path, **{"case": "1", place: text})
    assert (Case.objects.count(), Check.objects.count()) == (0, 0)


@pytest.mark.parametrize("text", REFUSED)
def test_series_authorities_and_schemes_are_checked(sqlite_node: Node, text: str) -> None:
    with pytest.raises(InputError):
        create_series(text, actor=sqlite_node.operator)
    for changed in (replace(NEW, name=text), replace(NEW, contact=text)):
        with pytest.raises(InputError):
            add_authority(changed, actor=sqlite_node.operator)


@pytest.mark.parametrize(
    ("scheme", "version", "code"),
    [("a\\u0000", "1", "1"), ("x" * 65, "1", "1"), ("a:b", "1", "1"), ("", "1", "1"), ("a", "x" * 33, "1")]
    + [("a", "1", text) for text in ("x" * 65, "a\\u0000", " ")],
)
def test_a_scheme_whose_words_cannot_be_recorded_is_refused(scheme: str, version: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        read_scheme(f'scheme = "{scheme}"\nversion = "{version}"\n[codes]\n"{code}" = "material"\n')
    assert caught.value.code == "scheme.invalid"


def test_the_longest_names_fit_into_either_database(node: Node, tmp_path: Path) -> None:
    add_authority(replace(NEW, name="n" * 200, contact="c" * 500), actor=node.operator)
    create_series("s" * 200, actor=node.operator)
    (tmp_path / "phone").mkdir()
    (tmp_path / "phone" / "1.txt").write_text("1")
    run(node, tmp_path / "phone", case="c" * 200, exhibit="e" * 200, register=True, series="s" * 200)
    assert Exhibit.objects.get().label == "e" * 200


def test_an_exhibit_takes_the_name_of_the_first_path_with_nothing_hidden_in_it(
    node: Node, tmp_path: Path
) -> None:
    for name in ("phone\n1", "tablet", "l" * 255):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.txt").write_text(name)
    first = run(node, tmp_path / "phone\n1", tmp_path / "tablet", case="1", register=True)
    long = run(node, tmp_path / ("l" * 255), case="1", register=True)
    assert (first.exhibit, long.exhibit) == ("phone<U+000A>1", "l" * 200)
    assert sorted(Exhibit.objects.values_list("label", flat=True)) == ["l" * 200, "phone<U+000A>1"]


@pytest.mark.parametrize("typed", ["a\0b", "caf\udce9"])
def test_asking_for_what_cannot_be_recorded_is_asking_for_what_is_not_there(node: Node, typed: str) -> None:
    with pytest.raises(InputError, match="no authority"):
        find_authority(typed)
    with pytest.raises(InputError, match="no category"):
        find_category(f"exchange:{typed}")
    with pytest.raises(InputError, match="no series"):
        own_series(typed, actor=node.operator)


@pytest.mark.parametrize("country", ["Sweden", "se", "S", "SE\n", "ÖÄ", ""])
def test_a_country_is_two_capitals(country: str) -> None:
    require_country("SE", code="a.code")
    with pytest.raises(InputError, match="no country") as caught:
        require_country(country, code="a.code")
    assert caught.value.code == "a.code"
