"""The mail server is off until it is named, and named in a way that keeps secrets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cairn.errors import ConfigurationError
from cairn.records.node import NODE_FILE, NodeConfig, read_config
from cairn.services.alerting.mail_server import mail_server

CONFIG = NodeConfig(Path("/node"), "identity", "NL-UNIT", "sqlite")
SENDER = "cairn@unit.example"


@pytest.fixture(autouse=True)
def _no_server_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CAIRN_MAIL_SERVER", "CAIRN_MAIL_SENDER", "CAIRN_MAIL_PASSWORD"):
        monkeypatch.delenv(name, raising=False)


def test_mail_is_off_until_a_server_is_named() -> None:
    assert mail_server(CONFIG) is None


@pytest.mark.parametrize(
    ("address", "scheme", "port"),
    [
        ("smtp://mail.example", "smtp", 25),
        ("smtp+starttls://mail.example", "smtp+starttls", 587),
        ("smtps://mail.example", "smtps", 465),
        ("smtp://mail.example:2525", "smtp", 2525),
    ],
)
def test_the_address_says_how_and_where(address: str, scheme: str, port: int) -> None:
    server = mail_server(replace(CONFIG, mail_server=address, mail_sender=SENDER))
    assert server is not None
    assert (server.scheme, server.host, server.port, server.sender) == (scheme, "mail.example", port, SENDER)


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAIRN_MAIL_SERVER", "smtps://node%40x@other.example")
    monkeypatch.setenv("CAIRN_MAIL_SENDER", "other@unit.example")
    monkeypatch.setenv("CAIRN_MAIL_PASSWORD", "secret")
    server = mail_server(replace(CONFIG, mail_server="smtp://mail.example", mail_sender=SENDER))
    assert server is not None
    assert (server.host, server.sender, server.login, server.password) == (
        "other.example",
        "other@unit.example",
        "node@x",
        "secret",
    )


@pytest.mark.parametrize(
    ("address", "sender", "words"),
    [
        ("mail.example", SENDER, "an address such as"),
        ("https://mail.example", SENDER, "an address such as"),
        ("smtp://", SENDER, "an address such as"),
        ("smtp://mail.example:x", SENDER, "an address such as"),
        ("smtp://mail.example", "", "an address such as"),
        ("smtps://me:secret@mail.example", SENDER, "CAIRN_MAIL_PASSWORD"),
        ("smtp://me@mail.example", SENDER, "without encryption"),
    ],
)
def test_what_cannot_be_understood_or_is_not_safe_is_refused(address: str, sender: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        mail_server(replace(CONFIG, mail_server=address, mail_sender=sender))


def test_the_node_file_names_server_and_sender(tmp_path: Path) -> None:
    lines = ["format = 1", 'identity = "x"', 'authority = "NL-UNIT"', 'database = "sqlite"']
    file = tmp_path / NODE_FILE
    file.write_text("\n".join(lines))
    assert read_config(tmp_path).mail_server == ""
    file.write_text("\n".join([*lines, "[mail]", 'server = "smtp://mail.example"', f'sender = "{SENDER}"']))
    config = read_config(tmp_path)
    assert (config.mail_server, config.mail_sender) == ("smtp://mail.example", SENDER)
    file.write_text("\n".join([*lines, "[mail]", "server = 25"]))
    with pytest.raises(ConfigurationError, match="damaged"):
        read_config(tmp_path)
