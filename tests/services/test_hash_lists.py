"""Lists are taken in whole or not at all, met through the access door, updated, and withdrawn at once."""

from __future__ import annotations

import hashlib
import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from cairn.cli.importing import _in_words
from cairn.errors import InputError
from cairn.fingerprints import measure
from cairn.intake.lists import Hash
from cairn.linking import DigestEqual, PdqNear
from cairn.records.alerts import Alert, AlertKind
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.lists import Audience, HashList, ListChunk, ListKind, ListVersion
from cairn.services.checking.check import check
from cairn.services.checking.planning import CheckRequest
from cairn.services.directory.acting import operator_of
from cairn.services.hash_lists import importing
from cairn.services.hash_lists.editing import add_entry, entry_of, make_list, remove_entry
from cairn.services.hash_lists.importing import Imported, NewList, import_list
from cairn.services.hash_lists.indexing import catch_up_lists
from cairn.services.hash_lists.reading import list_lists, show_list
from cairn.services.hash_lists.withdrawing import withdraw_version
from cairn.services.keeping.withdrawing import take_back, withdraw
from cairn.services.looking_up.asking import look_up
from cairn.services.looking_up.hashes import Hashes, HashKind
from cairn.types import Orientation, Pdq
from intake.vics.samples import FORMS, file_text, record
from pictures import drawn, save
from services.seizures import by_name, run, unit, verdicts
from stand_ins import InProcessPool

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node

ICSE = (
    "MD5;SHA1;PhotoDNA;Image ID;Is distributed;Victim identified;Offender identified;Series name;"
    "Number of submissions;File Available;Media Type;Baseline\n"
)


@pytest.fixture
def seizure(tmp_path: Path) -> Path:
    """Three pictures and an empty file."""
    folder = tmp_path / "seizure"
    for seed in range(3):
        save(drawn(seed), folder / f"{seed}.jpg")
    (folder / "empty").write_bytes(b"")
    return folder


def digest(file: Path, kind: str = "md5") -> str:
    return hashlib.new(kind, file.read_bytes()).hexdigest()


def take_in(node: Node, file: Path, authority: str = "BR-UNIT", **said: Any) -> Imported:
    said.setdefault("audience", Audience.ALLIANCE)
    said.setdefault("name", "List")
    return import_list(node, file, NewList(**said), actor=operator_of(node, authority))


def lines(folder: Path, *hashes: str, name: str = "list.txt") -> Path:
    file = folder / name
    file.write_text("".join(f"{each}\n" for each in hashes))
    return file


def test_a_known_list_says_whose_it_is_and_whom_to_ask(node: Node, seizure: Path, tmp_path: Path) -> None:
    unit(node, "BR-UNIT")
    one, two = seizure / "0.jpg", seizure / "1.jpg"
    file = tmp_path / "icse.csv"
    file.write_text(
        ICSE
        + f"{digest(one)};{digest(one, 'sha1')};;4711;y;y;n;Lantern;3;Y;Image;Baseline\n"
        + f"{digest(two)};{'0' * 40};;4712;y;n;n;;3;Y;Image;N\n"  # The MD5 agrees, and the SHA-1 does not.
        + f"{digest(seizure / 'empty')};;;4713;y;n;n;;3;Y;Image;N\n"
        + "nonsense;;;4714;y;n;n;;3;Y;Image;N\n"
    )
    took = take_in(node, file, tlp="TLP:RED", handling_code="H1", source="ICSE", label="2026-11")
    version = took.version
    assert (version.entries, version.fresh, version.repeated, version.rejected) == (3, 3, 0, 1)
    assert version.lines == version.entries + version.rejected + version.passed_over
    answer = run(node, seizure)
    assert verdicts(answer) == {
        "0.jpg": "known",
        "1.jpg": "new",
        "2.jpg": "new",
        "empty": "not-comparable",
    }
    (listed,) = by_name(answer)["0.jpg"].listed
    assert (listed.series, listed.category, listed.victim_identified) == ("Lantern", "Baseline", True)
    assert (listed.reference, listed.evidence) == ("4711", DigestEqual(("md5", "sha1")))
    (met,) = answer.lists
    assert (met.files, met.facts.owner.contact) == (1, "desk@br-unit.example")
    assert answer.handling is not None
    assert (answer.handling.tlp, answer.handling.codes) == ("TLP:RED", ("H1",))
    assert AuditEvent.objects.filter(tag=AuditTag.LIST_MET).count() == 1


def test_a_list_of_no_interest_settles_what_nobody_else_knows(
    node: Node, seizure: Path, tmp_path: Path
) -> None:
    unit(node, "BR-UNIT")
    known = lines(tmp_path, digest(seizure / "0.jpg"), name="known")
    idle = lines(tmp_path, *(digest(seizure / f"{n}.jpg", "sha256") for n in (0, 1)), name="idle")
    take_in(node, known)
    take_in(node, idle, name="NSRL", kind=ListKind.IRRELEVANT, bare_64=Hash.SHA256)
    found = verdicts(run(node, seizure))
    assert (found["0.jpg"], found["1.jpg"], found["2.jpg"]) == ("known", "irrelevant", "new")


def test_a_list_kept_for_oneself_changes_nothing_for_others(
    node: Node, seizure: Path, tmp_path: Path
) -> None:
    unit(node, "BR-UNIT")
    take_in(node, lines(tmp_path, digest(seizure / "0.jpg")), audience=Audience.OWN)
    answer = run(node, seizure)
    assert (verdicts(answer)["0.jpg"], answer.lists) == ("new", ())
    assert list_lists(actor=node.operator) == ()
    assert verdicts(run(node, seizure, authority="BR-UNIT"))["0.jpg"] == "known"


def test_an_altered_copy_of_a_listed_picture_is_similar(node: Node, seizure: Path, tmp_path: Path) -> None:
    unit(node, "BR-UNIT")
    save(drawn(0), tmp_path / "copy" / "0.jpg", quality=60)
    hashes = [pdq_of(tmp_path / "copy" / "0.jpg"), *("f" * 32 + "0" * 32,) * 4]
    file = lines(tmp_path, *(f"pdq {each}" for each in hashes))
    took = take_in(node, file)
    assert (took.version.fresh, took.version.repeated) == (2, 3)
    answer = run(node, seizure)
    assert verdicts(answer)["0.jpg"] == "similar"
    (listed,) = by_name(answer)["0.jpg"].listed
    assert isinstance(listed.evidence, PdqNear)
    assert listed.evidence.orientation is Orientation.ORIGINAL
    assert any("similar, " in look.why and "257" not in look.why for look in answer.look_first)


def pdq_of(file: Path) -> str:
    comparison = measure(file).picture.comparison
    assert isinstance(comparison, Pdq)
    return comparison.hex


def test_a_new_version_takes_the_place_of_the_old_one(node: Node, seizure: Path, tmp_path: Path) -> None:
    unit(node, "BR-UNIT")
    first = lines(tmp_path, digest(seizure / "0.jpg"), digest(seizure / "1.jpg"))
    take_in(node, first)
    with pytest.raises(InputError, match="stands"):
        take_in(node, first)
    second = lines(tmp_path, digest(seizure / "1.jpg"), digest(seizure / "2.jpg"), name="second")
    version = take_in(node, second).version
    assert (version.fresh, version.repeated) == (1, 1)
    found = verdicts(run(node, seizure))
    assert (found["0.jpg"], found["1.jpg"], found["2.jpg"]) == ("new", "known", "known")
    page = show_list("List", owner="BR-UNIT", actor=node.operator)
    assert [each.state for each in page.versions] == ["stands", "superseded"]
    for number in range(12):
        take_in(node, lines(tmp_path, digest(seizure / "0.jpg"), f"{number:032x}", name="more"))
    shutil.rmtree(node.config.lists_folder)
    found = verdicts(run(node, seizure))
    assert (found["0.jpg"], found["1.jpg"], found["2.jpg"]) == ("known", "new", "new")


def test_what_is_withdrawn_is_met_by_nobody_and_told_to_who_had_met_it(
    node: Node, seizure: Path, tmp_path: Path
) -> None:
    unit(node, "BR-UNIT")
    unit(node, "FR-UNIT", country="FR")
    owner = operator_of(node, "BR-UNIT")
    held = take_in(node, lines(tmp_path, digest(seizure / "0.jpg"))).version.hash_list
    run(node, seizure)
    withdraw(held, reason="an error", actor=owner)
    for authority in ("NL-UNIT", "BR-UNIT"):
        assert verdicts(run(node, seizure, authority=authority))["0.jpg"] == "new"
    told = Alert.objects.filter(kind=AlertKind.WITHDRAWAL)
    assert [alert.authority.code for alert in told] == ["NL-UNIT"]
    take_back(held, reason="it was right", actor=owner)
    assert verdicts(run(node, seizure))["0.jpg"] == "known"
    withdraw_version(held, reason="another error", actor=owner)
    assert verdicts(run(node, seizure))["0.jpg"] == "new"
    assert told.all().count() == 2


def test_a_killed_import_shows_nothing_and_goes_on(
    node: Node, seizure: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit(node, "BR-UNIT")
    file = lines(tmp_path, *(f"{number:032x}" for number in range(70_000)), digest(seizure / "0.jpg"))
    real = importing._keep

    def dies(version: ListVersion, number: int, *rest: Any) -> None:
        if number == 2:
            raise KeyboardInterrupt
        real(version, number, *rest)

    monkeypatch.setattr(importing, "_keep", dies)
    with pytest.raises(KeyboardInterrupt):
        take_in(node, file)
    kept = ListVersion.objects.get().lines
    assert 0 < kept < 70_001
    assert verdicts(run(node, seizure))["0.jpg"] == "new"
    monkeypatch.setattr(importing, "_keep", real)
    took = take_in(node, file)
    assert (took.resumed_lines, took.version.fresh, took.version.lines) == (kept, 70_001, 70_001)
    assert ListVersion.objects.count() == 1
    assert verdicts(run(node, seizure))["0.jpg"] == "known"


def test_a_file_that_breaks_off_or_says_nothing_leaves_the_list_as_it_was(
    sqlite_node: Node, seizure: Path, tmp_path: Path
) -> None:
    unit(sqlite_node, "BR-UNIT")
    take_in(sqlite_node, lines(tmp_path, digest(seizure / "0.jpg")))
    (tmp_path / "broken.json").write_text(
        '{"@odata.context": "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#Media",'
        ' "value": [{"MediaID": 1, "MD5": "' + "0" * 32 + '"}, {"Medi'
    )
    (tmp_path / "words").write_text("these are words\n" * 30)
    for name in ("broken.json", "words"):
        with pytest.raises(InputError):
            take_in(sqlite_node, tmp_path / name)
    assert verdicts(run(sqlite_node, seizure))["0.jpg"] == "known"
    with pytest.raises(InputError, match="is of the kind"):
        take_in(sqlite_node, lines(tmp_path, "0" * 32, name="x"), kind=ListKind.IRRELEVANT)


def test_a_vics_set_keeps_the_stretches_that_it_tells_and_says_so(sqlite_node: Node, tmp_path: Path) -> None:
    unit(sqlite_node, "BR-UNIT")
    told = [{"PropertyName": "CairnSpan", "PropertyValue": "00:03:12-00:04:40 NO-0007"}]
    (tmp_path / "set.json").write_text(file_text(FORMS[1], [record(Exifs=told), record(MediaID=8)]))
    took = take_in(sqlite_node, tmp_path / "set.json")
    assert (took.with_stretches, took.version.entries) == (1, 2)
    assert any("1 entries say which stretches" in line for line in _in_words(took, []))


def test_an_index_of_other_records_is_made_anew(sqlite_node: Node, seizure: Path, tmp_path: Path) -> None:
    unit(sqlite_node, "BR-UNIT")
    take_in(sqlite_node, lines(tmp_path, digest(seizure / "0.jpg")))
    ListVersion.objects.update(token=b"other records...")
    assert catch_up_lists(sqlite_node) == 1
    assert len([each for each in sqlite_node.config.lists_folder.iterdir() if each.is_dir()]) == 1
    answer = check(sqlite_node, CheckRequest((seizure,)), open_pool=InProcessPool)
    assert verdicts(answer)["0.jpg"] == "known"
    assert (HashList.objects.count(), ListChunk.objects.count()) == (1, 1)


def test_a_list_kept_by_hand_grows_without_its_indexes_being_made_anew(sqlite_node: Node) -> None:
    node, actor = sqlite_node, sqlite_node.operator
    held = make_list("UPLOADS", actor=actor)
    md5 = [bytes(15) + bytes([number + 1]) for number in range(3)]
    keys = []
    for each in md5:
        keys.append(add_entry(held, entry_of({Hash.MD5: each}, note="seen"), actor=actor))
        catch_up_lists(node)
    state = node.config.lists_folder / "state.json"
    assert '"folder": "first"' in state.read_text()
    assert [met(node, each) for each in md5] == ["seen"] * 3
    remove_entry(held, keys[1], actor=actor)
    assert [met(node, each) for each in md5] == ["seen", None, "seen"]
    state.write_text(re.sub(r"/\d+", "", state.read_text()))  # As an earlier version of Cairn wrote it.
    assert [met(node, each) for each in md5] == ["seen", None, "seen"]
    assert '"folder": "first"' not in state.read_text()
    row = show_list("UPLOADS", actor=actor)
    assert (row.row.entries, row.versions[0].source_format, row.versions[0].retracted) == (2, "by-hand", 1)


def met(node: Node, md5: bytes) -> str | None:
    """Answer what the one list that meets a hash calls its entry."""
    found = look_up(node, Hashes.parse({HashKind.MD5: [md5.hex()]}), actor=node.operator)
    return next((each.reference for hit in found.hits for each in hit.listed), None)
