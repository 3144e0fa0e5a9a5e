"""Frames of videos at the desk: masked, read once for a page, revealed one by one, and nothing plays."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

import pytest

from cairn.fingerprints.source import Source
from cairn.fingerprints.stills import stills
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.check_orders import CheckOrder
from cairn.records.lock import as_the_node
from cairn.services.check_orders.keeping import keep_answer
from cairn.services.checking.check import check
from cairn.services.checking.closing import RecordNumbers
from cairn.services.checking.planning import CheckRequest
from cairn.services.directory.acting import operator_of
from cairn.services.footage.video_pass import VideosFor
from cairn.services.showing import stills as showing
from services.footage.in_process import InProcessVideos
from services.seizures import unit
from stand_ins import InProcessPool
from tiny_videos import video
from web.people import signed_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from cairn.records.jobs import Check
    from cairn.services.answering.answer import Answer
    from cairn.services.checking.closing import Keep
    from cairn.services.node.opening import Node
    from cairn.types import Preview

KNOWN = ((1, 3), (2, 3), (3, 3), (4, 3))
LOUPE = "/review/?case=F1&view=loupe"


@pytest.fixture(scope="module")
def place(sqlite_desk: Node, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of a film of NL-UNIT's case F1, of which BR-UNIT holds twelve seconds."""
    folder = tmp_path_factory.mktemp("films")
    for name, shots in (("held", KNOWN), ("seized", ((21, 4), *KNOWN, (22, 4)))):
        (folder / name).mkdir()
        (folder / name / "film.mp4").write_bytes(video(*shots))

    def run(name: str, authority: str, case: str, keep: Keep = lambda *_: None) -> None:
        check(
            sqlite_desk,
            CheckRequest(
                (folder / name,),
                actor=operator_of(sqlite_desk, authority),
                case=case,
                register=True,
                videos=VideosFor.WHOLE,
            ),
            open_pool=InProcessPool,
            open_videos=InProcessVideos,
            keep=keep,
        )

    with as_the_node("a test sets its scene up"):
        unit(sqlite_desk, "SE-UNIT")
        run("held", "SE-UNIT", "S1")
        order = CheckOrder.objects.get(label="phone")

        def keep(run: Check, answer: Answer, _: RecordNumbers) -> None:
            keep_answer(order, run, answer, RecordNumbers({}, {}))
            CheckOrder.objects.filter(pk=order.pk).update(case=run.case)

        run("seized", "NL-UNIT", "F1", keep)
    return f"/checks/{order.pk}/files/1/"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, ...]]:
    """Which frames were asked for together; they are taken out here, for the sandbox is tested elsewhere."""
    asked: list[tuple[int, ...]] = []

    def show(open_file: Callable[[], int], *, sha256: bytes, moments_ms: tuple[int, ...]) -> Preview:
        asked.append(moments_ms)
        descriptor = open_file()
        found = stills(Source(descriptor, os.fstat(descriptor).st_size), moments_ms)
        os.close(descriptor)
        assert found.preview is not None
        return found.preview

    monkeypatch.setattr("cairn.services.showing.sources.FRAME_VIEWER.show", show)
    showing._kept.clear()
    return asked


@pytest.fixture
def client(place: str) -> Client:
    return signed_in("investigator")


def frames_on(client: Client, page: str) -> list[tuple[str, str]]:
    """Answer each frame of a strip: its name, and when it is shown."""
    text = client.get(page).content.decode()
    strip = text[text.index('class="pictures grid frames"') :]
    return re.findall(r'data-picture="([\w-]+)".*?<bdi dir="ltr">([\d:]+)</bdi>', strip, re.DOTALL)


def reveal(client: Client, token: str, case: str) -> Any:
    return client.post("/review/reveal/", {"token": token, "case": case})


def test_the_page_of_a_video_shows_its_frames_masked_and_reads_the_file_once(
    client: Client, place: str, opened: list[tuple[int, ...]]
) -> None:
    frames = frames_on(client, place)
    assert [at for _, at in frames] == [f"00:00:{at:02}" for at in (0, 4, 7, 10, 13, 16)]
    for token, _ in frames:
        answer = client.get(f"/review/picture/{token}/?mask=lines")
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
        assert answer.headers["Cache-Control"].startswith("no-store")
    assert opened == [(0, 4000, 7000, 10_000, 13_000, 16_000)]
    page = client.get(place).content.decode()
    assert not re.search(r"autoplay|<video|<audio", page)
    assert "no sound is played" in page


def test_only_what_is_known_and_one_stretch_alone_are_a_link_away(client: Client, place: str) -> None:
    text = client.get(place).content.decode()
    known = [int(at[-2:]) for _, at in frames_on(client, f"{place}?seconds=matched")]
    assert min(known) >= 4
    assert max(known) <= 16
    assert 'href="?stretch=2#frames"' in text
    first = [int(at[-2:]) for _, at in frames_on(client, f"{place}?stretch=1")]
    assert max(first) <= 4
    assert client.get(f"{place}?stretch=9").status_code == 404
    assert client.get(f"{place}?seconds=some").status_code == 404


def test_a_frame_is_revealed_alone_in_a_case_and_audited(
    client: Client, place: str, opened: list[tuple[int, ...]]
) -> None:
    token, _ = frames_on(client, place)[2]
    assert reveal(client, token, "").status_code == 422
    assert signed_in("supervisor").get(f"/review/picture/{token}/").status_code == 404
    with as_the_node("a test looks"):
        before = AuditEvent.objects.filter(tag=AuditTag.MEDIA_REVEALED).count()
    answer = reveal(client, token, "F1")
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert opened == [(7000,)]
    with as_the_node("a test looks"):
        assert AuditEvent.objects.filter(tag=AuditTag.MEDIA_REVEALED).count() == before + 1


def test_a_video_is_reviewed_with_the_pictures_and_alone_with_its_frames(
    client: Client, place: str, opened: list[tuple[int, ...]]
) -> None:
    text = client.get("/review/?case=F1").content.decode()
    assert "1 to look at" in text
    assert '<bdi dir="ltr">00:00:19</bdi>' in text
    (tile,) = re.findall(r'data-picture="([\w-]+)"', text)
    assert client.get(f"/review/picture/{tile}/").status_code == 200
    assert len(frames_on(client, LOUPE)) == 6
    (mark,) = re.findall(r'name="media" value="([\w-]+)"', text)
    values = {"case": "F1", "category": "exchange:baseline", "media": [mark], "next": "/review/?case=F1"}
    assert client.post("/review/say/", values).status_code == 302
    assert "Nothing is left to look at" in client.get("/review/?case=F1").content.decode()
