"""Checks that people ask for: sent in parts, worked on beside the desk, taken over, kept and read."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils.timezone import now
from PIL import ImageOps

from cairn.errors import AccessError, InputError
from cairn.intake.vics import Form, Kind
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.check_orders import AnsweredFile, CheckOrder, OrderKind, OrderState
from cairn.records.footage import ComparedFootage
from cairn.records.jobs import Check
from cairn.records.lock import acting_as, as_the_node
from cairn.records.media import Media
from cairn.records.node import read_config
from cairn.records.series import Series
from cairn.records.sightings import Sighting
from cairn.records.users import Actor, Role, User
from cairn.sentences import sentence_in
from cairn.services.answering.answer_csv import COLUMNS, dump_csv
from cairn.services.answering.answer_json import as_json
from cairn.services.answering.answer_reading import answer_from, kept_file
from cairn.services.check_orders.case_file import KEPT
from cairn.services.check_orders.exporting import SUFFIX, ExportKind, export_answer, kinds_of
from cairn.services.check_orders.files import Wanted, show_files
from cairn.services.check_orders.ordering import OrderRequest, Steering, find_order, make_order, steer
from cairn.services.check_orders.reading import orders, show_answer, show_file
from cairn.services.check_orders.requests import request_of
from cairn.services.check_orders.sent import listed, receive, received
from cairn.services.check_orders.watching import Stopped, Watched
from cairn.services.check_orders.working import _take, tidy, work_once
from cairn.services.directory.users import create_user, set_active
from cairn.services.export_orders.ordering import order_answer
from cairn.services.footage.so_far import KnownSoFar
from cairn.services.footage.video_pass import VideoProgress
from cairn.services.keeping.case_deletion import delete_case
from cairn.services.receiving.arriving import CHUNK_BYTES, Part
from cairn.services.series.handling import NewHandling, change_handling
from cairn.services.series.opening import create_series
from cairn.types import Handling, Verdict
from intake.vics.samples import file_text, record
from pictures import drawn, save
from services.answers import sample_answer
from services.seizures import hold, unit
from stand_ins import InProcessPool

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from cairn.fingerprints.sandbox import Done, Job, Recall
    from cairn.services.node.opening import Node


@pytest.fixture(scope="module")
def filled(shared_node: Node, tmp_path_factory: pytest.TempPathFactory) -> Node:
    """A node on which BR-UNIT holds three pictures in a series, with two people, that may check a folder."""
    evidence = tmp_path_factory.mktemp("evidence")
    with as_the_node("a test sets its scene up"):
        brazil = Actor.operator(unit(shared_node, "BR-UNIT"))
        create_series("River", actor=brazil)
        for seed in range(3):
            save(drawn(seed), evidence / "held" / f"{seed}.jpg")
        hold(shared_node, evidence / "held", authority="BR-UNIT", series="River")
        for login, actor in (("vera", shared_node.operator), ("ana", brazil)):
            create_user(login, name=login, role=Role.INVESTIGATOR, password="a very long one", actor=actor)
    seizure = evidence / "seizure"
    seizure.mkdir()
    shutil.copy(evidence / "held" / "0.jpg", seizure / "copy.jpg")
    save(ImageOps.mirror(drawn(1)), seizure / "mirrored.jpg", quality=60)
    save(drawn(100), seizure / "new.jpg")
    shutil.copy(seizure / "new.jpg", seizure / "new2.jpg")
    (seizure / "notes.txt").write_text("no picture")
    return replace(shared_node, config=replace(shared_node.config, check_roots=(evidence,)))


def person(login: str) -> Actor:
    with as_the_node("a test looks"):
        return Actor.person(User.objects.select_related("authority").get(login=login))


@pytest.fixture
def vera(filled: Node) -> Actor:
    return person("vera")


def seizure_of(node: Node) -> Path:
    return node.config.check_roots[0] / "seizure"


def on_server(node: Node, actor: Actor, **more: object) -> CheckOrder:
    wanted = OrderRequest(OrderKind.SERVER, "phone", path=str(seizure_of(node)), **more)  # type: ignore[arg-type]  # a test's words
    return make_order(node, wanted, actor=actor)


def handle(handling: Handling) -> None:
    with as_the_node("a test acts"):
        river = Series.objects.get(name="River")
    change_handling(river, NewHandling(handling, widen=True), actor=person("ana"))


def run(node: Node, order: CheckOrder) -> CheckOrder:
    assert work_once(node, open_pool=InProcessPool)
    return state_of(order)


def state_of(order: CheckOrder) -> CheckOrder:
    with as_the_node("a test looks"):
        return CheckOrder.objects.get(pk=order.pk)


def send(node: Node, order: CheckOrder, path: str, content: bytes, *, actor: Actor, size: int = 0) -> int:
    found = find_order(order.pk, actor=actor)
    have, size = received(node.config, found, path, size or len(content)), size or len(content)
    while True:
        part = Part(path, size, have, 1_700_000_000_000)
        now = receive(node.config, found, part, io.BytesIO(content[have : have + CHUNK_BYTES]))
        if now in {have, size} or now >= len(content):
            return now
        have = now


def test_a_folder_on_the_server_is_checked_kept_and_read_page_by_page(filled: Node, vera: Actor) -> None:
    order = on_server(filled, vera, case="K7", purpose="a seizure")
    done = run(filled, order)
    assert (done.state, done.done, done.total, done.lease_holder) == (OrderState.ANSWERED, 5, 5, "")
    page = show_answer(order.pk, actor=vera)
    assert page.head["counts"] == {
        "identified": 0,
        "known": 1,
        "similar": 1,
        "new": 2,
        "irrelevant": 0,
        "not-comparable": 1,
    }
    assert [(row["name"], row["met"]) for row in page.series] == [("River", {"exact": 1, "similar": 1})]
    assert page.reasons == [("unsupported", 1)]
    assert [row.content["address"].rsplit("/")[-1] for row in page.looks] == ["mirrored.jpg", "new.jpg"]
    known = show_files(order.pk, Wanted(verdict="known"), actor=vera)
    assert [row.content["address"] for row in known.rows] == [str(seizure_of(filled) / "copy.jpg")]
    assert known.counts["verdict"] == {"new": 2, "known": 1, "similar": 1, "not-comparable": 1}
    assert known.counts["series"] == {"1": 1}
    assert show_files(order.pk, Wanted(no_copies=True), actor=vera).total == 4
    assert len(show_files(order.pk, Wanted(series=1), actor=vera).rows) == 2
    assert [row.look for row in show_files(order.pk, Wanted(first=True), actor=vera, after=1).rows] == [2]
    _, row, series = show_file(order.pk, known.rows[0].position, actor=vera)
    assert row.content["matches"][0]["evidence"]["kind"] == "digest-equal"
    assert series[1]["name"] == "River"
    with as_the_node("a test looks"):
        tags = list(AuditEvent.objects.order_by("-position").values_list("tag", flat=True)[:2])
    assert tags == [AuditTag.CHECK_ANSWER_SHOWN, AuditTag.SERIES_LOOKED]


@pytest.mark.parametrize("typed", ["", "relative", "/nowhere/at/all", "/etc", "/\0", "../x", "x" * 5000])
def test_what_may_not_be_checked_on_the_server_is_told_as_what_is_not_there(
    filled: Node, vera: Actor, typed: str
) -> None:
    with pytest.raises(InputError, match="There is no such file or folder") as refused:
        make_order(filled, OrderRequest(OrderKind.SERVER, "phone", path=typed), actor=vera)
    assert refused.value.code == "check.place"


def test_a_link_does_not_lead_out_of_what_may_be_checked(filled: Node, vera: Actor, tmp_path: Path) -> None:
    link = filled.config.check_roots[0] / "way-out"
    link.symlink_to(tmp_path)
    with pytest.raises(InputError, match="There is no such file or folder"):
        make_order(filled, OrderRequest(OrderKind.SERVER, "phone", path=str(link)), actor=vera)
    link.unlink()


def test_files_are_sent_in_parts_and_again_and_are_gone_once_they_are_checked(
    filled: Node, vera: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cairn.services.receiving.arriving.CHUNK_BYTES", 1_000)
    monkeypatch.setattr(f"{__name__}.CHUNK_BYTES", 1_000)
    order = make_order(
        filled, OrderRequest(OrderKind.UPLOAD, "phone 1", case="K8", register=True), actor=vera
    )
    content = (seizure_of(filled) / "copy.jpg").read_bytes()
    assert send(filled, order, "DCIM/a.jpg", content[:1_500], size=len(content), actor=vera) == 1_500
    with pytest.raises(InputError, match="1 of the files were sent only in part"):
        steer(filled, order.pk, Steering.BEGIN, actor=vera)
    assert send(filled, order, "DCIM/a.jpg", content, actor=vera) == len(content)
    assert send(filled, order, "DCIM/a.jpg", content, actor=vera) == len(content)
    assert listed(filled.config, order) == {"DCIM/a.jpg": len(content)}
    assert steer(filled, order.pk, Steering.BEGIN, actor=vera).state == OrderState.WAITING
    with pytest.raises(InputError, match="has begun"):
        send(filled, order, "late.jpg", b"x", actor=vera)
    assert run(filled, order).state == OrderState.ANSWERED
    page = show_files(order.pk, Wanted(), actor=vera)
    assert [(row.content["address"], row.content["verdict"]) for row in page.rows] == [
        ("DCIM/a.jpg", "known")
    ]
    assert page.head["input"]["paths"] == ["phone 1"]
    assert str(filled.config.folder) not in json.dumps([page.head, page.rows[0].content])
    assert not (filled.config.uploads_folder / str(order.pk)).exists()
    assert state_of(order).received_bytes == 0
    with as_the_node("a test looks"):
        sighting = Sighting.objects.get(exhibit__label="phone 1")
    assert sighting.address == "DCIM/a.jpg"
    assert sighting.file_changed_at is not None
    assert sighting.file_changed_at.timestamp() == 1_700_000_000


@pytest.mark.parametrize(
    "path", ["../x", "/x", "a//b", "", ".", "a/../../x", "a\0", "a/" * 70 + "x", "é" * 130, "\udce9"]
)
def test_no_name_leads_out_of_the_place_for_what_is_sent(filled: Node, vera: Actor, path: str) -> None:
    order = make_order(filled, OrderRequest(OrderKind.UPLOAD, "phone"), actor=vera)
    with pytest.raises(InputError) as refused:
        send(filled, order, path, b"x", actor=vera)
    assert refused.value.code == "upload.name"
    steer(filled, order.pk, Steering.GIVE_UP, actor=vera)


def test_more_than_the_node_has_room_for_is_refused_in_a_sentence(filled: Node, vera: Actor) -> None:
    small = replace(filled, config=replace(filled.config, upload_bytes=10))
    order = make_order(small, OrderRequest(OrderKind.UPLOAD, "phone"), actor=vera)
    assert send(small, order, "a", b"0123456789", actor=vera) == 10
    with pytest.raises(InputError, match="that is reached") as refused:
        send(small, order, "b", b"x", actor=vera)
    assert refused.value.code == "upload.full"
    steer(small, order.pk, Steering.GIVE_UP, actor=vera)
    assert not (filled.config.uploads_folder / str(order.pk)).exists()


class Pausing(InProcessPool):
    """Lets somebody steer an order once it has measured two files."""

    order = 0
    steering = Steering.PAUSE
    node: Node

    def measure_all(self, jobs: Iterable[Job], *, recall: Recall | None = None) -> Iterator[Done]:
        for number, done in enumerate(super().measure_all(jobs, recall=recall)):
            if number == 2:
                _find_something()
                steer(self.node, self.order, self.steering, actor=person("vera"))
            yield done


@pytest.mark.parametrize(
    ("steering", "state"), [(Steering.PAUSE, OrderState.PAUSED), (Steering.GIVE_UP, OrderState.GIVEN_UP)]
)
def test_a_check_is_paused_or_given_up_where_it_is_and_goes_on_from_there(
    filled: Node, vera: Actor, monkeypatch: pytest.MonkeyPatch, steering: Steering, state: OrderState
) -> None:
    monkeypatch.setattr("cairn.services.check_orders.watching.TOLD_EVERY_S", 0.0)
    order = on_server(filled, vera, case=f"K-{steering}")
    Pausing.node, Pausing.order, Pausing.steering = filled, order.pk, steering
    assert work_once(filled, open_pool=Pausing)
    stopped = state_of(order)
    assert stopped.state == state
    assert 0 < stopped.done < 5
    assert _is_something_found() is (state == OrderState.PAUSED)
    assert not work_once(filled, open_pool=InProcessPool)
    if state == OrderState.PAUSED:
        steer(filled, order.pk, Steering.RESUME, actor=vera)
        done = run(filled, order)
        assert (done.state, done.done) == (OrderState.ANSWERED, 5)
        assert done.resumed >= stopped.done
        assert not _is_something_found()


def test_what_a_check_has_found_goes_with_the_last_order_that_would_go_on_with_it(
    filled: Node, vera: Actor
) -> None:
    first, second = on_server(filled, vera, case="K-alike"), on_server(filled, vera, case="K-alike")
    with as_the_node("a test sets its scene up"):
        digest = request_of(first, seizure_of(filled)).digest(vera)
        Check.objects.create(authority=first.authority, case=first.case, request_digest=digest)
    _find_something()
    steer(filled, first.pk, Steering.GIVE_UP, actor=vera)
    assert _is_something_found()
    steer(filled, second.pk, Steering.GIVE_UP, actor=vera)
    assert not _is_something_found()
    with as_the_node("a test sets its scene up"):
        Check.objects.filter(request_digest=digest).update(finished_at=now())
    _find_something()
    tidy(filled)
    assert not _is_something_found()


def _find_something() -> None:
    with as_the_node("a test stands in for a look at videos"):
        latest = Check.objects.order_by("-pk")[0]
        ComparedFootage.objects.create(check_run=latest, media=Media.objects.order_by("pk")[0])


def _is_something_found() -> bool:
    with as_the_node("a test looks"):
        return ComparedFootage.objects.exists()


def test_an_order_whose_worker_is_dead_is_taken_over_and_one_whose_worker_lives_is_not(
    filled: Node, vera: Actor
) -> None:
    order = on_server(filled, vera)
    with as_the_node("a test stands in for another process"):
        taken = _take()
        assert taken is not None
        CheckOrder.objects.filter(pk=order.pk).update(lease_holder="elsewhere 1 1 - -")
        assert _take() is None
        dead = taken.lease_holder.split(" ")
        CheckOrder.objects.filter(pk=order.pk).update(lease_holder=" ".join([dead[0], "99999999", *dead[2:]]))
    assert run(filled, order).state == OrderState.ANSWERED


def test_what_cannot_be_done_is_told_and_can_be_tried_again(filled: Node, vera: Actor) -> None:
    with as_the_node("a test acts"):
        set_active("vera", is_active=False, actor=filled.operator)
    order = on_server(filled, vera)
    failed = run(filled, order)
    assert (failed.state, failed.error_code) == (OrderState.FAILED, "check.closed")
    with as_the_node("a test acts"):
        set_active("vera", is_active=True, actor=filled.operator)
    steer(filled, order.pk, Steering.RESUME, actor=vera)
    assert run(filled, order).state == OrderState.ANSWERED


def test_another_authority_learns_of_no_order_and_steers_none(filled: Node, vera: Actor) -> None:
    order, ana = on_server(filled, vera), person("ana")
    for act in (
        lambda: find_order(order.pk, actor=ana),
        lambda: steer(filled, order.pk, Steering.PAUSE, actor=ana),
        lambda: show_answer(order.pk, actor=ana),
        lambda: show_files(order.pk, Wanted(), actor=ana),
    ):
        with pytest.raises(AccessError):
            act()
    assert order.pk not in [row.pk for row in orders(actor=ana).rows]
    assert order.pk in [row.pk for row in orders(actor=vera).rows]
    assert run(filled, order).state == OrderState.ANSWERED


def test_a_series_that_is_closed_since_is_told_no_longer(filled: Node, vera: Actor, tmp_path: Path) -> None:
    order = on_server(filled, vera, case="K9")
    run(filled, order)
    export_answer(filled, order.pk, ExportKind.JSON, tmp_path / "open.json", actor=vera)
    assert "River" in (tmp_path / "open.json").read_text()
    handle(Handling.BLIND)
    try:
        page = show_answer(order.pk, actor=vera)
        assert (page.series, page.closed) == ([], 1)
        assert page.looks[0].why == "similar"
        assert show_files(order.pk, Wanted(series=1), actor=vera).rows == []
        for kind in kinds_of(state_of(order)):
            path = tmp_path / f"closed{SUFFIX[kind]}"
            export_answer(filled, order.pk, kind, path, actor=vera)
            assert "River" not in path.read_text()
            assert "mirrored.jpg" in path.read_text()
        with as_the_node("a test looks"):
            exported = AuditEvent.objects.filter(tag=AuditTag.CHECK_ANSWER_EXPORTED)
            assert [event.counts for event in exported.order_by("position")] == [
                {"json": 1},
                *({kind.value: 1} for kind in kinds_of(state_of(order))),
            ]
    finally:
        handle(Handling.ALLIANCE)


def vics_of(content: bytes) -> bytes:
    digests = {kind.upper(): hashlib.new(kind, content).hexdigest() for kind in ("md5", "sha1")}
    return file_text(Form("2.0", Kind.CASES, "US"), [record(**digests)]).encode()


def test_the_answer_is_written_into_the_case_file_that_was_checked_and_into_no_other(
    filled: Node, vera: Actor, tmp_path: Path
) -> None:
    known, copy = (seizure_of(filled) / "copy.jpg").read_bytes(), tmp_path / "copy.json"
    sent = make_order(filled, OrderRequest(OrderKind.UPLOAD, "case of a tool"), actor=vera)
    send(filled, sent, "case.json", vics_of(known), actor=vera)
    steer(filled, sent.pk, Steering.BEGIN, actor=vera)
    assert ExportKind.VICS in kinds_of(run(filled, sent))
    tidy(filled)
    export_answer(filled, sent.pk, ExportKind.VICS, copy, actor=vera)
    assert '"Series": "River"' in copy.read_text()
    place = filled.config.check_roots[0] / "case.json"
    place.write_bytes(vics_of(b"new"))
    here = make_order(filled, OrderRequest(OrderKind.SERVER, "case", path=str(place)), actor=vera)
    assert ExportKind.VICS in kinds_of(run(filled, here))
    place.write_bytes(vics_of(known))
    with pytest.raises(InputError, match="no longer as it was checked"):
        export_answer(filled, here.pk, ExportKind.VICS, tmp_path / "changed.json", actor=vera)
    with as_the_node("a test lets seven days pass"):
        CheckOrder.objects.filter(pk=sent.pk).update(answered_at=now() - KEPT)
    tidy(filled)
    assert not (filled.config.uploads_folder / str(sent.pk)).exists()
    for order in (sent, run(filled, on_server(filled, vera))):
        with pytest.raises(InputError, match="with nothing beside it"):
            order_answer(order.pk, ExportKind.VICS, actor=vera)


def test_with_its_case_goes_what_is_kept_of_a_check(filled: Node, vera: Actor) -> None:
    order = on_server(filled, vera, case="K10")
    run(filled, order)
    with as_the_node("a test acts"):
        delete_case(filled, "K10", reason="the term is over", actor=filled.operator)
        assert not AnsweredFile.objects.filter(order_id=order.pk).exists()
        assert not CheckOrder.objects.filter(pk=order.pk).exists()


def test_what_was_sent_and_never_begun_is_deleted_after_some_days(
    filled: Node, vera: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = make_order(filled, OrderRequest(OrderKind.UPLOAD, "phone"), actor=vera)
    send(filled, order, "a", b"x", actor=vera)
    tidy(filled)
    assert state_of(order).state == OrderState.GATHERING
    monkeypatch.setattr("cairn.services.check_orders.working.FORGOTTEN_AFTER", timedelta(days=-1))
    tidy(filled)
    assert state_of(order).state == OrderState.GIVEN_UP
    assert not (filled.config.uploads_folder / str(order.pk)).exists()


def test_a_kept_answer_is_read_as_it_was() -> None:
    answer = sample_answer()
    row = json.loads(json.dumps(as_json(answer)))
    files = json.loads(json.dumps([kept_file(file) for file in answer.files]))
    assert (
        answer_from(row, series=row["series"], lists=row["lists"], looks=row["look_first"], files=files)
        == answer
    )


def test_while_videos_are_looked_at_the_order_says_how_far_and_what_is_known_and_stops_when_asked(
    filled: Node, vera: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cairn.services.check_orders.watching.TOLD_EVERY_S", 0.0)
    order = on_server(filled, vera, case="K-video")
    with as_the_node("a test sets its scene up"):
        CheckOrder.objects.filter(pk=order.pk).update(state=OrderState.RUNNING)
    watched = Watched(order, lambda: True)
    with acting_as(vera):
        watched.watch_videos(VideoProgress(5, 2, 750.0))
        watched.so_far(sample_answer().files)
    by_now = state_of(order)
    told = "The videos are looked at: 2 of 5 are done, the next one is followed to 00:12:30."
    assert sentence_in(by_now.told) == told
    assert (by_now.closer_done, by_now.closer_total) == (2, 10)
    assert by_now.counts["identified"] == sample_answer().counts[Verdict.IDENTIFIED]
    assert by_now.lease_ends_at is not None
    with acting_as(vera):
        known = KnownSoFar(600.0, ((192.0, 280.0), (300.0, 310.0)), ((300.0, 310.0),))
        watched.watch_videos(VideoProgress(5, 2, 750.0, so_far=known))
    early = " So far, to 00:10:00, stretches of it are known: from 00:05:00 to 00:05:10 it is in a series."
    assert sentence_in(state_of(order).told) == told + early
    steer(filled, order.pk, Steering.PAUSE, actor=vera)
    with acting_as(vera), pytest.raises(Stopped):
        watched.watch_videos(VideoProgress(5, 5, 0.0, 3))
    with as_the_node("a test puts its scene away"):
        CheckOrder.objects.filter(pk=order.pk).update(state=OrderState.GIVEN_UP)


def test_the_table_has_a_line_a_file_and_nothing_that_reckons() -> None:
    answer = sample_answer()
    hostile = replace(answer, files=(replace(answer.files[0], address="=cmd()"), *answer.files[1:]))
    stream = io.StringIO()
    dump_csv(hostile, stream)
    lines = stream.getvalue().splitlines()
    assert lines[0].split(",") == list(COLUMNS)
    assert len(lines) == 1 + len(answer.files)
    assert any(line.startswith("'=cmd(),") for line in lines)
    assert all("TLP:" in line for line in lines[1:])
    assert [line for line in lines if line.endswith("7.0-15.0,10.0-65.0")]


def test_the_node_s_file_says_what_the_desk_may_check(filled: Node, tmp_path: Path) -> None:
    lines = ["format = 1", 'identity = "x"', 'authority = "NL-UNIT"', 'database = "sqlite"']
    (tmp_path / "node.toml").write_text(
        "\n".join([*lines, "[desk]", 'check_roots = ["/srv"]', "upload_gib = 2", "[api]", "follow_s = 7"])
    )
    config = read_config(tmp_path)
    assert config.follow_s == 7
    assert ([str(root) for root in config.check_roots], config.upload_bytes) == (["/srv"], 2 * 1024**3)
