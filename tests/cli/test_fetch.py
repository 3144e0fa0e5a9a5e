"""``cairn fetch`` says what came, goes on with the next source where one fails, and ends with 2 then."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cli.command_line import cairn
from exchange.services_of_others import Answer, Sharing, played

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node

MD5 = "0" * 31 + "1"


def test_what_came_is_said_and_a_source_that_fails_stops_no_other(sqlite_node: Node, tmp_path: Path) -> None:
    sharing = Sharing()
    sharing.put("a", "2026-01-01T00:00:00Z", md5=MD5)
    (tmp_path / "secret").write_text("secret")
    node = sqlite_node.config.folder
    with played(sharing) as good, played(lambda _: Answer(status=403)) as bad:
        for name, address in (("Good", good), ("Bad", bad)):
            (tmp_path / f"{name}.toml").write_text(
                f'kind = "ncmec"\naddress = "{address}"\nuser = "user"\nsecret_file = "secret"\n'
                f'[list]\nname = "{name}"\n'
            )
        ran = cairn(node, "fetch", tmp_path / "Bad.toml", tmp_path / "Good.toml")
        assert (ran.code, ran.out) == (
            2,
            "Good: 1 entries and tombstones came, 1 entries stand; 1 are new, 0 of no use here.\n",
        )
        assert "cairn: Bad: The service refuses these credentials." in ran.err
        again = cairn(node, "fetch", tmp_path / "Good.toml")
        assert (again.code, "the list is as it was" in again.out) == (0, True)
        sharing.put("a", datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), md5=None)
        gone = cairn(node, "fetch", tmp_path / "Good.toml")
        assert "the version that stood is withdrawn" in gone.out
        assert "withdrawn" in cairn(node, "list", "show", "Good").out
    (tmp_path / "Good.toml").write_text("kind = 1")
    assert "The file of the source does not hold" in cairn(node, "fetch", tmp_path / "Good.toml").err
