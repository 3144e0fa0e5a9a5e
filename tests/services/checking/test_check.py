"""The main job: every file gets a verdict, every verdict its evidence, and nothing is lost on the way."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from PIL import Image, ImageOps

from cairn.errors import InputError
from cairn.fingerprints.sandbox import Done
from cairn.linking import DigestEqual, PdqNear
from cairn.linking.judgement import Agreement, Outcome
from cairn.records.audit import AuditEvent, AuditHead, AuditTag
from cairn.records.jobs import Check, CheckItem
from cairn.records.links import Link
from cairn.records.media import Media, PendingIndexEntry
from cairn.records.sightings import Sighting
from cairn.records.users import Actor
from cairn.services.answering.matches import Said
from cairn.services.checking.check import check
from cairn.services.checking.planning import CheckRequest
from cairn.services.judgements.judge import Named, judge
from cairn.services.series.opening import create_series
from cairn.types import Handling, Orientation, PdqMode, SeriesStatus, Verdict
from pictures import drawn, save
from services.persons import settle, settled_series
from services.seizures import by_name, hold, run, unit, verdicts
from stand_ins import InProcessPool

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cairn.fingerprints.sandbox import Job, Recall
    from cairn.services.node.opening import Node


@pytest.fixture
def held(tmp_path: Path) -> Path:
    """Three pictures that BR-UNIT holds."""
    folder = tmp_path / "held"
    for seed in range(3):
        save(drawn(seed), folder / f"{seed}.jpg")
    return folder


@pytest.fixture
def seizure(held: Path, tmp_path: Path) -> Path:
    """A copy, an altered copy, a new picture and its copy, and files that are no pictures."""
    folder = tmp_path / "seizure"
    folder.mkdir()
    shutil.copy(held / "0.jpg", folder / "copy.jpg")
    save(ImageOps.mirror(drawn(1)), folder / "mirrored.jpg", quality=60)
    save(drawn(100), folder / "new.jpg")
    shutil.copy(folder / "new.jpg", folder / "new2.jpg")
    save(Image.new("RGB", (64, 64), "grey"), folder / "flat.png")
    (folder / "notes.txt").write_text("not a picture")
    (folder / "empty").write_bytes(b"")
    return folder


def test_every_file_gets_its_verdict_and_the_counts_reconcile(node: Node, held: Path, seizure: Path) -> None:
    settled_series("Stone", unit(node, "BR-UNIT"))
    hold(node, held, authority="BR-UNIT", series="Stone")
    answer = run(node, seizure)
    assert verdicts(answer) == {
        "copy.jpg": "identified",
        "mirrored.jpg": "similar",
        "new.jpg": "new",
        "new2.jpg": "new",
        "flat.png": "not-comparable",
        "notes.txt": "not-comparable",
        "empty": "not-comparable",
    }
    assert sum(answer.counts.values()) == len(answer.files) == 7
    assert answer.looks_avoided == 2  # The identified copy, and the second copy of the new picture.


def test_the_evidence_says_what_was_found_and_how(node: Node, held: Path, seizure: Path) -> None:
    unit(node, "BR-UNIT")
    hold(node, held, authority="BR-UNIT")
    files = by_name(run(node, seizure))
    (exact,) = files["copy.jpg"].matches
    assert isinstance(exact.evidence, DigestEqual)
    (near,) = files["mirrored.jpg"].matches
    assert isinstance(near.evidence, PdqNear)
    assert near.evidence.orientation is Orientation.FLIPPED_LEFT_RIGHT
    assert near.evidence.distance_bits <= 31
    assert [(holder.authority, holder.sightings) for holder in near.holders] == [("BR-UNIT", 1)]
    assert files["copy.jpg"].verdict is Verdict.KNOWN


def test_a_series_met_names_its_state_its_holder_and_whom_to_ask(
    node: Node, held: Path, seizure: Path
) -> None:
    create_series("Stone", actor=Actor.operator(unit(node, "BR-UNIT")), status=SeriesStatus.IN_PROGRESS)
    hold(node, held, authority="BR-UNIT", series="Stone")
    (met,) = run(node, seizure).series
    facts = met.facts
    assert (
        facts.name,
        facts.status,
        facts.owner.authority,
        facts.owner.country,
        facts.owner.contact,
        facts.media,
    ) == (
        "Stone",
        SeriesStatus.IN_PROGRESS,
        "BR-UNIT",
        "BR",
        "desk@br-unit.example",
        3,
    )
    assert (met.exact, met.similar) == (1, 1)


def test_a_settled_series_turns_its_files_into_identified(node: Node, held: Path, seizure: Path) -> None:
    owner = unit(node, "BR-UNIT")
    stone = create_series("Stone", actor=Actor.operator(owner))
    hold(node, held, authority="BR-UNIT", series="Stone")
    assert by_name(run(node, seizure))["copy.jpg"].verdict is Verdict.KNOWN
    settle(stone, owner, SeriesStatus.SAFEGUARDED)
    assert by_name(run(node, seizure))["copy.jpg"].verdict is Verdict.IDENTIFIED


def test_a_known_good_file_is_irrelevant(node: Node, held: Path, seizure: Path) -> None:
    unit(node, "BR-UNIT")
    hold(node, held, authority="BR-UNIT", category="exchange:no-interest")
    assert by_name(run(node, seizure))["copy.jpg"].verdict is Verdict.IRRELEVANT


@pytest.mark.parametrize("handling", [Handling.BLIND, Handling.NAMED])
def test_a_series_that_the_asker_may_not_see_leaves_no_trace_in_the_answer(
    node: Node, held: Path, seizure: Path, handling: Handling
) -> None:
    owner = unit(node, "BR-UNIT")
    unit(node, "JP-UNIT")
    unseen = run(node, seizure)
    named = ("JP-UNIT",) if handling is Handling.NAMED else ()
    settled_series("Stone", owner, handling=handling, named=named)
    hold(node, held, authority="BR-UNIT", series="Stone")
    answer = run(node, seizure)
    assert answer.files == unseen.files
    assert (answer.series, answer.look_first) == ((), unseen.look_first)


def test_the_owner_of_a_blind_series_can_see_in_the_audit_log_that_it_was_met(
    node: Node, held: Path, seizure: Path
) -> None:
    owner = unit(node, "BR-UNIT")
    series = create_series("Stone", actor=Actor.operator(owner), handling=Handling.BLIND)
    hold(node, held, authority="BR-UNIT", series="Stone")
    run(node, seizure, case="2026-1")
    event = AuditEvent.objects.filter(tag=AuditTag.SERIES_MET_UNSEEN).latest("position")
    assert (event.record_ids, event.actor, event.case_reference) == ([series.pk], node.authority, "2026-1")


def test_an_empty_file_in_a_blind_series_is_not_met_by_every_check(node: Node, seizure: Path) -> None:
    create_series("Stone", actor=Actor.operator(unit(node, "BR-UNIT")), handling=Handling.BLIND)
    hold(node, seizure / "empty", authority="BR-UNIT", series="Stone")
    run(node, seizure)
    unseen = AuditEvent.objects.filter(tag=AuditTag.SERIES_MET_UNSEEN)
    assert {number for event in unseen for number in event.record_ids} == set()


def test_a_check_leaves_as_many_entries_whether_it_met_a_hidden_series_or_not(
    node: Node, held: Path, seizure: Path
) -> None:
    create_series("Stone", actor=Actor.operator(unit(node, "BR-UNIT")), handling=Handling.BLIND)
    entries = []
    for _ in range(2):
        before = AuditEvent.objects.count()
        run(node, seizure)
        entries.append(AuditEvent.objects.count() - before)
        hold(node, held, authority="BR-UNIT", series="Stone")
    assert entries[0] == entries[1]


def test_a_check_ends_with_a_signed_head_over_its_own_entries(node: Node, seizure: Path) -> None:
    run(node, seizure)
    head = AuditHead.objects.latest("size")
    assert head.size == AuditEvent.objects.count()


def test_a_check_answers_also_where_its_entries_cannot_be_signed(node: Node, seizure: Path) -> None:
    (node.config.folder / "node.key").write_text("nothing")
    said: list[str] = []
    check(node, CheckRequest((seizure,)), told=said.append, open_pool=InProcessPool)
    assert any("was not signed" in each for each in said)


def test_an_authority_that_is_named_sees_the_series(node: Node, held: Path, seizure: Path) -> None:
    owner = unit(node, "BR-UNIT")
    create_series("Stone", actor=Actor.operator(owner), handling=Handling.NAMED, named=("NL-UNIT",))
    hold(node, held, authority="BR-UNIT", series="Stone")
    assert [met.facts.name for met in run(node, seizure).series] == ["Stone"]


def test_registering_makes_sightings_that_others_meet(node: Node, seizure: Path) -> None:
    unit(node, "BR-UNIT")
    assert run(node, seizure, case="2026-1", register=True).registered == 7
    answer = run(node, seizure, authority="BR-UNIT")
    assert verdicts(answer).pop("empty") == "not-comparable"  # Every empty file is the same content.
    assert [file.verdict for file in answer.files if file.size_bytes] == [Verdict.KNOWN] * 6
    holder = by_name(answer)["new.jpg"].matches[0].holders[0]
    assert (holder.authority, holder.sightings) == ("NL-UNIT", 2)


def test_registering_again_adds_nothing_and_answers_the_same(node: Node, held: Path, seizure: Path) -> None:
    unit(node, "BR-UNIT")
    hold(node, held, authority="BR-UNIT")
    first = run(node, seizure, case="2026-1", register=True)
    again = run(node, seizure, case="2026-1", register=True)
    assert (first.registered, again.registered) == (7, 0)
    assert again.files == first.files
    assert Sighting.objects.count() == 10


def test_a_check_that_registers_nothing_makes_nothing_known(node: Node, seizure: Path) -> None:
    run(node, seizure)
    assert Sighting.objects.count() == 0
    assert "known" not in verdicts(run(node, seizure, case="2026-1")).values()


def test_a_file_that_was_seen_in_another_case_of_the_asker_is_known(node: Node, seizure: Path) -> None:
    run(node, seizure, case="2026-1", register=True)
    assert verdicts(run(node, seizure, case="2026-2"))["new.jpg"] == "known"


def test_content_that_was_measured_before_is_not_decoded_again(node: Node, seizure: Path) -> None:
    InProcessPool.decoded = 0
    first = run(node, seizure)
    assert InProcessPool.decoded == 6  # Seven files, two of one content.
    again = run(node, seizure)
    assert InProcessPool.decoded == 6
    assert again.files == first.files
    assert (first.recalled, again.recalled) == (1, 7)


def test_an_exact_check_measures_again_what_was_measured_fast_and_never_the_other_way(
    node: Node, seizure: Path
) -> None:
    run(node, seizure)
    InProcessPool.decoded = 0
    run(node, seizure, mode=PdqMode.EXACT)
    assert InProcessPool.decoded == 6
    run(node, seizure)
    assert InProcessPool.decoded == 6
    assert set(Media.objects.values_list("method", flat=True)) == {"pdq/1 exact"}


def test_a_check_that_is_stopped_keeps_what_is_done_and_goes_on(node: Node, seizure: Path) -> None:
    def stop_at_four(progress: object) -> None:
        if getattr(progress, "done", 0) == 4:
            raise KeyboardInterrupt

    request = CheckRequest((seizure,))
    with pytest.raises(KeyboardInterrupt):
        check(node, request, watch=stop_at_four, open_pool=InProcessPool)
    assert CheckItem.objects.filter(is_done=True).count() == 4
    InProcessPool.decoded = 0
    said: list[str] = []
    answer = check(node, request, told=said.append, open_pool=InProcessPool)
    assert said[0] == "This check goes on where it was stopped: of its files 4 had been measured."
    assert (answer.resumed, len(answer.files)) == (4, 7)
    assert InProcessPool.decoded <= 3
    assert Check.objects.count() == 1


def test_a_file_that_changed_since_the_check_was_stopped_is_measured_again(node: Node, seizure: Path) -> None:
    def stop_at_the_end(progress: object) -> None:
        if getattr(progress, "done", 0) == 7:
            raise KeyboardInterrupt

    request = CheckRequest((seizure,))
    with pytest.raises(KeyboardInterrupt):
        check(node, request, watch=stop_at_the_end, open_pool=InProcessPool)
    (seizure / "empty").write_bytes(b"no longer")
    (seizure / "notes.txt").unlink()
    answer = check(node, request, open_pool=InProcessPool)
    assert (answer.resumed, len(answer.files)) == (5, 6)
    assert by_name(answer)["empty"].size_bytes == 9


def test_a_file_that_vanishes_half_way_is_listed_with_its_reason(node: Node, seizure: Path) -> None:
    def remove(progress: object) -> None:
        (seizure / "notes.txt").unlink(missing_ok=True)

    answer = check(node, CheckRequest((seizure,)), watch=remove, open_pool=InProcessPool)
    (gone,) = answer.unreadable
    assert gone.address.endswith("notes.txt")
    assert gone.unreadable is not None
    assert gone.unreadable.endswith("has vanished.")
    assert gone.verdict is Verdict.NOT_COMPARABLE
    assert sum(answer.counts.values()) == 7


def test_a_file_that_cannot_be_read_at_first_is_read_again_at_the_end(node: Node, seizure: Path) -> None:
    class FailsOnce(InProcessPool):
        failed = False

        def measure_all(self, jobs: Iterable[Job], *, recall: Recall | None = None) -> Iterator[Done]:
            for done in super().measure_all(jobs, recall=recall):
                if FailsOnce.failed:
                    yield done
                else:
                    FailsOnce.failed = True
                    yield Done(done.key, InputError("The disk was busy."), attempts=0)

    answer = check(node, CheckRequest((seizure,)), open_pool=FailsOnce)
    assert FailsOnce.failed
    assert answer.unreadable == ()
    assert len(answer.files) == 7


def test_a_link_in_the_evidence_is_listed_and_not_followed(node: Node, seizure: Path) -> None:
    (seizure / "loop").symlink_to(seizure)
    answer = run(node, seizure)
    assert [Path(file.address).name for file in answer.unreadable] == ["loop"]


def test_a_name_that_is_not_utf_8_is_registered_like_any_other(node: Node, seizure: Path) -> None:
    raw = bytes(seizure) + b"/caf\xe9.jpg"
    Path(raw.decode("utf-8", "surrogateescape")).write_bytes((seizure / "new.jpg").read_bytes())
    run(node, seizure, case="2026-1", register=True)
    assert Sighting.objects.filter(address__endswith=r"caf\xe9.jpg").count() == 1


def test_the_digest_of_the_input_list_is_that_of_sha256sum(node: Node, held: Path) -> None:
    lines = [
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.resolve()}\n"
        for file in sorted(held.iterdir())
    ]
    assert run(node, held).input_digest == hashlib.sha256("".join(lines).encode()).hexdigest()


def test_registering_into_a_series_again_answers_the_same(node: Node, seizure: Path) -> None:
    settled_series("Stone", node.authority)
    words: dict[str, Any] = {"case": "1", "register": True, "series": "Stone"}
    words["category"] = "exchange:baseline"
    first, again = run(node, seizure, **words), run(node, seizure, **words)
    assert again.files == first.files
    assert verdicts(run(node, seizure, case="2"))["new.jpg"] == "identified"


def test_an_index_that_knows_more_than_the_records_is_made_anew(
    sqlite_node: Node, held: Path, seizure: Path, tmp_path: Path
) -> None:
    unit(sqlite_node, "BR-UNIT")
    connection.close()
    older = shutil.copy(sqlite_node.config.sqlite_file, tmp_path / "older.sqlite3")
    hold(sqlite_node, held / "2.jpg", authority="BR-UNIT")
    connection.close()
    shutil.copy(older, sqlite_node.config.sqlite_file)
    hold(sqlite_node, held / "1.jpg", authority="BR-UNIT")  # It gets the number that the other one had.
    answer = run(sqlite_node, save(drawn(2), tmp_path / "other" / "2.png").parent)
    assert verdicts(answer) == {"2.png": "new"}


@pytest.mark.parametrize("loss", ["deleted", "older"])
def test_an_index_that_is_behind_the_records_is_made_anew_before_it_is_asked(
    node: Node, held: Path, seizure: Path, tmp_path: Path, loss: str
) -> None:
    unit(node, "BR-UNIT")
    hold(node, held / "0.jpg", authority="BR-UNIT")
    older = shutil.copytree(node.config.index_folder, tmp_path / "older")
    hold(node, held, authority="BR-UNIT")
    shutil.rmtree(node.config.index_folder)
    if loss == "older":
        shutil.copytree(older, node.config.index_folder)
    assert by_name(run(node, seizure))["mirrored.jpg"].verdict is Verdict.SIMILAR


def test_recorded_hashes_wait_for_the_index_until_it_has_them(node: Node, held: Path, seizure: Path) -> None:
    unit(node, "BR-UNIT")
    hold(node, held, authority="BR-UNIT")
    assert PendingIndexEntry.objects.count() == 0
    shutil.rmtree(node.config.index_folder)
    PendingIndexEntry.objects.bulk_create([PendingIndexEntry(media=media) for media in Media.objects.all()])
    assert by_name(run(node, seizure))["mirrored.jpg"].verdict is Verdict.SIMILAR


@pytest.mark.parametrize(
    ("request_values", "words"),
    [
        ({"register": True}, "Name the case"),
        ({"exhibit": "phone"}, "Name the case"),
        ({"case": "1", "series": "S"}, "add --register"),
        ({"case": "1", "register": True, "series": "S"}, "has no series 'S'"),
        ({"case": "1", "register": True, "category": "exchange:none"}, "There is no category"),
        ({"case": " "}, "A case reference"),
        ({"authority": "XX-UNIT"}, "There is no authority XX-UNIT"),
    ],
)
def test_a_request_that_does_not_hold_is_refused_before_any_work(
    sqlite_node: Node, seizure: Path, request_values: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        run(sqlite_node, seizure, **request_values)
    assert Check.objects.count() == 0


def test_a_missing_path_is_refused_before_any_work(sqlite_node: Node, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is nothing at"):
        run(sqlite_node, tmp_path / "missing")
    assert Check.objects.count() == 0


def test_a_node_that_lies_in_the_evidence_is_refused_before_any_work(sqlite_node: Node) -> None:
    with pytest.raises(InputError, match="evidence is never written") as caught:
        run(sqlite_node, sqlite_node.config.folder.parent)
    assert (caught.value.code, Check.objects.count()) == ("check.node-inside", 0)


def test_no_path_at_all_is_refused(sqlite_node: Node) -> None:
    with pytest.raises(InputError, match="at least one"):
        run(sqlite_node)


def test_the_real_decoder_processes_give_the_same_answer(sqlite_node: Node, seizure: Path) -> None:
    sandboxed = check(sqlite_node, CheckRequest((seizure,), workers=2))
    assert run(sqlite_node, seizure).files == sandboxed.files


def test_what_one_s_authority_has_judged_another_picture_no_longer_counts_as_similar(
    node: Node, held: Path, seizure: Path
) -> None:
    brazil = unit(node, "BR-UNIT")
    create_series("Stone", actor=Actor.operator(brazil))
    hold(node, held, authority="BR-UNIT", series="Stone")
    run(node, seizure, case="1", register=True)
    before = by_name(run(node, seizure, case="1"))["mirrored.jpg"]
    near = Link.objects.get()
    pair = Named(near.first.name, near.second.name)
    judge(pair, Outcome.REJECTED, reason="another room", actor=node.operator)
    answer = run(node, seizure, case="1")
    after = by_name(answer)["mirrored.jpg"]
    assert (before.verdict, after.verdict) == (Verdict.SIMILAR, Verdict.NEW)
    assert (after.matches, after.not_same, after.disputed) == ((), 1, 0)
    assert (answer.not_same, answer.disputed) == (1, 0)
    assert [(met.exact, met.similar) for met in answer.series] == [(1, 0)]
    judge(pair, Outcome.CONFIRMED, reason="the same chair", actor=Actor.operator(brazil))
    disputed = by_name(run(node, seizure, case="1"))["mirrored.jpg"]
    assert (disputed.verdict, disputed.not_same, disputed.disputed) == (Verdict.NEW, 1, 1)


def test_the_word_of_another_authority_is_shown_and_changes_no_verdict(
    sqlite_node: Node, held: Path, seizure: Path
) -> None:
    brazil = unit(sqlite_node, "BR-UNIT")
    hold(sqlite_node, held, authority="BR-UNIT")
    run(sqlite_node, seizure, case="1", register=True)
    near = Link.objects.get()
    pair = Named(near.first.name, near.second.name)
    judge(pair, Outcome.REJECTED, reason="another room", actor=Actor.operator(brazil))
    judge(pair, Outcome.CONFIRMED, reason="the same chair", actor=sqlite_node.operator)
    file = by_name(run(sqlite_node, seizure, case="1"))["mirrored.jpg"]
    assert (file.verdict, file.not_same) == (Verdict.SIMILAR, 0)
    assert [match.said for match in file.matches] == [
        Said(Outcome.CONFIRMED, Agreement.DISPUTED, ("NL-UNIT",), ("BR-UNIT",))
    ]
