"""Names become addresses that can be printed, stored and told apart."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cairn.intake.containers.names import Addresses, shown


def test_an_ordinary_name_stays_as_it_is() -> None:
    assert shown("DCIM/grün 1.jpg", most_characters=100) == "DCIM/grün 1.jpg"


def test_what_no_screen_shows_is_escaped() -> None:
    assert shown("a\0b\nc\u202egpj.exe\ud800", most_characters=100) == "a\\x00b\\nc\\u202egpj.exe\\ud800"
    assert shown("", most_characters=100) == "unnamed"


def test_long_names_are_shortened_and_still_told_apart() -> None:
    one, other = (shown("x" * 5000 + end, most_characters=1024) for end in "ab")
    assert one != other
    assert len(one) < 300
    assert "SHA-256" in one


@given(st.text(st.characters()))
def test_every_name_can_be_stored_and_printed(name: str) -> None:
    text = shown(name, most_characters=1024)
    text.encode("utf-8")
    assert "\n" not in text
    assert "\0" not in text
    assert text


@given(st.lists(st.sampled_from(["a", "a (2)", "a (2) (2)", "b"]), max_size=30))
def test_addresses_are_given_once(names: list[str]) -> None:
    addresses = Addresses()
    given_out = [addresses.unique(name) for name in names]
    assert len(set(given_out)) == len(names)
