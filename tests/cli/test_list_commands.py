"""The commands about lists, as typed: taken in, signed or not, listed, shown, shared, withdrawn."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cairn.errors import InputError
from cairn.services.hash_lists.signatures import read_trusted_key
from cli.command_line import cairn
from services.seizures import unit

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node

MD5 = [f"{number + 1:032x}" for number in range(3)]


def test_a_list_is_taken_in_listed_shown_shared_and_withdrawn(sqlite_node: Node, tmp_path: Path) -> None:
    unit(sqlite_node, "BR-UNIT")
    node, file = sqlite_node.config.folder, tmp_path / "hashes.txt"
    file.write_text("\n".join([*MD5, "nonsense"]))
    words = (
        "--list",
        "Baseline",
        "--audience",
        "named",
        "--named",
        "BR-UNIT",
        "--tlp",
        "TLP:RED",
        "--give-out",
    )
    ran = cairn(node, "import", file, *words)
    assert (ran.code, ran.out.splitlines()[0]) == (
        1,
        "Baseline: known, met by you and the authorities that you name, TLP:RED, H0.",
    )
    assert "  line 4: There is no hash in it." in ran.out
    assert cairn(node, "list", "list").out == "NL-UNIT  Baseline  known, named, TLP:RED: 3 entries\n"
    shown = cairn(node, "list", "show", "Baseline").out
    assert "  named: BR-UNIT\n  its entries are given out\n" in shown
    theirs = cairn(node, "list", "show", "Baseline", "--owner", "NL-UNIT", "--authority", "BR-UNIT", "--json")
    assert json.loads(theirs.out)["row"]["named"] == []
    shared = cairn(node, "list", "share", "Baseline", "--audience", "own", "--keep-in")
    assert shared.out == "Baseline: met by your authority alone; its entries are not given out.\n"
    assert cairn(node, "list", "list", "--authority", "BR-UNIT").out == ""
    withdrawn = cairn(node, "list", "withdraw", "Baseline", "--version", "--reason", "an error")
    assert withdrawn.out == "The version of Baseline that stood is withdrawn. Import another one.\n"
    assert ", withdrawn: 4 lines" in cairn(node, "list", "show", "Baseline").out
    assert "met by nobody" in cairn(node, "list", "withdraw", "Baseline", "--reason", "an error").out
    (row,) = json.loads(cairn(node, "list", "list", "--json").out)
    assert (row["is_withdrawn"], row["entries"]) == (True, 0)
    back = cairn(node, "list", "withdraw", "Baseline", "--take-back", "--reason", "it was right")
    assert back.out == "The list Baseline is met again.\n"


@pytest.mark.parametrize(
    "words",
    [
        ("list", "share", "Baseline"),
        ("list", "share", "Baseline", "--audience", "named"),
        ("list", "share", "Baseline", "--audience", "named", "--named", "EX-NOBODY"),
        ("list", "share", "Baseline", "--audience", "alliance", "--named", "NL-UNIT"),
        ("list", "share", "Nothing", "--audience", "own"),
        ("list", "show", "Nothing"),
        ("list", "withdraw", "Baseline", "--reason", " "),
    ],
)
def test_what_does_not_hold_is_refused_in_words(
    sqlite_node: Node, tmp_path: Path, words: tuple[str, ...]
) -> None:
    (tmp_path / "Baseline").write_text(MD5[0])
    cairn(sqlite_node.config.folder, "import", tmp_path / "Baseline")
    ran = cairn(sqlite_node.config.folder, *words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err


def test_a_version_is_taken_in_only_with_a_signature_that_holds(sqlite_node: Node, tmp_path: Path) -> None:
    node, file = sqlite_node.config.folder, tmp_path / "hashes.txt"
    file.write_text(MD5[0])
    maker, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    pem = Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    (tmp_path / "maker.pem").write_bytes(maker.public_key().public_bytes(*pem))
    ssh = other.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    (tmp_path / "other.pub").write_bytes(ssh)
    raw = maker.sign(file.read_bytes())
    trusting = ("import", file, "--list", "Signed", "--trusted-key", tmp_path / "other.pub")
    for wrong in (other.sign(b"another file"), b"no signature\n", raw.hex().encode() + b"00"):
        (tmp_path / "sig").write_bytes(wrong)
        both = (*trusting, "--trusted-key", tmp_path / "maker.pem", "--signature", tmp_path / "sig")
        ran = cairn(node, *both)
        assert (ran.code, "not signed by a trusted key" in ran.err) == (2, True)
    assert "Say with --signature" in cairn(node, *trusting).err
    assert json.loads(cairn(node, "list", "list", "--json").out) == []
    for signed in (raw, raw.hex().encode(), base64.b64encode(raw) + b"\n"):
        (tmp_path / "sig").write_bytes(signed)
        assert "not signed by" in cairn(node, *trusting, "--signature", tmp_path / "sig").err
        took = cairn(
            node, *trusting, "--trusted-key", tmp_path / "maker.pem", "--signature", tmp_path / "sig"
        )
        if signed is raw:
            assert took.code == 0
            assert "  Signed by maker.pem " in took.out
        else:
            assert "is the version of Signed that stands" in took.err
    (version,) = json.loads(cairn(node, "list", "show", "Signed", "--json").out)["versions"]
    assert (version["is_signed"], version["signed_by"].partition(" ")[0]) == (True, "maker.pem")
    assert "    signed by maker.pem" in cairn(node, "list", "show", "Signed").out


def test_a_key_or_a_signature_of_another_kind_is_told(sqlite_node: Node, tmp_path: Path) -> None:
    curve = generate_private_key(SECP256R1()).public_key()
    (tmp_path / "curve").write_bytes(curve.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    (tmp_path / "words").write_text("words")
    (tmp_path / "ssh").write_text("ssh-nothing AAAA")
    for name in ("curve", "words", "ssh"):
        with pytest.raises(InputError, match="no public Ed25519 key"):
            read_trusted_key(tmp_path / name)
    (tmp_path / "list").write_text(MD5[0])
    (tmp_path / "sig").write_bytes(b"\xff" * 10)
    node = sqlite_node.config.folder
    assert "is no signature" in cairn(node, "import", tmp_path / "list", "--signature", tmp_path / "sig").err
    twice = cairn(node, "import", tmp_path / "list", tmp_path / "words", "--signature", tmp_path / "sig")
    assert "over one file" in twice.err
