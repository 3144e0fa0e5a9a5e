"""Schemes come from files and are checked at the door."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cairn.errors import InputError
from cairn.records.categories import Category, Treatment
from cairn.services.categories import (
    MAX_SCHEME_BYTES,
    find_category,
    install_scheme_file,
    read_scheme,
    standard_scheme,
)

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node

GOOD = 'scheme = "xx"\nversion = "2"\n[codes]\n1 = "material"\n9 = "irrelevant"\n'


def test_every_node_has_the_standard_scheme(node: Node) -> None:
    assert Category.objects.count() == len(standard_scheme().codes)
    assert find_category("exchange:baseline").treatment == Treatment.MATERIAL


def test_a_scheme_file_is_installed_and_installed_again(node: Node, tmp_path: Path) -> None:
    file = tmp_path / "scheme.toml"
    file.write_text(GOOD)
    for _ in range(2):
        assert install_scheme_file(file, actor=node.operator).scheme == "xx"
    assert str(find_category("xx:9")) == "xx:9"
    assert Category.objects.filter(scheme__code="xx").count() == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "scheme =",
        'scheme = "x"\nversion = "1"',
        GOOD.replace("material", "other"),
        GOOD.replace('"2"', "2"),
    ],
)
def test_a_file_that_is_no_scheme_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        read_scheme(text)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"\xff", "no text"), (b"#" * (MAX_SCHEME_BYTES + 1), "too large"), (None, "cannot be read")],
)
def test_a_file_that_cannot_be_a_scheme_is_a_sentence(
    sqlite_node: Node, tmp_path: Path, content: bytes | None, words: str
) -> None:
    file = tmp_path / "scheme.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InputError, match=words):
        install_scheme_file(file, actor=sqlite_node.operator)


@pytest.mark.parametrize("typed", ["baseline", "exchange:", "other:baseline", ""])
def test_an_unknown_category_names_those_that_there_are(sqlite_node: Node, typed: str) -> None:
    with pytest.raises(InputError, match="exchange:baseline"):
        find_category(typed)
