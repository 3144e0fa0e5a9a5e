"""A case file is checked by the digests that it states, and says so; what it registers others meet."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from cairn.errors import InputError
from cairn.fingerprints import measure
from cairn.intake import STANDARD_RULES
from cairn.intake.vics import Form, Kind, MediaRead, read_vics
from cairn.linking import DigestEqual, PdqNear, PhotoDnaNear
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.jobs import CheckItem
from cairn.records.lists import ListKind
from cairn.records.media import Media
from cairn.records.series import SeriesMedia
from cairn.records.sightings import Sighting
from cairn.services.casefiles import checking
from cairn.services.casefiles.checking import check_case_files
from cairn.services.casefiles.finding import case_files
from cairn.services.casefiles.writing_back import write_back
from cairn.services.checking.planning import CheckRequest
from cairn.services.checking.register import write_sightings
from cairn.services.directory.acting import operator_of
from cairn.services.hash_lists.importing import NewList, import_list
from cairn.services.looking_up.asking import look_up
from cairn.services.looking_up.hashes import Hashes
from cairn.services.looking_up.typed import read_typed
from cairn.services.series.opening import create_series
from cairn.types import Handling, Orientation, Pdq
from intake.vics.samples import FORMS, case_members, file_text, record
from pictures import drawn, save
from services.persons import settled_series
from services.seizures import by_name, hold, run, unit, verdicts

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.answering.answer import Answer
    from cairn.services.node.opening import Node

CASES = Form("2.0", Kind.CASES, "US")


def stating(name: str, content: bytes, *kinds: str, **members: Any) -> dict[str, Any]:
    """Answer a record that states the digests of this content."""
    made = record(RelativeFilePath=f"Files\\{name}", AlternativeHashes=[], **members)
    for key, kind in (("MD5", "md5"), ("SHA1", "sha1")):
        made[key] = (
            hashlib.new(kind, content).hexdigest().upper() if kind in (kinds or ("md5", "sha1")) else None
        )
    return made


def case_of(folder: Path, *records: Any, form: Form = CASES, name: str = "case.json") -> Path:
    file = folder / name
    file.write_text(file_text(form, list(records), case=case_members()), encoding="utf-8")
    return file


def ask(node: Node, *paths: Path, authority: str | None = None, **request: Any) -> Answer:
    actor = operator_of(node, authority) if authority else None
    items = case_files(paths, STANDARD_RULES)
    return check_case_files(node, CheckRequest(paths, actor=actor, **request), items)


def names(answer: Answer) -> dict[str, str]:
    return {file.address.rpartition("\\")[2]: str(file.verdict) for file in answer.files}


@pytest.fixture
def held(tmp_path: Path) -> dict[str, bytes]:
    """Three pictures in a folder."""
    for seed in range(3):
        save(drawn(seed), tmp_path / "held" / f"{seed}.jpg")
    return {file.name: file.read_bytes() for file in sorted((tmp_path / "held").iterdir())}


def test_each_record_has_the_verdict_of_its_file(node: Node, held: dict[str, bytes], tmp_path: Path) -> None:
    settled_series("Stone", unit(node, "BR-UNIT"))
    hold(node, tmp_path / "held" / "0.jpg", authority="BR-UNIT", series="Stone")
    hold(node, tmp_path / "held" / "1.jpg", authority="BR-UNIT")
    file = case_of(
        tmp_path,
        stating("a.jpg", held["0.jpg"]),
        stating("b.jpg", held["1.jpg"], "md5"),
        stating("c.jpg", held["2.jpg"]),
        stating("again.jpg", held["2.jpg"]),
        stating("empty.jpg", b""),
        {**stating("forged.jpg", held["0.jpg"]), "SHA1": "0" * 40},
        stating("none.jpg", b"", "neither"),
        None,
    )
    answer = ask(node, file)
    assert names(answer) | {"record 8": ""} == {
        "a.jpg": "identified",
        "b.jpg": "known",
        "c.jpg": "new",
        "again.jpg": "new",
        "empty.jpg": "not-comparable",
        "forged.jpg": "new",
        "none.jpg": "not-comparable",
        f"{file}!/record 8": "not-comparable",
        "record 8": "",
    }
    assert sum(answer.counts.values()) == len(answer.files) == 8
    assert [met.facts.name for met in answer.series] == ["Stone"]
    assert (answer.series[0].exact, answer.copies, len(answer.unreadable)) == (1, 1, 2)
    assert not answer.coverage.near_sought
    evidence = {each.address[-5:]: each.matches[0].evidence for each in answer.files if each.matches}
    assert evidence == {"a.jpg": DigestEqual(("md5", "sha1")), "b.jpg": DigestEqual(("md5",))}
    assert any("new by its digests" in look.why for look in answer.look_first)


def test_a_stated_pdq_hash_meets_near_pictures_and_is_not_written_back_as_the_same(
    node: Node, held: dict[str, bytes], tmp_path: Path
) -> None:
    settled_series("Stone", unit(node, "BR-UNIT"))
    create_series("Hidden", handling=Handling.BLIND, actor=operator_of(node, "BR-UNIT"))
    for name, series in (("0.jpg", "Stone"), ("1.jpg", "Hidden")):
        hold(node, tmp_path / "held" / name, authority="BR-UNIT", series=series)
    records = []
    for number in range(3):
        picture = measure(tmp_path / "held" / f"{number}.jpg").picture.comparison
        assert isinstance(picture, Pdq)
        near = bytearray(picture.hashes[0])
        near[0] ^= 7
        pdq = {"HashName": "pdq", "HashValue": bytes(near).hex().upper()}
        made = stating(f"{number}.jpg", b"altered %d" % number)
        records.append({**made, "AlternativeHashes": [pdq, {"HashName": "PDQ", "HashValue": "none"}]})
    file = case_of(tmp_path, *records)
    answer = ask(node, file)
    assert names(answer) == {"0.jpg": "similar", "1.jpg": "new", "2.jpg": "new"}
    (similar,) = (each for each in answer.files if each.matches)
    assert similar.matches[0].evidence == PdqNear(3, Orientation.ORIGINAL)
    assert (answer.series[0].exact, answer.series[0].similar) == (0, 1)
    assert answer.coverage.near_sought
    back = tmp_path / "back.json"
    write_back(answer, case_files([file], None)[0], back)
    assert back.read_bytes() == file.read_bytes()


def test_a_stated_photodna_value_meets_known_lists_near_it(sqlite_node: Node, tmp_path: Path) -> None:
    values = np.random.default_rng(1).integers(0, 255, (2, 144), dtype=np.uint8)
    near = values[0].copy()
    near[3] ^= 1
    (tmp_path / "known.csv").write_text(f"md5,photodna\n{'1' * 32},{values[0].tobytes().hex()}\n")
    (tmp_path / "idle.csv").write_text(f"md5,photodna\n{'2' * 32},{values[1].tobytes().hex()}\n")
    for name, kind in (("known", ListKind.KNOWN), ("idle", ListKind.IRRELEVANT)):
        wanted = NewList(name=name, kind=kind)
        import_list(sqlite_node, tmp_path / f"{name}.csv", wanted, actor=sqlite_node.operator)
    stated = [base64.b64encode(each.tobytes()).decode() for each in (near, values[1])]
    records = [stating(f"{n}.jpg", b"%d" % n, PhotoDNA=value) for n, value in enumerate(stated)]
    answer = ask(sqlite_node, case_of(tmp_path, *records))
    assert names(answer) == {"0.jpg": "similar", "1.jpg": "new"}
    (entry,) = answer.files[0].listed
    assert entry.evidence == PhotoDnaNear(1, "photodna-40000/1")
    assert not answer.coverage.near_sought
    assert "hash lists alone" in str(answer.files[1].why_not)
    answered = look_up(
        sqlite_node,
        Hashes.parse(read_typed(f"{stated[0]} a.jpg\n{stated[1]}").texts),
        actor=sqlite_node.operator,
    )
    assert [(hit.kind, hit.position, hit.verdict) for hit in answered.hits] == [("photodna", 0, "similar")]


def test_what_is_registered_by_digests_is_met_by_the_files_and_by_other_cases(
    node: Node, held: dict[str, bytes], tmp_path: Path
) -> None:
    settled_series("Stone", unit(node, "BR-UNIT"))
    file = case_of(tmp_path, *(stating(name, content) for name, content in held.items()))
    wanted: dict[str, Any] = {"authority": "BR-UNIT", "case": "K1", "register": True, "series": "Stone"}
    assert ask(node, file, **wanted).registered == 3
    assert ask(node, file, **wanted).registered == 0
    assert Media.objects.filter(sha256=None).count() == 3
    assert verdicts(run(node, tmp_path / "held")) == dict.fromkeys(held, "identified")
    assert set(names(ask(node, file)).values()) == {"identified"}
    assert by_name(run(node, tmp_path / "held"))["0.jpg"].matches[0].evidence == DigestEqual(("md5", "sha1"))


def test_a_hidden_media_is_neither_told_nor_joined(
    node: Node, held: dict[str, bytes], tmp_path: Path
) -> None:
    owner = unit(node, "BR-UNIT")
    create_series("Blind", actor=operator_of(node, "BR-UNIT"), handling=Handling.BLIND)
    hold(node, tmp_path / "held", authority="BR-UNIT", series="Blind")
    file = case_of(tmp_path, *(stating(name, content) for name, content in held.items()))
    answer = ask(node, file, case="K2", register=True)
    assert (set(names(answer).values()), answer.series) == ({"new"}, ())
    mine = Sighting.objects.exclude(authority=owner)
    assert {row.media.sha256 for row in mine.select_related("media")} == {None}
    assert not CheckItem.objects.filter(check_run__authority=node.operator.authority).exists()
    assert AuditEvent.objects.filter(tag=AuditTag.SERIES_MET_UNSEEN).latest("position").record_ids


def test_stopped_half_way_the_same_command_adds_the_rest(
    node: Node, held: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = case_of(tmp_path, *(stating(name, content) for name, content in held.items()))
    monkeypatch.setattr(checking, "BATCH_ITEMS", 1)
    real, calls = write_sightings, iter(range(9))

    def dies(*arguments: Any) -> None:
        if next(calls) == 2:
            raise KeyboardInterrupt
        real(*arguments)

    monkeypatch.setattr(checking, "write_sightings", dies)
    with pytest.raises(KeyboardInterrupt):
        ask(node, file, case="K1", register=True)
    assert Sighting.objects.count() == 2
    monkeypatch.setattr(checking, "write_sightings", real)
    assert ask(node, file, case="K1", register=True).registered == 1


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_the_answer_is_written_back_and_nothing_else(
    sqlite_node: Node, held: dict[str, bytes], tmp_path: Path, form: Form
) -> None:
    settled_series("Stone", unit(sqlite_node, "BR-UNIT"))
    hold(sqlite_node, tmp_path / "held" / "0.jpg", authority="BR-UNIT", series="Stone")
    records = [stating("a.jpg", held["0.jpg"], Strange=[1, {"x": None}]), stating("c.jpg", held["2.jpg"])]
    file = case_of(tmp_path, *records, form=form)
    items = case_files([file], None)
    answer = check_case_files(sqlite_node, CheckRequest((file,)), items)
    written = write_back(answer, items[0], tmp_path / "back.json")
    assert (written.media, written.changed) == (2, 1)
    with (tmp_path / "back.json").open("rb") as stream:
        first, second = (each.media for each in read_vics(stream) if isinstance(each, MediaRead))
    assert (first.series, first.victim_identified, first.is_precategorized) == ("Stone", True, True)
    assert first.precategorization_source is not None
    assert "BR-UNIT (TLP:AMBER, H0)" in first.precategorization_source
    assert (first.tags or "").split(",")[-1] == "cairn:identified"
    assert first.other["Strange"] == [1, {"x": None}]
    before = json.loads(file.read_text(encoding="utf-8"))
    after = json.loads((tmp_path / "back.json").read_text(encoding="utf-8"))
    last = [each["value"][-1].get("Media", each["value"])[-1] for each in (before, after)]
    assert last[0] == last[1]
    assert second.series == records[1].get("Series")


def test_of_a_media_that_a_series_has_in_part_its_stretches_are_written_back(
    sqlite_node: Node, held: dict[str, bytes], tmp_path: Path
) -> None:
    settled_series("Stone", unit(sqlite_node, "BR-UNIT"))
    hold(sqlite_node, tmp_path / "held" / "0.jpg", authority="BR-UNIT", series="Stone")
    SeriesMedia.objects.update(spans_ms=[[3_000, 6_000]])
    file = case_of(tmp_path, stating("a.jpg", held["0.jpg"]))
    items = case_files([file], None)
    answer = check_case_files(sqlite_node, CheckRequest((file,)), items)
    write_back(answer, items[0], tmp_path / "back.json")
    with (tmp_path / "back.json").open("rb") as stream:
        (told,) = (each.media for each in read_vics(stream) if isinstance(each, MediaRead))
    assert told.spans == (("Stone", 3.0, 6.0),)
    assert (told.series, told.victim_identified, told.tags) == ("Stone", None, "cairn:known")


def test_case_files_alone_are_taken_for_a_case(tmp_path: Path) -> None:
    file = case_of(tmp_path, stating("a.jpg", b"a"))
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as made:
        made.write(file, "out/case.json")
    assert [item.address for item in case_files([file], None)] == [str(file)]
    assert len(case_files([tmp_path / "export.zip"], STANDARD_RULES)) == 1
    assert len(case_files([tmp_path], STANDARD_RULES)) == 2
    assert case_files([tmp_path / "export.zip"], None) == ()
    shutil.copy(file, tmp_path / "zz.json")
    (tmp_path / "zz.txt").write_text("not a case")
    assert case_files([tmp_path], STANDARD_RULES) == ()


def test_a_case_that_breaks_off_says_where_and_answers_what_came_before(node: Node, tmp_path: Path) -> None:
    file = case_of(tmp_path, stating("a.jpg", b"a"), stating("b.jpg", b"b"))
    whole = file.read_bytes()
    file.write_bytes(whole[: whole.index(b"b.jpg")])
    answer = ask(node, file)
    assert names(answer) == {"a.jpg": "new", str(file): "not-comparable"}
    assert "breaks off" in str(answer.unreadable[0].unreadable)
    with pytest.raises(InputError):
        write_back(answer, case_files([file], None)[0], tmp_path / "back.json")
    assert not (tmp_path / "back.json").exists()
