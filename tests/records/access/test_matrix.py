"""Every role of every kind of authority, every record in every handling, every act: who sees, and who may."""

from __future__ import annotations

import contextvars
from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.db import connection

from cairn.records.access import Act, decisions, may, visible_to
from cairn.records.access.tables import RULES, SYSTEM_ALONE
from cairn.records.lock import acting_as, looker
from cairn.records.policies import OPEN, POLICIES
from cairn.records.users import Role
from records.access.world import Entry, Who, World, build

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.db.models import Model

    from cairn.records.users import Actor
    from cairn.services.node.opening import Node

    Seen = Mapping[tuple[Who, type[Model]], frozenset[object]]

LETTERS = {
    "I": Role.INVESTIGATOR,
    "S": Role.SUPERVISOR,
    "H": Role.HUB_ANALYST,
    "T": Role.HOTLINE_ANALYST,
    "R": Role.REPORTER,
    "A": Role.AUDITOR,
    "D": Role.ADMINISTRATOR,
}

SERIES_AND_PARTS = "Series SeriesAlias SeriesMarker SeriesMedia SeriesNote Claim Regrouping RegroupedMedia"

CHECKS = "Check CheckItem CheckOrder AnsweredFile"

# Act: the letters of the roles that may, the kinds of record, and who of those who see the record may.
ACTS = {
    "alert:read": ("ISHT", "Alert", "owner"),
    "audit:read": ("SA", "AuditEvent", "sees"),
    "authority:manage": ("D", "Authority AllianceCountry", "itself or hub"),
    "case:delete": ("S", "Case", "owner"),
    "case:export": ("ISHT", "Case ExportOrder", "owner"),
    "case:read": ("ISHT", f"Case Exhibit {CHECKS}", "sees"),
    "case:work": ("ISHT", "Case Exhibit", "owner"),
    "category:say": ("ISHT", "Media", "sees"),
    "check:run": ("ISHTR", f"Case Exhibit {CHECKS}", "sees"),
    "deletion:propose": ("ISHT", "Case Series Victim Offender DeletionProposal", "owner"),
    "directory:read": ("ISHTAD", "Authority AllianceCountry Scheme Category", "sees"),
    "head:witness": ("SA", "Authority", "itself or hub"),
    "holdings:export": ("ISHT", "", "nobody"),
    "investigation:lead": ("ISH", "JointInvestigation JointMember Task Message", "lead"),
    "investigation:read": ("ISH", "JointInvestigation JointMember Task Message Question", "sees"),
    "investigation:work": ("ISH", "JointInvestigation JointMember Task Message", "own membership"),
    "judgement:make": ("ISH", "Media Link Judgement", "sees"),
    "key:manage": ("D", "ApiKey", "owner"),
    "link:read": ("ISHT", "Media Link Judgement", "sees"),
    "list:import": ("ISHT", "HashList", "owner"),
    "list:read": ("ISHT", "HashList ListVersion ListChunk", "sees"),
    "media:reveal": ("ISHT", "Media", "sees"),
    "node:manage": ("D", "Authority", "itself or hub"),
    "person:change": ("ISH", "Victim Offender", "owner"),
    "person:delete": ("S", "Victim Offender", "owner"),
    "person:read": ("ISH", "Victim Offender StatusChange", "sees"),
    "question:answer": ("ISH", "Question", "addressee"),
    "question:ask": ("ISH", "Series JointInvestigation Authority", "sees"),
    "record:withdraw": (
        "ISHT",
        "Case Series Sighting Categorisation Judgement HashList Victim Offender",
        "owner",
    ),
    "report:close": ("ISH", "Report", "addressee"),
    "report:read": ("ISHT", "Report ReportItem", "sees"),
    "report:take": ("ISHTR", "", "nobody"),
    "scheme:install": ("D", "Scheme", "sees"),
    "series:change": ("ISHT", "Series SeriesMedia", "owner or lead"),
    "series:create": ("ISHT", "", "nobody"),
    "series:delete": ("S", "Series", "owner"),
    "series:export": ("ISHT", "Series", "owner or lead"),
    "series:hand-over": ("ISH", "Series HandOver", "owner or lead, or addressee"),
    "series:note": ("ISHT", "Series SeriesAlias SeriesMarker SeriesNote Claim", "own word"),
    "series:read": ("ISHT", f"{SERIES_AND_PARTS} StatusChange HandOver", "sees"),
    "series:share": ("ISHT", "Series", "owner"),
    "sighting:report": ("ISHTR", "Case Exhibit", "owner"),
    "statistics:read": ("ISHTAD", "", "nobody"),
    "statistics:refresh": ("D", "", "nobody"),
    "status:confirm": ("ISH", "Series Victim Offender StatusChange", "owner or lead"),
    "status:propose": ("ISH", "Series Victim Offender", "owner, or lead of a series"),
    "subscription:manage": ("ISHT", "Subscription Series", "sees"),
    "user:manage": ("D", "User", "owner"),
}


def allowed(who: Who, entry: Entry, words: str) -> bool:
    """Answer whether one who sees the record is one of those of whom the words speak."""
    mine, kind = who.authority, kind_of(entry)
    return {
        "sees": True,
        "owner": entry.owner == mine,
        "owner or lead": mine in {entry.owner, entry.lead},
        "owner, or lead of a series": entry.owner == mine or (kind == "Series" and entry.lead == mine),
        "lead": entry.lead == mine,
        "addressee": entry.addressee == mine,
        "owner or lead, or addressee": mine in {entry.owner, entry.lead, entry.addressee},
        "own word": kind == "Series" or entry.owner == mine,
        "own membership": kind != "JointMember" or entry.owner == mine,
        "itself or hub": mine in {entry.owner, "hub"},
        "nobody": False,
    }[words]


def kind_of(entry: Entry) -> str:
    return type(entry.record).__name__


def by_model(world: World) -> dict[type[Model], list[Entry]]:
    found: defaultdict[type[Model], list[Entry]] = defaultdict(list)
    for entry in world.entries:
        found[type(entry.record)].append(entry)
    return found


def all_models() -> set[type[Model]]:
    return set(apps.get_app_config("records").get_models(include_auto_created=True))


def test_who_sees_what_and_who_may_what(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    world = build()
    seen = {(who, model): seen_by(who, model) for who in world.askers for model in by_model(world)}
    assert list(wrongly_seen(world, seen)) == []
    if connection.vendor == "postgresql":
        assert list(wrongly_locked(world)) == []
    alliance = next(entry.record for entry in world.entries if entry.name == "series alliance")
    assert [may(who.actor, Act.SERIES_READ, alliance).allowed for who in world.askers] == [
        who.sees("alliance") for who in world.askers
    ]
    # The door's own answers stand in for its questions from here on: a quarter of a million decisions follow.
    monkeypatch.setattr(
        decisions, "visible_to", partial(Remembered, seen, {who.actor: who for who in world.askers})
    )
    assert list(wrongly_allowed(world)) == []


def seen_by(who: Who, model: type[Model]) -> frozenset[object]:
    return frozenset(visible_to(who.actor, model).values_list("pk", flat=True))


class Remembered:
    """Answers, in place of the records, what the door has answered before."""

    def __init__(self, seen: Seen, askers: Mapping[Actor, Who], actor: Actor, model: type[Model]) -> None:
        self._seen = seen[askers[actor], model]

    def filter(self, *, pk: object) -> frozenset[object]:
        return Found(self._seen & {pk})


class Found(frozenset[object]):
    """The rows that were asked for."""

    def exists(self) -> bool:
        return bool(self)


def wrongly_seen(world: World, seen: Seen) -> Iterator[str]:
    """Yield every cell of role x authority x record that the door answers otherwise than expected."""
    for entry in world.entries:
        for who in world.askers:
            if (entry.record.pk in seen[who, type(entry.record)]) is not entry.seen(who):
                yield f"{who.authority} {who.role}: {entry.name}"


def wrongly_allowed(world: World) -> Iterator[str]:
    """Yield every cell of role x authority x record x act that the door decides otherwise than expected."""
    for act, (letters, models, words) in ACTS.items():
        roles, kinds = {LETTERS[letter] for letter in letters}, set(models.split())
        for who in world.askers:
            if may(who.actor, Act(act)).allowed is not (who.role in roles):
                yield f"{who.authority} {who.role} {act}"
            for entry in world.entries:
                fits = who.role in roles and kind_of(entry) in kinds
                expected = fits and entry.seen(who) and allowed(who, entry, words)
                if may(who.actor, Act(act), entry.record).allowed is not expected:
                    yield f"{who.authority} {who.role} {act} {entry.name}"


def wrongly_locked(world: World) -> Iterator[str]:
    """Yield where a question that forgets the door is shown more than the door shows, or too little."""
    for model, entries in by_model(world).items():
        if model._meta.db_table in OPEN:
            continue
        assert contextvars.Context().run(list, model._default_manager.all()) == []
        for who in world.askers:
            with acting_as(who.actor):
                shown = set(model._default_manager.values_list("pk", flat=True))
            for entry in entries:
                is_shown, is_seen = entry.record.pk in shown, entry.seen(who)
                if is_seen and not is_shown:
                    yield f"too little: {who.authority} {who.role}: {entry.name}"
                if is_shown and not is_seen and not may_be_coarser(who, entry):
                    yield f"too much: {who.authority} {who.role}: {entry.name}"


def may_be_coarser(who: Who, entry: Entry) -> bool:
    """Answer whether the lock is coarser here: a system account is shown what its own authority has."""
    if kind_of(entry) in {"AuditState", "AuditHead", "AuditCosignature", "WitnessedHead"}:
        return who.role in {Role.AUDITOR, Role.SUPERVISOR}  # Signed heads, which are published anyway.
    if kind_of(entry) == "JointInvestigation":
        return who.is_any("other")  # The invited read its name in their invitation.
    return who.role is Role.REPORTER


def test_every_model_has_a_rule_and_is_in_the_world(sqlite_node: Node) -> None:
    assert all_models() == set(RULES) | SYSTEM_ALONE
    assert all_models() == set(by_model(build()))


def test_every_act_has_an_expectation() -> None:
    assert set(ACTS) == {str(act) for act in Act}


def test_every_table_is_locked_or_open_for_a_reason() -> None:
    tables = {model._meta.db_table for model in all_models()}
    assert tables == POLICIES.keys() | OPEN.keys()
    assert not POLICIES.keys() & OPEN.keys()
    assert all(OPEN.values())


def test_a_new_thread_is_nobody(sqlite_node: Node) -> None:
    with acting_as(sqlite_node.operator):
        assert contextvars.Context().run(looker).sight == ""
        assert looker().sight == "police"


@pytest.mark.parametrize("role", Role)
def test_every_role_has_a_letter(role: Role) -> None:
    assert role in LETTERS.values()
