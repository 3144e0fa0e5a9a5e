"""One of everything, in every handling: what the matrix of roles, authorities, records and acts is tried on.

Who should see each record is written down here in plain words, and owes nothing to the door's own rules.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from cairn.records import audit
from cairn.records.alerts import Alert, AlertKind, OutgoingMail, Subscription
from cairn.records.audit import (
    AuditCosignature,
    AuditedSeries,
    AuditHead,
    AuditState,
    AuditTag,
    WitnessedHead,
)
from cairn.records.authorities import AllianceCountry, Authority, AuthorityKind
from cairn.records.cases import Case, Exhibit
from cairn.records.categories import Categorisation, Category, Scheme
from cairn.records.check_orders import AnsweredFile, CheckOrder
from cairn.records.desk_sessions import DeskSession
from cairn.records.export_orders import ExportOrder
from cairn.records.exposure import ExposureDay
from cairn.records.factors import AuthenticatorApp, OutsideName, Passkey, RecoveryCode
from cairn.records.features import FeatureMark, Features, PendingFeatures
from cairn.records.footage import ComparedFootage, Footage
from cairn.records.giving import ListFeedback, ListGiven, ListRemoval
from cairn.records.jobs import Check, CheckItem
from cairn.records.joint import HandOver, JointInvestigation, JointMember, Message, Question, Task
from cairn.records.keys import ApiKey, KeptAnswer
from cairn.records.learnt import LearntMark, LearntModel, LearntVector
from cairn.records.links import Judgement, Link, PendingSuggestion
from cairn.records.lists import HashList, ListChunk, ListMeeting, ListVersion
from cairn.records.looked_again import LookedAgain
from cairn.records.media import IndexMark, Media, PendingIndexEntry, PendingRemoval
from cairn.records.over_common import CommonPoints, CommonPointsIn
from cairn.records.people import Offender, Victim
from cairn.records.regrouping import RegroupedMedia, Regrouping
from cairn.records.reports import Report, ReportItem
from cairn.records.retention import DeletionProposal, Tombstone
from cairn.records.series import Claim, Series, SeriesAlias, SeriesMarker, SeriesMedia, SeriesNote
from cairn.records.sightings import Sighting
from cairn.records.sounds import CommonSound, Sound, SoundMark
from cairn.records.status import StatusChange
from cairn.records.summaries import Summary, SummaryFigure
from cairn.records.users import Actor, Role, User
from cairn.records.vault.keys import VaultKey
from cairn.records.veil import Veil

if TYPE_CHECKING:
    from django.db.models import Model

AUTHORITIES = {
    "owner": AuthorityKind.UNIT,
    "other": AuthorityKind.UNIT,
    "named": AuthorityKind.UNIT,
    "lead": AuthorityKind.UNIT,
    "hub": AuthorityKind.HUB,
    "hotline": AuthorityKind.HOTLINE,
    "company": AuthorityKind.COMPANY,
    "oversight": AuthorityKind.OVERSIGHT,
}
POLICE = {"owner", "other", "named", "lead", "hub"}
MATERIAL = {Role.INVESTIGATOR, Role.SUPERVISOR, Role.HUB_ANALYST, Role.HOTLINE_ANALYST}
VARIANTS = {
    "alliance": "alliance",
    "named": "named",
    "blind": "blind",
    "led": "blind",
    "withdrawn": "alliance",
    "merged": "alliance",
}
"""Each variant of a series, and its handling; *led* is a blind one that *lead* leads."""


@dataclass(frozen=True)
class Who:
    """One asker: an authority, a role, and the person."""

    authority: str
    role: Role
    actor: Actor

    @property
    def works_with_material(self) -> bool:
        return self.role in MATERIAL

    def is_any(self, *authorities: str) -> bool:
        """Answer whether somebody who works with material acts for one of these."""
        return self.works_with_material and self.authority in authorities

    def sees(self, variant: str) -> bool:
        """Answer whether a series of the variant should be seen."""
        shown = {
            "alliance": POLICE,
            "named": {"named"},
            "blind": set(),
            "led": {"lead"},
            "withdrawn": set(),
            "merged": POLICE,
        }
        return self.is_any("owner", *shown[variant])


Seen = Callable[[Who], bool]


@dataclass(frozen=True)
class Entry:
    """A record, who should see it, and what it is to whom."""

    name: str
    record: Model
    seen: Seen
    owner: str | None = None
    lead: str | None = None
    addressee: str | None = None


@dataclass
class World:
    """Everything, and everybody."""

    entries: list[Entry] = field(default_factory=list)
    askers: list[Who] = field(default_factory=list)
    authorities: dict[str, Authority] = field(default_factory=dict)

    def add(self, name: str, record: Any, seen: Seen, **is_to: str | None) -> Any:
        self.entries.append(Entry(name, record, seen, **is_to))
        return record


def everybody(_: Who) -> bool:
    return True


def nobody(_: Who) -> bool:
    return False


def the_owner(who: Who) -> bool:
    return who.is_any("owner")


def build() -> World:
    """Record one of everything; 'owner' owns all of it."""
    world = World()
    for name, kind in AUTHORITIES.items():
        authority = Authority.objects.create(
            code=name.upper(), name=name, kind=kind, country="BR", contact="c"
        )
        world.authorities[name] = world.add(f"authority {name}", authority, everybody, owner=name)
        for role in Role:
            user = User.objects.create(authority=authority, login=f"{name}-{role}", name="n", role=role)
            world.askers.append(Who(name, role, Actor.person(user)))
    _directory(world)
    case = _casework(world)
    plain = _media(world, "plain", lambda who: who.is_any(*POLICE), case)
    target = _series(world, "target", "alliance", lambda who: who.is_any(*POLICE))
    world.add("country", AllianceCountry.objects.create(code="BR"), everybody)
    for variant in VARIANTS:
        _variant(world, variant, case, plain, target)
    _joint(world)
    _lists(world)
    _reports(world)
    _log_and_node(world, plain)
    return world


def _directory(world: World) -> None:
    user = User.objects.get(login="owner-investigator")

    def leads_or_is(who: Who) -> bool:
        leads = who.authority == "owner" and who.role in {Role.SUPERVISOR, Role.ADMINISTRATOR}
        return leads or who.actor.user == user

    world.add("user", user, leads_or_is, owner="owner")
    _keys(world)
    world.add("category", Category.objects.all()[0], everybody)
    world.add("scheme", Scheme.objects.all()[0], everybody)


def _keys(world: World) -> None:
    def leads(who: Who) -> bool:
        return who.authority == "owner" and who.role in {Role.SUPERVISOR, Role.ADMINISTRATOR}

    key = ApiKey.objects.create(
        user=User.objects.get(login="owner-reporter"),
        number="1",
        secret_digest=b"1" * 32,
        per_minute=1,
        expires_at=timezone.now(),
    )
    world.add("key", key, leads, owner="owner")
    kept = KeptAnswer.objects.create(key=key, name="n", request_digest=b"1" * 32)
    world.add("kept answer", kept, nobody)


def _casework(world: World) -> Case:
    owner = world.authorities["owner"]
    case = Case.objects.create(authority=owner, reference="1")
    check = Check.objects.create(authority=owner, case=case, request_digest=b"1" * 32)
    subscription = Subscription.objects.create(authority=owner)
    tombstone = Tombstone.objects.create(kind="case", record_id=1, owner=owner, reason="r")
    by = User.objects.get(login="owner-investigator")
    proposal = DeletionProposal.objects.create(case=case, owner=owner, proposed_by=by, reason="r")
    exhibit = Exhibit.objects.create(case=case, label="1")
    item = CheckItem.objects.create(check_run=check, address="a", address_digest=b"1" * 16, signature="s")
    order = CheckOrder.objects.create(authority=owner, kind="server", state="answered", label="1")
    export = ExportOrder.objects.create(authority=owner, subject="case", case=case, name="1", state="done")
    answered = AnsweredFile.objects.create(order=order, position=1, verdict="new", content={})
    for name, record in (
        ("case", case),
        ("exhibit", exhibit),
        ("check", check),
        ("check item", item),
        ("check order", order),
        ("answered file", answered),
        ("export", export),
        ("subscription", subscription),
        ("tombstone", tombstone),
        ("deletion proposal", proposal),
    ):
        world.add(name, record, the_owner, owner="owner")
    return case


def _media(world: World, name: str, known: Seen, case: Case) -> Media:
    """Record a media that 'owner' has seen and categorised."""
    digest = sha256(name.encode()).digest()
    media = Media.objects.create(sha256=digest, sha1=digest[:20], md5=digest[:16], size_bytes=1, method="m")
    owner = world.authorities["owner"]
    sighting = Sighting.objects.create(
        media=media,
        authority=owner,
        exhibit=case.exhibit_set.get(),
        address=name,
        address_digest=digest[:16],
    )
    said = Categorisation.objects.create(media=media, authority=owner, category=Category.objects.all()[0])
    world.add(f"media {name}", media, known)
    world.add(f"sighting {name}", sighting, known, owner="owner")
    world.add(f"categorisation {name}", said, known, owner="owner")
    features = Features.objects.create(
        media=media, method="m", width=1, height=1, points=b"", descriptors=b""
    )
    world.add(f"features {name}", features, known)
    footage = Footage.objects.create(
        media=media, method="m", mode="even", covered_s=0, frames=0, comparable=0, kept=0, columns=b""
    )
    world.add(f"footage {name}", footage, known)
    model, _ = LearntModel.objects.get_or_create(mark="m", defaults={"size": 1})
    vector = LearntVector.objects.create(media=media, model=model, vector=b"")
    world.add(f"vector {name}", vector, known)
    sound = Sound.objects.create(media=media, duration_ms=0, points=b"")
    world.add(f"sound {name}", sound, known)
    return media


def _series(world: World, name: str, handling: str, seen: Seen, lead: str = "owner") -> Series:
    series = Series.objects.create(
        owner=world.authorities["owner"],
        lead=world.authorities[lead],
        name=name,
        status="unidentified",
        status_since=timezone.now().date(),
        handling=handling,
    )
    world.add(f"series {name}", series, seen, owner="owner", lead=lead)
    return series


def _variant(world: World, variant: str, case: Case, plain: Media, target: Series) -> None:
    def seen(who: Who) -> bool:
        return who.sees(variant)

    def told(who: Who) -> bool:
        return who.sees(variant)

    lead = "lead" if variant == "led" else "owner"
    series = _series(world, variant, VARIANTS[variant], seen, lead)
    if variant == "named":
        series.named.add(world.authorities["named"])
        between = Series.named.through.objects.get()
        world.add("named pair", between, lambda who: who.is_any("owner", "named"))
    media = _media(world, variant, told, case)
    membership = SeriesMedia.objects.create(series=series, media=media, added_by=world.authorities["owner"])
    world.add(f"membership {variant}", membership, seen)
    if variant == "withdrawn":
        Series.objects.filter(pk=series.pk).update(withdrawn_at=timezone.now())
    if variant == "merged":
        Series.objects.filter(pk=series.pk).update(merged_into=target)
    _words(world, variant, series, seen)
    _people(world, variant, series, seen, lead)
    _of_two(world, variant, (plain, media), told)
    _told(world, variant, series, told)
    _moved(world, variant, (series, target, media), told)


def _words(world: World, variant: str, series: Series, seen: Seen) -> None:
    for by in ("owner", "other"):
        authority = world.authorities[by]
        ends = timezone.now() + timedelta(days=1)
        for name, record in (
            ("alias", SeriesAlias.objects.create(series=series, authority=authority, name=f"n{series.pk}")),
            ("marker", SeriesMarker.objects.create(series=series, authority=authority, marker="groomed")),
            ("note", SeriesNote.objects.create(series=series, authority=authority, text="t")),
            ("claim", Claim.objects.create(series=series, authority=authority, ends_at=ends)),
        ):
            world.add(f"{name} {variant} by {by}", record, seen, owner=by)


def _people(world: World, variant: str, series: Series, seen: Seen, lead: str) -> None:
    owner = world.authorities["owner"]
    change = {"from_status": "a", "to_status": "b", "holds_since": timezone.now().date(), "authority": owner}
    on_series = StatusChange.objects.create(series=series, **change)
    world.add(f"status of series {variant}", on_series, seen, owner="owner", lead=lead)
    for model, name in ((Victim, "victim"), (Offender, "offender")):
        person = model.objects.create(owner=owner, national_reference=variant, country="BR")
        person.series.add(series)
        world.add(f"{name} {variant}", person, seen, owner="owner", lead=lead)
        world.add(f"{name} in {variant}", model.series.through.objects.get(series=series), seen)
        on_person = StatusChange.objects.create(**{name: person}, **change)
        world.add(f"status of {name} {variant}", on_person, seen, owner="owner", lead=lead)


def _of_two(world: World, variant: str, media: tuple[Media, Media], known: Seen) -> None:
    first, second = media
    link = Link.objects.create(first=first, second=second, kind="duplicate", method="m", score=1)
    said = Judgement.objects.create(
        first=first,
        second=second,
        kind="duplicate",
        outcome="same",
        reason="r",
        authority=world.authorities["owner"],
    )
    world.add(f"link {variant}", link, known)
    world.add(f"judgement {variant}", said, known, owner="owner")


def _told(world: World, variant: str, series: Series, told: Seen) -> None:
    owner, other = world.authorities["owner"], world.authorities["other"]

    def other_if_told(who: Who) -> bool:
        return who.is_any("other") and told(who)

    def asked(who: Who) -> bool:
        return the_owner(who) or other_if_told(who)

    alert = Alert.objects.create(authority=other, kind=AlertKind.STATUS, series=series, once_key=variant)
    gone = Alert.objects.create(
        authority=other, kind=AlertKind.WITHDRAWAL, series=series, once_key=f"gone {variant}"
    )
    question = Question.objects.create(asked_by=owner, asked_to=other, series=series, text="t")
    offer = HandOver.objects.create(series=series, offered_by=owner, offered_to=other)
    world.add(f"alert {variant}", alert, other_if_told, owner="other")
    world.add(f"withdrawal told {variant}", gone, lambda who: who.is_any("other"), owner="other")
    world.add(f"question {variant}", question, asked, addressee="other")
    world.add(f"hand-over {variant}", offer, asked, addressee="other")


def _moved(world: World, variant: str, moved: tuple[Series, Series, Media], told: Seen) -> None:
    source, target, media = moved
    owner = world.authorities["owner"]
    regrouping = Regrouping.objects.create(
        kind="merge", source=source, target=target, authority=owner, reason="r"
    )
    row = RegroupedMedia.objects.create(
        regrouping=regrouping, media=media, added_by=owner, added_at=timezone.now()
    )
    world.add(f"regrouping {variant}", regrouping, told)
    world.add(f"regrouped {variant}", row, told)


def _joint(world: World) -> None:
    """Open an investigation: 'owner' leads, 'named' has joined, 'other' is invited, 'hub' has left."""
    owner, now = world.authorities["owner"], timezone.now()
    made = JointInvestigation.objects.create(name="n", lead=owner)

    def joined(who: Who) -> bool:
        return who.is_any("owner", "named")

    for name, dates in {
        "owner": {"joined_at": now},
        "named": {"joined_at": now},
        "other": {},
        "hub": {"joined_at": now, "left_at": now},
    }.items():
        row = JointMember.objects.create(investigation=made, authority=world.authorities[name], **dates)
        world.add(f"member {name}", row, partial(_member_or, joined, name), owner=name, lead="owner")
    task = Task.objects.create(investigation=made, title="t", opened_by=owner)
    message = Message.objects.create(investigation=made, authority=owner, text="t")
    for name, record in (("investigation", made), ("task", task), ("message", message)):
        world.add(name, record, joined, lead="owner")
    for series in Series.objects.filter(name__in=["alliance", "blind"]):
        made.series.add(series)
        pair = JointInvestigation.series.through.objects.get(series=series)
        world.add(f"investigated {series.name}", pair, partial(_member_and, joined, series.name))


def _member_or(joined: Seen, own: str, who: Who) -> bool:
    return joined(who) or who.is_any(own)


def _member_and(joined: Seen, variant: str, who: Who) -> bool:
    return joined(who) and who.sees(variant)


def _lists(world: World) -> None:
    """Record a list of 'owner' for each audience, one that is withdrawn, and one with a withdrawn version."""
    owner, now = world.authorities["owner"], timezone.now()
    for name, audience, is_gone, is_version_gone in (
        ("shared", "alliance", False, False),
        ("own", "own", False, False),
        ("named", "named", False, False),
        ("gone", "alliance", True, False),
        ("version gone", "alliance", False, True),
    ):
        made = HashList.objects.create(
            owner=owner,
            name=name,
            kind="known",
            audience=audience,
            named=f",{world.authorities['named'].pk},",
            withdrawn_at=now if is_gone else None,
        )
        version = ListVersion.objects.create(
            hash_list=made,
            source_format="f",
            file_digest=b"f",
            request_digest=b"r",
            token=b"t",
            withdrawn_at=now if is_version_gone else None,
        )
        chunk = ListChunk.objects.create(version=version, number=1, entries=0, columns=b"", said=b"")
        who_else = {"alliance": POLICE, "named": {"named"}}.get("own" if is_gone else audience, set())
        seen = partial(_sees_list, who_else)
        inside = partial(_sees_list, set() if is_version_gone else who_else)
        world.add(f"list {name}", made, seen, owner="owner")
        world.add(f"list version {name}", version, inside)
        world.add(f"list chunk {name}", chunk, inside)
        said = ListFeedback.objects.create(
            hash_list=made, entry="0", kind="Md5", authority=owner, is_affirmative=True, at=now
        )
        world.add(f"list feedback {name}", said, seen)
        world.add(f"list met {name}", ListMeeting.objects.create(hash_list=made, authority=owner), nobody)
        given = ListGiven.objects.create(hash_list=made, authority=owner, since=now)
        world.add(f"list given {name}", given, nobody)
        removal = ListRemoval.objects.create(hash_list=made, authority=owner, images=b"", videos=b"")
        world.add(f"list removal {name}", removal, nobody)


def _reports(world: World) -> None:
    """Let 'owner' hand in a report that lies in the queue of 'other'."""

    def seen(who: Who) -> bool:
        return who.is_any("owner", "other")

    made = Report.objects.create(
        authority=world.authorities["owner"],
        queue=world.authorities["other"],
        file_digest=b"1" * 32,
        position=1,
        source_format="own",
        route="hub",
        level=1,
        items_known=0,
    )
    world.add("report", made, seen, owner="owner", addressee="other")
    world.add("report item", ReportItem.objects.create(report=made, position=1, is_known=False), seen)


def _sees_list(who_else: set[str], who: Who) -> bool:
    return the_owner(who) or who.is_any(*who_else)


def _log_and_node(world: World, media: Media) -> None:
    owner = world.authorities["owner"]

    def oversight(who: Who) -> bool:
        return who.authority in {"hub", "oversight"} and who.role is Role.AUDITOR

    def reads_log(who: Who) -> bool:
        own = who.authority == "owner" and who.role in {Role.AUDITOR, Role.SUPERVISOR}
        return own or oversight(who)

    with transaction.atomic():
        look = audit.append(AuditTag.SERIES_LISTED, actor=Actor.operator(owner), record_ids=[1])
        unseen = audit.append(AuditTag.SERIES_MET_UNSEEN, actor=Actor.operator(owner))
    world.add("audited look", look, reads_log)
    world.add("audited unseen meeting", unseen, oversight)
    alert = Alert.objects.all()[0]
    user, now, root = User.objects.all()[0], timezone.now(), b"1" * 32
    head = AuditHead.objects.create(size=1, root=root, note="n")
    summary = Summary.objects.create()
    for name, record in (
        ("mail", OutgoingMail.objects.create(alert=alert, user=user, next_attempt_at=now)),
        ("audited series", AuditedSeries.objects.get(event=look)),
        ("log state", AuditState.objects.get()),
        ("log head", head),
        ("cosignature", AuditCosignature.objects.create(head=head, key="k", line="l")),
        ("witnessed", WitnessedHead.objects.create(origin="o", key="k", size=1, root=root, witnessed_at=now)),
        ("waiting for links", PendingSuggestion.objects.create(media=media)),
        ("exposure", ExposureDay.objects.create(user=user, day=now.date())),
        ("key of the vault", VaultKey.objects.create(media=media, name="n", wrapped=b"w")),
        ("summary", summary),
        ("figure", SummaryFigure.objects.create(summary=summary, figure="f", key="k", value=1)),
    ):
        world.add(name, record, nobody)
    world.add("waiting hash", PendingIndexEntry.objects.create(media=media), nobody)
    world.add("waiting to be forgotten", PendingRemoval.objects.create(media=media), nobody)
    waiting = PendingFeatures.objects.create(media=media)
    mark = FeatureMark.objects.create(node="n", place="p", generation=1, entries=1, pictures=1)
    world.add("waiting features", waiting, nobody)
    world.add("mark of features", mark, nobody)
    model = LearntModel.objects.get(mark="m")
    learnt = LearntMark.objects.create(node="n", model=model, place="p", generation=1, entries=1)
    world.add("learnt model", model, nobody)
    world.add("mark of vectors", learnt, nobody)
    compared = ComparedFootage.objects.create(check_run=Check.objects.order_by("pk")[0], media=media)
    world.add("compared footage", compared, nobody)
    in_vain = LookedAgain.objects.create(media=media, kind="sounds", method="m")
    world.add("look in vain", in_vain, nobody)
    common = CommonSound.objects.create(name="c", duration_ms=0, points=b"")
    world.add("common sound", common, nobody)
    points = CommonPoints.objects.create(name="c", is_learnt=True, descriptors=b"")
    world.add("common points", points, nobody)
    seen = CommonPointsIn.objects.create(common=points, media=media, group=0)
    world.add("where common points stand", seen, nobody)
    world.add(
        "mark of sounds", SoundMark.objects.create(node="n", place="p", generation=1, entries=1), nobody
    )
    world.add("index mark", IndexMark.objects.create(node="n", generation=1, entries=1), nobody)
    session = DeskSession.objects.create(key_digest="d", started_at=now, seen_at=now, ends_at=now)
    world.add("session at the desk", session, nobody)
    of = User.objects.order_by("pk")[0]
    for name, factor in (
        ("app", AuthenticatorApp.objects.create(user=of, sealed_secret="s", last_step=0)),
        (
            "passkey",
            Passkey.objects.create(user=of, credential="00", public_key=b"k", sign_count=0, name="n"),
        ),
        ("code", RecoveryCode.objects.create(user=of, salt=b"s", digest=b"d")),
        ("outside name", OutsideName.objects.create(user=of, issuer="i", subject="s")),
    ):
        world.add(name, factor, nobody)
    world.add("veil", Veil.objects.all()[0], nobody)
