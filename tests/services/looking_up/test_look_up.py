"""Look-ups: what police are told of hashes, what reporters are, and what is written down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cairn.errors import AccessError, InputError
from cairn.fingerprints import measure
from cairn.linking import DigestEqual, PdqNear
from cairn.records.alerts import Alert, AlertKind
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.authorities import AuthorityKind
from cairn.records.lists import Audience, ListKind
from cairn.records.series import Series
from cairn.records.users import Actor, Role, User
from cairn.services.directory.acting import operator_of
from cairn.services.hash_lists.importing import NewList, import_list
from cairn.services.hash_lists.reading import find_list
from cairn.services.keeping.withdrawing import withdraw
from cairn.services.looking_up.asking import look_file_up, look_up
from cairn.services.looking_up.hashes import BYTES, MOST_HASHES, Hashes, HashKind
from cairn.services.looking_up.reporters import match, match_file
from cairn.services.series.opening import create_series
from cairn.types import Fingerprints, Handling, Pdq, Verdict
from pictures import drawn, save
from services.seizures import hold, unit

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    return save(drawn(1), tmp_path / "one.jpg")


def pdq_of(found: Fingerprints) -> Pdq:
    assert isinstance(found.picture.comparison, Pdq)
    return found.picture.comparison


ASKED_KINDS = [kind for kind in HashKind if kind is not HashKind.PHOTODNA]


def asked(path: Path) -> Hashes:
    """Answer the four hashes of a file, and one of each kind that nobody holds."""
    found = measure(path)
    texts = {kind: [getattr(found.digests, kind).hex()] for kind in list(HashKind)[:3]}
    texts[HashKind.PDQ] = [pdq_of(found).hex]
    return Hashes.parse({kind: ["0" * 2 * BYTES[kind], *row] for kind, row in texts.items()})


def reporter(node: Node, code: str = "EX-COMPANY", kind: AuthorityKind = AuthorityKind.COMPANY) -> Actor:
    made = unit(node, code, kind=kind)
    user = User.objects.create(authority=made, login=code.lower(), name="n", role=Role.REPORTER)
    return Actor.person(user)


def tags(number: int) -> list[str]:
    return list(AuditEvent.objects.order_by("-pk").values_list("tag", flat=True)[:number])[::-1]


AUDITED = [AuditTag.HASHES_ANSWERED, AuditTag.SERIES_MET, AuditTag.SERIES_MET_UNSEEN]


def test_every_kind_of_hash_finds_what_is_recorded_and_whom_to_ask(node: Node, picture: Path) -> None:
    unit(node, "BR-UNIT")
    create_series("Harbour", actor=operator_of(node, "BR-UNIT"))
    hold(node, picture, authority="BR-UNIT", series="Harbour")
    answer = look_up(node, asked(picture), actor=node.operator)
    assert [(hit.kind, hit.position, hit.verdict) for hit in answer.hits] == [
        (HashKind.SHA256, 1, Verdict.KNOWN),
        (HashKind.SHA1, 1, Verdict.KNOWN),
        (HashKind.MD5, 1, Verdict.KNOWN),
        (HashKind.PDQ, 1, Verdict.SIMILAR),
    ]
    near = answer.hits[3].matches[0]
    assert isinstance(near.evidence, PdqNear)
    assert (near.evidence.distance_bits, near.holders[0].authority, near.media) == (0, "BR-UNIT", 1)
    (series,) = answer.series
    assert (series.facts.name, series.facts.owner.contact) == ("Harbour", "desk@br-unit.example")
    assert (series.exact, series.similar) == (3, 1)
    assert (answer.asked, answer.counts[Verdict.NEW]) == (8, 4)
    assert tags(3) == AUDITED
    alert = Alert.objects.get(kind=AlertKind.MET)
    assert (alert.authority.code, alert.facts["exact"]) == ("BR-UNIT", 3)
    look_up(node, asked(picture), actor=node.operator)
    assert Alert.objects.count() == 1


def test_what_lies_in_a_blind_series_is_new_to_others_and_its_owner_is_told(
    node: Node, picture: Path
) -> None:
    unit(node, "BR-UNIT")
    create_series("Hidden", handling=Handling.BLIND, actor=operator_of(node, "BR-UNIT"))
    hold(node, picture, authority="BR-UNIT", series="Hidden")
    answer = look_up(node, asked(picture), actor=node.operator)
    assert (answer.hits, answer.series, answer.counts[Verdict.NEW]) == ((), (), 8)
    assert tags(3) == AUDITED
    assert Alert.objects.get().kind == AlertKind.BLIND_MET


def test_a_reporter_is_told_match_or_no_match_of_categorised_material_alone(
    node: Node, picture: Path, tmp_path: Path
) -> None:
    actor = reporter(node)
    unit(node, "BR-UNIT")
    create_series("Harbour", actor=operator_of(node, "BR-UNIT"))
    hold(node, picture, authority="BR-UNIT", series="Harbour")
    assert match(node, asked(picture), actor=actor).matches == dict.fromkeys(ASKED_KINDS, ())
    hold(node, picture, authority="BR-UNIT", category="exchange:not-illegal", exhibit="2")
    hold(node, picture, authority="NL-UNIT", category="exchange:national", exhibit="2")
    assert match(node, asked(picture), actor=actor).matches == dict.fromkeys(ASKED_KINDS, ())
    hold(node, picture, authority="BR-UNIT", category="exchange:national", exhibit="3")
    told = match(node, asked(picture), actor=actor)
    assert told.matches == dict.fromkeys(ASKED_KINDS, (1,))
    assert (told.asked, told.policy) == (8, "reporter-match/2")
    assert tags(3) == AUDITED
    alert = Alert.objects.get(kind=AlertKind.MET, about=actor.authority)
    assert alert.facts["asker_told"] is False
    Series.objects.update(handling=Handling.BLIND)
    assert match(node, asked(picture), actor=actor).matches == dict.fromkeys(ASKED_KINDS, ())
    other = save(drawn(2), tmp_path / "own.jpg")
    hold(node, other, authority="EX-COMPANY")
    assert match(node, asked(other), actor=actor).matches == dict.fromkeys(ASKED_KINDS, (1,))


def test_a_reporter_is_not_told_what_those_who_see_material_are(sqlite_node: Node, picture: Path) -> None:
    with pytest.raises(AccessError):
        look_up(sqlite_node, asked(picture), actor=reporter(sqlite_node))
    auditor = Actor.person(User(authority=sqlite_node.authority, login="a", role=Role.AUDITOR))
    with pytest.raises(AccessError):
        match(sqlite_node, asked(picture), actor=auditor)


def take_in(node: Node, folder: Path, *lines: str, name: str = "List", **said: Any) -> None:
    """Let BR-UNIT take a list in."""
    file = folder / "list.txt"
    file.write_text("".join(f"{line}\n" for line in lines))
    said.setdefault("audience", Audience.ALLIANCE)
    import_list(node, file, NewList(name=name, **said), actor=operator_of(node, "BR-UNIT"))


def test_hashes_on_a_known_list_say_whose_it_is_and_those_on_an_idle_one_are_irrelevant(
    node: Node, picture: Path, tmp_path: Path
) -> None:
    unit(node, "BR-UNIT")
    found, idle = measure(picture), "1" * 32
    take_in(node, tmp_path, f"md5 {found.digests.md5.hex()}", f"pdq {pdq_of(found).hex}", tlp="TLP:RED")
    take_in(node, tmp_path, idle, name="NSRL", kind=ListKind.IRRELEVANT)
    take_in(node, tmp_path, "2" * 32, name="Own", audience=Audience.OWN)
    hashes = {HashKind.PDQ: ["0" * 64, pdq_of(found).hex]}
    hashes[HashKind.MD5] = ["2" * 32, idle, found.digests.md5.hex()]
    answer = look_up(node, Hashes.parse(hashes), actor=node.operator)
    assert [(hit.kind, hit.position, hit.verdict) for hit in answer.hits] == [
        (HashKind.MD5, 1, Verdict.IRRELEVANT),
        (HashKind.MD5, 2, Verdict.KNOWN),
        (HashKind.PDQ, 1, Verdict.SIMILAR),
    ]
    assert [(met.facts.name, met.files, met.facts.owner.contact) for met in answer.lists] == [
        ("List", 2, "desk@br-unit.example"),
        ("NSRL", 1, "desk@br-unit.example"),
    ]
    assert (answer.counts[Verdict.NEW], answer.lists[0].facts.tlp) == (2, "TLP:RED")
    assert tags(4) == [AUDITED[0], AuditTag.LIST_MET, *AUDITED[1:]]
    by_file = look_file_up(node, found, actor=node.operator)
    (said,) = by_file.hits[0].listed
    assert (by_file.hits[0].verdict, said.evidence) == (Verdict.KNOWN, DigestEqual(("md5",)))
    withdraw(
        find_list("List", owner="BR-UNIT", actor=node.operator),
        reason="an error",
        actor=operator_of(node, "BR-UNIT"),
    )
    assert [hit.position for hit in look_up(node, Hashes.parse(hashes), actor=node.operator).hits] == [1]
    assert Alert.objects.get(kind=AlertKind.WITHDRAWAL).authority == node.authority


def test_a_reporter_matches_the_known_lists_of_its_class_alone(
    node: Node, picture: Path, tmp_path: Path
) -> None:
    unit(node, "BR-UNIT")
    company, hotline = reporter(node), reporter(node, "EX-HOTLINE", AuthorityKind.HOTLINE)
    found = measure(picture)
    take_in(node, tmp_path, "1" * 32)
    take_in(node, tmp_path, "2" * 32, name="Hotlines", audience=Audience.HOTLINES)
    take_in(
        node,
        tmp_path,
        "3" * 32,
        found.digests.md5.hex(),
        f"pdq {pdq_of(found).hex}",
        name="All",
        audience=Audience.COMPANIES,
    )
    take_in(node, tmp_path, "4" * 32, name="Idle", kind=ListKind.IRRELEVANT, audience=Audience.COMPANIES)
    hashes = Hashes.parse({HashKind.MD5: [digit * 32 for digit in "1234"], HashKind.PDQ: [pdq_of(found).hex]})
    assert match(node, hashes, actor=company).matches == {HashKind.MD5: (2,), HashKind.PDQ: (0,)}
    assert match(node, hashes, actor=hotline).matches == {HashKind.MD5: (1, 2), HashKind.PDQ: (0,)}
    assert match_file(node, found, actor=company).matches == {HashKind.SHA256: (0,)}
    assert tags(3) == AUDITED
    police = look_up(node, hashes, actor=node.operator)
    assert [hit.verdict for hit in police.hits] == ["known"] * 3 + ["irrelevant", "similar"]
    withdraw(
        find_list("All", owner="BR-UNIT", actor=node.operator),
        reason="an error",
        actor=operator_of(node, "BR-UNIT"),
    )
    assert match(node, hashes, actor=company).matches == {HashKind.MD5: (), HashKind.PDQ: ()}


def test_a_look_up_belongs_to_a_case_of_the_authority_or_to_none(sqlite_node: Node, picture: Path) -> None:
    with pytest.raises(InputError, match="no case 'K9'"):
        look_up(sqlite_node, asked(picture), actor=sqlite_node.operator, case="K9")
    hold(sqlite_node, picture, authority="NL-UNIT")
    answer = look_up(sqlite_node, asked(picture), actor=sqlite_node.operator, case="K1")
    assert answer.hits == ()
    assert AuditEvent.objects.order_by("-pk")[0].case_reference == "K1"


@pytest.mark.parametrize(
    "wrong", ["", "0" * 63, "0" * 65, "g" * 64, "0" * 62 + " 0", "０" * 64, "0" * 60 + "    "]
)
def test_a_hash_of_another_form_is_named_by_its_position(wrong: str) -> None:
    with pytest.raises(InputError, match="position 1 of pdq") as caught:
        Hashes.parse({HashKind.PDQ: ["0" * 64, wrong, "1" * 64]})
    assert (caught.value.code, caught.value.details["position"]) == ("lookup.hashes", 1)


def test_digits_of_one_hash_do_not_make_up_for_those_of_another() -> None:
    with pytest.raises(InputError, match="position 0"):
        Hashes.parse({HashKind.MD5: ["0" * 30, "0" * 34]})


@pytest.mark.parametrize("number", [0, MOST_HASHES + 1])
def test_a_batch_has_a_size(number: int) -> None:
    with pytest.raises(InputError, match="10,000"):
        Hashes.parse({HashKind.MD5: ["0" * 32] * number})


def test_a_digest_that_is_asked_for_is_equal_as_it_is_stated_and_no_more(
    sqlite_node: Node, picture: Path
) -> None:
    hold(sqlite_node, picture, authority="NL-UNIT")
    hits = look_up(sqlite_node, asked(picture), actor=sqlite_node.operator).hits
    told = {hit.kind: hit.matches[0].evidence for hit in hits if hit.kind is not HashKind.PDQ}
    assert told == {kind: DigestEqual((kind.value,)) for kind in list(HashKind)[:3]}
