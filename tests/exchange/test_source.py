"""A source's file says where to fetch, holds no secret, and leads nowhere by accident."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cairn.errors import ConfigurationError
from cairn.exchange.source import Secret, SourceKind, read_source

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """
kind = "ncmec"
address = "https://hub.example/api/exchange/"
user = "unit"
secret_file = "secret"
ca_file = "ca.crt"
[list]
name = "Hub"
audience = "named"
named = ["BR-UNIT"]
"""


def source(folder: Path, text: str = GOOD) -> Path:
    file = folder / "source.toml"
    file.write_text(text)
    return file


def test_a_source_says_where_and_what_the_list_is_called(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(" word\n")
    found = read_source(source(tmp_path))
    assert (found.kind, found.address, found.user) == (
        SourceKind.NCMEC,
        "https://hub.example/api/exchange",
        "unit",
    )
    assert (found.secret.read(), found.ca_file, found.subscription) == ("word", tmp_path / "ca.crt", None)
    assert (found.list_name, found.wishes) == ("Hub", {"audience": "named", "named": ["BR-UNIT"]})


def test_a_secret_can_lie_in_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = GOOD.replace('secret_file = "secret"', 'secret_env = "A_SECRET"')
    found = read_source(source(tmp_path, text)).secret
    with pytest.raises(ConfigurationError, match="A_SECRET"):
        found.read()
    monkeypatch.setenv("A_SECRET", "word")
    assert found.read() == "word"
    for wrong in (b"", b"\xff", b"a\nb"):
        (tmp_path / "wrong").write_bytes(wrong)
        with pytest.raises(ConfigurationError):
            Secret(file=tmp_path / "wrong").read()


def test_plain_http_is_for_this_machine_alone(tmp_path: Path) -> None:
    text = GOOD.replace("https://hub.example/api/exchange/", "http://127.0.0.1:8000/api/exchange")
    assert read_source(source(tmp_path, text)).address.startswith("http://127.0.0.1:8000")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("https://hub.example", "http://hub.example", "plain HTTP"),
        ("https://hub.example", "https://user:word@hub.example", "an address is such as"),
        ("https://hub.example/", "https://hub.example:port/", "the address is none"),
        ("https://hub.example/", " https://hub.example/", "the address is none"),
        ("https://hub.example/", "ftp://hub.example/", "an address is such as"),
        ("/exchange/", "/exchange/?x=1", "an address is such as"),
        ("ncmec", "other", "kind is one of"),
        ("ncmec", "stopncii", "a subscription is said"),
        ('user = "unit"', "user = 7", "'user'|user is not"),
        ('user = "unit"', 'password = "word"', "there is no 'password'"),
        ('named = ["BR-UNIT"]', 'named = "BR-UNIT"', "named is not"),
        ('name = "Hub"', 'name = " "', r"\[list\] has to say"),
        ("[list]", "[other]", r"\[list\] has to say"),
        ('secret_file = "secret"', "", "secret_file or secret_env"),
        ('secret_file = "secret"', 'secret_file = "a"\nsecret_env = "b"', "lies in one place"),
        ('user = "unit"', "user = ", "no TOML"),
    ],
)
def test_what_does_not_hold_is_said(tmp_path: Path, old: str, new: str, why: str) -> None:
    assert old in GOOD
    with pytest.raises(ConfigurationError, match=why):
        read_source(source(tmp_path, GOOD.replace(old, new)))


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_source(tmp_path / "nothing.toml")
