from __future__ import annotations

import pytest

from cairn.services.visible import common_folder, visible


@pytest.mark.parametrize(
    ("hidden", "shown"),
    [
        ("holiday\u202egpj.exe", "holiday<U+202E>gpj.exe"),
        ("\x1b[2Jgone", "<U+001B>[2Jgone"),
        ("two\nlines", "two<U+000A>lines"),
        ("zero\u200bwidth", "zero<U+200B>width"),
        ("no\u00a0break", "no<U+00A0>break"),
        ("filler\u3164", "filler<U+3164>"),
        ("lone\udcff", "lone<U+DCFF>"),
        ("tag\U000e0041", "tag<U+E0041>"),
    ],
)
def test_a_character_that_cannot_be_seen_is_shown_by_its_code_point(hidden: str, shown: str) -> None:
    assert visible(hidden) == shown


@pytest.mark.parametrize(
    "name", ["DCIM/IMG 1.jpg", "Ünïcödé.jpg", "فيديو العطلة.jpg", "写真.jpg", "🌊.png", ""]
)
def test_a_name_that_can_be_read_stays_as_it_is(name: str) -> None:
    assert visible(name) == name


@pytest.mark.parametrize(
    ("addresses", "folder"),
    [
        ([], ""),
        (["/a/b/1.jpg"], "/a/b/"),
        (["/a/b/1.jpg", "/a/bc/1.jpg"], "/a/"),
        (["/a/1.jpg", "/a/1.jpg/inside"], "/a/"),
        (["C:\\x\\1.jpg", "C:\\x\\2.jpg"], "C:\\x\\"),
        (["one", "two"], ""),
    ],
)
def test_the_common_folder_is_what_all_addresses_begin_with(addresses: list[str], folder: str) -> None:
    assert common_folder(addresses) == folder
