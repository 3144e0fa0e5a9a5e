"""A node is a folder whose file is whole, known and not from the future, or a sentence says what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from cairn.errors import ConfigurationError
from cairn.records.node import NODE_FILE, default_folder, new_config, read_config, write_config


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    config = new_config(tmp_path / "node", authority="NL-UNIT", database="sqlite")
    write_config(config)
    assert read_config(tmp_path / "node") == config


def test_a_folder_becomes_a_node_only_once(tmp_path: Path) -> None:
    config = new_config(tmp_path, authority="NL-UNIT", database="sqlite")
    write_config(config)
    with pytest.raises(ConfigurationError, match="is a node already"):
        new_config(tmp_path, authority="NL-UNIT", database="sqlite")
    with pytest.raises(ConfigurationError, match="is a node already"):
        write_config(config)


def test_a_folder_without_a_node_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cairn node init") as caught:
        read_config(tmp_path)
    assert caught.value.code == "node.missing"


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"format = ", b"format = 1", b'format = "1"\nidentity = ""', b"format = 0"]
)
def test_an_empty_or_damaged_file_is_told_apart_from_no_node(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NODE_FILE).write_bytes(content)
    with pytest.raises(ConfigurationError, match="empty or damaged") as caught:
        read_config(tmp_path)
    assert caught.value.code == "node.damaged"


def test_a_node_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / NODE_FILE).write_text("format = 2\n")
    with pytest.raises(ConfigurationError, match="newer version") as caught:
        read_config(tmp_path)
    assert caught.value.code == "node.newer"


def test_a_node_file_that_is_a_folder_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / NODE_FILE).mkdir()
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_config(tmp_path)


def test_a_place_where_nothing_can_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="No node can be made"):
        new_config(tmp_path / "file" / "node", authority="NL-UNIT", database="sqlite")


def test_a_node_file_that_cannot_be_written_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = new_config(tmp_path, authority="NL-UNIT", database="sqlite")

    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ConfigurationError, match="No space left"):
        write_config(config)


def test_the_environment_names_the_node_and_its_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAIRN_NODE", str(tmp_path))
    write_config(new_config(tmp_path, authority="NL-UNIT", database="sqlite"))
    monkeypatch.setenv("CAIRN_DATABASE", "postgresql://somewhere/else")
    assert default_folder() == tmp_path
    assert read_config(tmp_path).database == "postgresql://somewhere/else"


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("postgresql://me:secret@127.0.0.1:5432/cairn", "postgresql://me@127.0.0.1:5432/cairn"),
        ("postgresql://me:secret@h/cairn?sslmode=require", "postgresql://me@h/cairn?sslmode=require"),
        ("postgresql://me@h/cairn?password=secret", "postgresql://me@h/cairn"),
        (
            "postgresql://me:secret@h/c?sslpassword=secret&sslmode=require",
            "postgresql://me@h/c?sslmode=require",
        ),
    ],
)
def test_a_password_is_never_written_into_the_node_s_file(tmp_path: Path, address: str, kept: str) -> None:
    write_config(new_config(tmp_path, authority="NL-UNIT", database=address))
    assert "secret" not in (tmp_path / NODE_FILE).read_text()
    assert read_config(tmp_path).database == kept


def test_without_a_word_the_node_lies_where_the_platform_keeps_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CAIRN_NODE", raising=False)
    assert default_folder().name == "cairn"
