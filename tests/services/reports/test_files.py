"""Reports with files: each file finds its item, is measured and kept, and none of what was sent is lost."""

from __future__ import annotations

import io
import json
import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cairn.errors import AccessError, InputError
from cairn.fingerprints import measure
from cairn.records.authorities import AuthorityKind
from cairn.records.lock import as_the_node
from cairn.records.reports import Report, ReportItem
from cairn.records.sightings import Sighting
from cairn.records.users import Actor, Role
from cairn.records.vault.keys import VaultKey
from cairn.services.receiving.arriving import Part
from cairn.services.reports import parcels, registering
from cairn.services.reports.parcels import (
    drop_old_parcels,
    drop_parcel,
    open_parcel,
    receive_piece,
    received_of,
    show_parcel,
    take_parcel,
)
from cairn.services.reports.sending import SentFile, take_sent
from cairn.services.reports.taking import NotCompared, take_report
from pictures import drawn, save
from services.alerting.records import authority, person
from stand_ins import InProcessPool

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registering, "LINKING_S", 0.001)
    monkeypatch.setattr("cairn.services.checking.check.LINKING_S", 0.001)


@pytest.fixture
def company() -> Actor:
    made = authority("EX-COMPANY", AuthorityKind.COMPANY)
    return Actor.person(person(made, "uploads", Role.REPORTER))


def tip(*files: str, reference: str = "77") -> bytes:
    return f"<report><reportId>{reference}</reportId>{''.join(files)}</report>".encode()


def details(**said: str) -> str:
    """Answer an item of a tip; a hash comes as ``md5``."""
    md5 = said.pop("md5", None)
    hashed = f'<originalFileHash hashType="MD5">{md5}</originalFileHash>' if md5 else ""
    return f"<fileDetails>{''.join(f'<{k}>{v}</{k}>' for k, v in said.items())}{hashed}</fileDetails>"


def own(*items: dict[str, object]) -> bytes:
    values = {
        "format": "cairn-report",
        "version": 1,
        "reference": "R-1",
        "reporter": "Company",
        "reported_at": "2024-05-01T12:00:00Z",
        "items": list(items),
    }
    return json.dumps(values).encode()


def test_every_file_that_was_sent_finds_its_item_or_becomes_one(
    sqlite_node: Node, company: Actor, tmp_path: Path
) -> None:
    node = replace(sqlite_node, config=replace(sqlite_node.config, keeps_pictures=True))
    pictures = [save(drawn(number), tmp_path / f"{number}.jpg") for number in range(3)]
    (tmp_path / "note").write_text("no picture")
    report = tmp_path / "tip"
    by_hash = measure(pictures[2]).digests.md5.hex()
    report.write_bytes(
        tip(
            details(fileId="f-1", originalFileName="a.jpg"),
            details(originalFileName="C:\\photos\\b.jpg", md5=measure(pictures[1]).digests.md5.hex()),
            details(fileId="f-3", originalFileName="c.jpg", md5=by_hash),
            details(fileId="f-4", originalFileName="d.jpg", md5="4" * 32),
        )
    )
    names = ("f-1.jpg", "below/b.jpg", "renamed", "../../note")
    sent = [SentFile(name, path) for name, path in zip(names, [*pictures, tmp_path / "note"], strict=True)]
    (taken,) = take_sent(node, report, sent, actor=company, open_pool=InProcessPool)
    assert (taken.items, taken.files, taken.unnamed_files, taken.without_hash) == (5, 4, 1, 0)
    assert taken.not_compared == (NotCompared("note", "unsupported"),)
    (again,) = take_sent(node, report, sent, actor=company, open_pool=InProcessPool)
    assert again == replace(taken, is_new=False)
    with as_the_node("a test looks"):
        items = ReportItem.objects.order_by("position")
        assert [bytes(item.sha256) if item.sha256 else None for item in items] == [
            *(measure(path).digests.sha256 for path in pictures),
            None,
            measure(tmp_path / "note").digests.sha256,
        ]
        assert all(item.media_id for item in items)
        assert sorted(Sighting.objects.values_list("address", flat=True)) == [
            "below/b.jpg",
            "f-1.jpg",
            "item 4",
            "note",
            "renamed",
        ]
        assert {row.media.sha256 for row in VaultKey.objects.select_related("media")} == {
            measure(path).digests.sha256 for path in pictures
        }
    assert not list(node.config.uploads_folder.iterdir())
    assert all(path.is_file() for path in pictures)
    (with_less,) = take_sent(node, report, sent[:1], actor=company, open_pool=InProcessPool)
    assert (with_less.is_new, with_less.files) == (True, 1)


def test_bad_files_are_all_named_and_nothing_is_taken_or_lost(
    sqlite_node: Node, company: Actor, tmp_path: Path
) -> None:
    (tmp_path / "good").write_text("good")
    (tmp_path / "other").write_text("other")
    report = tmp_path / "report"
    report.write_bytes(
        own(
            {"file": "good"},
            {"file": "files/gone.jpg"},
            {"file": "other", "hashes": {"md5": "1" * 32}},
        )
    )
    sent = [SentFile(name, tmp_path / name) for name in ("good", "other")]
    with pytest.raises(InputError, match=r"^2 files .* say: files/gone\.jpg, other\.$") as refused:
        take_sent(sqlite_node, report, sent, actor=company)
    assert refused.value.code == "report.file"
    with pytest.raises(InputError, match="Two files were sent as good"):
        take_sent(sqlite_node, report, [*sent, sent[0]], actor=company)
    report.write_bytes(b"<reports>" + tip(reference="1") + tip(reference="2") + b"</reports>")
    with pytest.raises(InputError, match="to which of the reports the file good belongs"):
        take_sent(sqlite_node, report, sent[:1], actor=company)
    assert not Report.objects.exists()
    assert (tmp_path / "good").read_text() == "good"


def test_xml_in_a_dropped_folder_takes_the_files_beside_it_that_are_its_own(
    sqlite_node: Node, company: Actor, tmp_path: Path
) -> None:
    (tmp_path / "77").mkdir()
    mine = save(drawn(1), tmp_path / "77" / "a.jpg")
    save(drawn(2), tmp_path / "a.jpg")
    (tmp_path / "b.jpg").write_text("another than its hash says")
    (tmp_path / "unrelated.jpg").write_text("of somebody else")
    (tmp_path / "out.jpg").symlink_to("/etc/hostname")
    path = tmp_path / "tip.xml"
    path.write_bytes(
        tip(
            details(originalFileName="a.jpg"),
            details(originalFileName="b.jpg", md5="2" * 32),
            details(originalFileName="out.jpg", md5="3" * 32),
            details(originalFileName="tip.xml", md5="4" * 32),
            details(originalFileName="x" * 5000, md5="5" * 32),
        )
    )
    (taken,) = take_report(sqlite_node, path, actor=company, open_pool=InProcessPool)
    assert (taken.items, taken.files, taken.other_files) == (5, 1, ("b.jpg",))
    with as_the_node("a test looks"):
        assert ReportItem.objects.get(position=1).sha256 == measure(mine).digests.sha256
        assert Sighting.objects.count() == 5


def test_a_parcel_fills_in_pieces_and_is_its_own_authoritys(
    sqlite_node: Node, company: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cairn.services.receiving.arriving.CHUNK_BYTES", 1_000)
    config, other = sqlite_node.config, sqlite_node.operator
    content = save(drawn(1), tmp_path / "a.jpg").read_bytes()
    name = open_parcel(config, actor=company).name

    def send(piece: bytes, offset: int, path: str = "in/a.jpg") -> int:
        part = Part(path, len(content), offset)
        return receive_piece(config, name, part, io.BytesIO(piece), actor=company)

    report = tmp_path / "report"
    report.write_bytes(own({"file": "a.jpg"}))
    assert send(content[:1_000], 0) == 1_000
    with pytest.raises(InputError, match="1 of the files were sent only in part"):
        take_parcel(sqlite_node, name, report, actor=company)
    for offset in range(1_000, len(content), 1_000):
        send(content[offset : offset + 1_000], offset)
    assert received_of(config, name, "in/a.jpg", len(content), actor=company) == len(content)
    assert show_parcel(config, name, actor=company).files == {"in/a.jpg": len(content)}
    with pytest.raises(InputError, match="cannot keep"):
        send(content[:1_000], 0, "../a.jpg")
    for wrong, actor in ((name, other), ("0" * 32, company), ("../1", company)):
        with pytest.raises(AccessError):
            show_parcel(config, wrong, actor=actor)
    monkeypatch.setattr(parcels, "PARCEL_BYTES", len(content) + 10)
    with pytest.raises(InputError, match="at most"):
        send(content[:1_000], 0, "b.jpg")
    (taken,) = take_parcel(sqlite_node, name, report, actor=company, open_pool=InProcessPool)
    assert (taken.items, taken.files, taken.unnamed_files) == (1, 1, 0)
    with pytest.raises(AccessError):
        show_parcel(config, name, actor=company)


def test_parcels_are_few_are_dropped_and_are_forgotten_after_a_day(sqlite_node: Node, company: Actor) -> None:
    config = sqlite_node.config
    names = [open_parcel(config, actor=company).name for _ in range(parcels.MOST_PARCELS)]
    with pytest.raises(InputError, match="4 parcels are open"):
        open_parcel(config, actor=company)
    drop_parcel(config, names[0], actor=company)
    old = time.time() - parcels.KEPT_S - 1
    os.utime(next(config.parcels_folder.glob(f"*/{names[1]}")), (old, old))
    drop_old_parcels(config)
    left = {folder.name for folder in config.parcels_folder.glob("*/*")}
    assert left == set(names[2:])
    auditor = Actor.person(person(sqlite_node.authority, "audit", Role.AUDITOR))
    with pytest.raises(AccessError):
        open_parcel(config, actor=auditor)
