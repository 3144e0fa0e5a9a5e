"""What is new in a case waits; what is settled does not; and every decision can be taken back."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from cairn.errors import AccessError, InputError
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.categories import Categorisation
from cairn.records.series import SeriesMedia
from cairn.services.categories import install_scheme, read_scheme
from cairn.services.directory.acting import operator_of
from cairn.services.review.queue import Order, Place, Side, review_queue
from cairn.services.review.saying import effect_of, say, undo
from cairn.services.review.schemes import InOther, schemes_of
from cairn.services.series.opening import create_series
from pictures import drawn, save
from services.seizures import hold, run, unit

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node
    from cairn.services.review.queue import Queue
    from cairn.services.review.saying import Change

NATIONAL = """
scheme = "national"
version = "2"
[codes]
grave = "material"
3 = "material"
none = "irrelevant"
[mappings.exchange]
grave = { to = "baseline", lost = "" }
3 = { lost = "that it is drawn" }
"""


@pytest.fixture
def case(node: Node, tmp_path: Path) -> Node:
    """A case of NL-UNIT with three pictures, one of them twice, and a text."""
    unit(node, "BR-UNIT")
    for seed in (1, 2, 3):
        save(drawn(seed), tmp_path / "seizure" / f"{seed}.jpg")
    save(drawn(1), tmp_path / "seizure" / "again.jpg")
    (tmp_path / "seizure" / "note.txt").write_text("no picture")
    hold(node, tmp_path / "seizure", authority="NL-UNIT")
    return node


def digest(tmp_path: Path, name: str) -> str:
    return hashlib.sha256((tmp_path / "seizure" / name).read_bytes()).hexdigest()


def waiting(node: Node, **asked: object) -> Queue:
    return review_queue("K1", actor=node.operator, **asked)  # type: ignore[arg-type]  # a test's words


def names(queue: Queue) -> set[str]:
    return {entry.sha256 for entry in queue.entries}


def test_every_content_waits_once_with_the_number_of_its_files(case: Node, tmp_path: Path) -> None:
    queue = waiting(case)
    assert (queue.left, queue.settled, queue.after) == (3, 0, None)
    copies = {entry.sha256: entry.copies for entry in queue.entries}
    assert copies == {digest(tmp_path, f"{seed}.jpg"): 1 + (seed == 1) for seed in (1, 2, 3)}
    entry = AuditEvent.objects.filter(tag=AuditTag.QUEUE_LISTED).get()
    assert (entry.case_reference, entry.counts) == ("K1", {"media": 3})


def test_what_is_settled_is_counted_and_not_shown(case: Node, tmp_path: Path) -> None:
    create_series("Stone", actor=case.operator)
    save(drawn(1), tmp_path / "one" / "1.jpg")
    run(case, tmp_path / "one", case="K2", register=True, series="Stone")
    other = operator_of(case, "BR-UNIT")
    save(drawn(2), tmp_path / "two" / "2.jpg")
    hold(case, tmp_path / "two", authority="BR-UNIT", category="exchange:no-interest")
    queue = waiting(case)
    assert names(queue) == {digest(tmp_path, "3.jpg")}
    assert queue.settled == 2
    SeriesMedia.objects.update(spans_ms=[[0, 1_000]])  # a stretch does not say that the rest was seen
    assert names(waiting(case)) == {digest(tmp_path, name) for name in ("1.jpg", "3.jpg")}
    with pytest.raises(InputError):
        review_queue("K2", actor=other)


def test_the_nearest_to_what_is_recorded_comes_first_or_last(case: Node, tmp_path: Path) -> None:
    save(drawn(3), tmp_path / "near" / "3.jpg", quality=60)
    hold(case, tmp_path / "near", authority="BR-UNIT")
    first, last = waiting(case).entries[0], waiting(case, order=Order.FAR).entries[-1]
    assert first.sha256 == last.sha256 == digest(tmp_path, "3.jpg")
    assert first.nearest is not None
    assert waiting(case).entries[-1].nearest is None


@pytest.mark.parametrize("order", Order)
def test_pages_follow_each_other_while_what_they_showed_is_decided(
    case: Node, tmp_path: Path, order: Order
) -> None:
    save(drawn(3), tmp_path / "near" / "3.jpg", quality=60)
    hold(case, tmp_path / "near", authority="BR-UNIT")

    def one(place: Place | None = None) -> Queue:
        return waiting(case, order=order, place=place, most=1)

    whole = [entry.sha256 for entry in waiting(case, order=order).entries]
    first = one()
    assert first.before is None
    list(say([bytes.fromhex(whole[0])], "exchange:baseline", case="K1", actor=case.operator))
    second = one(Place(str(first.after), Side.AFTER))
    third = one(Place(str(second.after), Side.AFTER))
    assert [*names(first), *names(second), *names(third)] == whole
    assert third.after is None
    assert names(one(Place(str(third.before), Side.BEFORE))) == {whole[1]}
    assert names(one(Place(whole[2], Side.AT))) == {whole[2]}
    assert names(one(Place(whole[1], Side.BEFORE))) == {whole[1]}  # Nothing waits before: the first page.
    assert names(one(Place("ab" * 32, Side.AFTER))) == {whole[1]}


def test_one_word_a_scheme_stands_and_every_decision_is_taken_back(case: Node, tmp_path: Path) -> None:
    media = [bytes.fromhex(digest(tmp_path, f"{seed}.jpg")) for seed in (1, 2)]
    install_scheme(read_scheme(NATIONAL), actor=case.operator)

    def decide(*which: bytes, typed: str) -> list[Change]:
        return list(say(which, typed, case="K1", actor=case.operator))

    first = decide(media[0], typed="exchange:baseline")
    second = decide(*media, typed="exchange:national")
    decide(media[0], typed="national:grave")
    assert decide(media[0], typed="national:grave") == []
    assert standing(case, tmp_path) == {
        (1, "exchange:national"),
        (2, "exchange:national"),
        (1, "national:grave"),
    }
    assert waiting(case).left == 1
    assert undo(second, case="K1", actor=case.operator) == 2
    assert standing(case, tmp_path) == {(1, "exchange:baseline"), (1, "national:grave")}
    assert undo(second, case="K1", actor=case.operator) == 0  # It no longer stands.
    assert undo(first, case="K1", actor=case.operator) == 1
    assert standing(case, tmp_path) == {(1, "national:grave")}
    assert Categorisation.objects.exclude(withdrawn_at=None).count() == 3  # Who had said what is kept.
    tags = AuditEvent.objects.filter(tag__startswith="records:categorisation").order_by("position")
    assert [row.counts["media"] for row in tags] == [1, 2, 1, 2, 1]


def standing(case: Node, tmp_path: Path) -> set[tuple[int, str]]:
    """Answer what is said now, each by the seed of its picture."""
    rows = Categorisation.objects.filter(withdrawn_at=None).select_related("media", "category__scheme")
    seeds = {digest(tmp_path, f"{seed}.jpg"): seed for seed in (1, 2)}
    return {(seeds[bytes(row.media.sha256 or b"").hex()], str(row.category)) for row in rows}


def test_the_effect_is_told_before_it_is_done_and_others_words_are_shown(case: Node, tmp_path: Path) -> None:
    media = [bytes.fromhex(digest(tmp_path, f"{seed}.jpg")) for seed in (1, 2, 3)]
    say(media[:1], "exchange:baseline", case="K1", actor=case.operator)
    say(media[1:2], "exchange:national", case="K1", actor=case.operator)
    hold(case, tmp_path / "seizure", authority="BR-UNIT")
    say(media[2:], "exchange:not-illegal", case="K1", actor=operator_of(case, "BR-UNIT"))
    effect = effect_of(media, "exchange:baseline", actor=case.operator)
    assert (effect.media, effect.first, effect.same) == (3, 1, 1)
    assert effect.instead == {"exchange:national": 1}
    assert effect.others == {"BR-UNIT exchange:not-illegal": 1}
    entry = waiting(case).entries[0]
    assert [(word.authority, word.typed, word.is_own) for word in entry.words] == [
        ("BR-UNIT", "exchange:not-illegal", False)
    ]


def test_nothing_is_said_of_what_one_does_not_see_or_of_too_much(case: Node) -> None:
    with pytest.raises(AccessError):
        say([b"x" * 32], "exchange:baseline", case="K1", actor=case.operator)
    with pytest.raises(InputError) as refused:
        say([bytes([n, 0] * 16) for n in range(201)], "exchange:baseline", case="K1", actor=case.operator)
    assert refused.value.code == "category.many"


def test_codes_have_digits_in_the_order_of_their_file_and_say_what_other_schemes_lose(
    sqlite_node: Node,
) -> None:
    install_scheme(read_scheme(NATIONAL), actor=sqlite_node.operator)
    national = {scheme.scheme: scheme for scheme in schemes_of(sqlite_node.operator)}["national"]
    assert [(code.code, code.digit) for code in national.codes] == [("grave", "1"), ("3", "3"), ("none", "2")]
    assert [code.others for code in national.codes] == [
        (InOther("exchange", "baseline", ""),),
        (InOther("exchange", None, "that it is drawn"),),
        (),
    ]


@pytest.mark.parametrize(
    "line",
    ['grave = "baseline"', 'grave = { to = "baseline" }', 'other = { lost = "" }', "grave = { lost = 1 }"],
)
def test_a_mapping_that_does_not_say_what_is_lost_is_refused(line: str) -> None:
    with pytest.raises(InputError) as refused:
        read_scheme(NATIONAL.partition("[mappings.exchange]")[0] + f"[mappings.exchange]\n{line}\n")
    assert refused.value.code == "scheme.invalid"
