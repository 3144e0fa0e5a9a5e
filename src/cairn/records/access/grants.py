"""What each act can be done to, and which of those who see the record may do it.

An act on a kind of record that is not named here is nobody's: the default is no.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models

from cairn.records.access.acts import Act
from cairn.records.alerts import Alert, Subscription
from cairn.records.audit import AuditEvent
from cairn.records.authorities import AllianceCountry, Authority, AuthorityKind
from cairn.records.cases import Case, Exhibit
from cairn.records.categories import Categorisation, Category, Scheme
from cairn.records.check_orders import AnsweredFile, CheckOrder
from cairn.records.export_orders import ExportOrder
from cairn.records.jobs import Check, CheckItem
from cairn.records.joint import HandOver, JointInvestigation, JointMember, Message, Question, Task
from cairn.records.keys import ApiKey
from cairn.records.links import Judgement, Link
from cairn.records.lists import HashList, ListChunk, ListVersion
from cairn.records.media import Media
from cairn.records.people import Offender, Victim
from cairn.records.regrouping import RegroupedMedia, Regrouping
from cairn.records.reports import Report, ReportItem
from cairn.records.retention import DeletionProposal
from cairn.records.series import Claim, Series, SeriesAlias, SeriesMarker, SeriesMedia, SeriesNote
from cairn.records.sightings import Sighting
from cairn.records.status import StatusChange
from cairn.records.users import Actor, User

if TYPE_CHECKING:
    from collections.abc import Mapping

Allows = Callable[[Actor, models.Model], bool]


@dataclass(frozen=True, slots=True)
class Grant:
    """To which kinds of record an act can be done, by whom among those who see it, and that in words."""

    models: tuple[type[models.Model], ...]
    allows: Allows
    who: str


def owner_of(record: models.Model) -> int | None:
    """Answer the id of the authority that owns a record, or ``None`` where it has no owner."""
    record = record.case if isinstance(record, Exhibit) else record
    record = record.user if isinstance(record, ApiKey) else record
    for name in ("owner_id", "authority_id"):
        number = getattr(record, name, None)
        if isinstance(number, int):
            return number
    return None


def _owns(actor: Actor, record: models.Model) -> bool:
    return owner_of(record) == actor.authority.pk


def _owns_or_leads(actor: Actor, record: models.Model) -> bool:
    leads = isinstance(record, Series) and record.lead_id == actor.authority.pk
    return leads or _owns(actor, record)


def _confirms(actor: Actor, record: models.Model) -> bool:
    """Answer whether it is the owner, or leads the series, or one in which the person lies.

    A unit can be one person, so that a second one has to be found elsewhere.
    """
    subject = _subject(record) if isinstance(record, StatusChange) else record
    leads = isinstance(subject, Victim | Offender) and subject.series.filter(lead=actor.authority).exists()
    return leads or _owns_or_leads(actor, subject)


def _subject(change: StatusChange) -> models.Model:
    """Answer whose status a change is about: a series, a victim or an offender."""
    return change.series or change.victim or change.offender or change


def _own_word(actor: Actor, record: models.Model) -> bool:
    """Answer whether the record is a series, of which anybody may say something, or the actor's own word."""
    return isinstance(record, Series) or _owns(actor, record)


def _addressed(actor: Actor, record: models.Model) -> bool:
    match record:
        case Question():
            return record.asked_to_id == actor.authority.pk
        case Report():
            return record.queue_id == actor.authority.pk
        case HandOver():
            return record.offered_to_id == actor.authority.pk
        case _:
            return _owns_or_leads(actor, record)


def _joined(actor: Actor, record: models.Model) -> bool:
    """Answer whether it is the actor's own membership; of all else, the members alone see anything."""
    return not isinstance(record, JointMember) or record.authority_id == actor.authority.pk


def _leads_investigation(actor: Actor, record: models.Model) -> bool:
    found = record if isinstance(record, JointInvestigation) else getattr(record, "investigation", None)
    return isinstance(found, JointInvestigation) and found.lead_id == actor.authority.pk


def _manages(actor: Actor, record: models.Model) -> bool:
    """Answer whether it is the actor's own entry; the hub keeps the directory, the operator the node."""
    is_own = isinstance(record, Authority) and record.pk == actor.authority.pk
    return is_own or actor.user is None or actor.authority.kind == AuthorityKind.HUB


def _sees(_: Actor, __: models.Model) -> bool:
    return True


_CASEWORK = (Case, Exhibit, Check, CheckItem, CheckOrder, AnsweredFile)
_OF_SERIES = (Series, SeriesAlias, SeriesMarker, SeriesMedia, SeriesNote, Claim, Regrouping, RegroupedMedia)
_WORDS = (SeriesAlias, SeriesMarker, SeriesNote, Claim)
_PEOPLE = (Victim, Offender)
_JOINT = (JointInvestigation, JointMember, Task, Message)

OWNER = "the authority that owns it"
LEAD = "the authority that owns the series, or leads it"
NODE = "the authority that runs the node, the hub, the operator"
SEES = "whoever sees it"

GRANTS: Mapping[Act, Grant] = {
    Act.ALERT_READ: Grant((Alert,), _owns, "the authority that is told"),
    Act.AUDIT_READ: Grant((AuditEvent,), _sees, SEES),
    Act.AUTHORITY_MANAGE: Grant(
        (Authority, AllianceCountry), _manages, "the authority itself, the hub, the operator"
    ),
    Act.CASE_DELETE: Grant((Case,), _owns, OWNER),
    Act.CASE_EXPORT: Grant((Case, ExportOrder), _owns, OWNER),
    Act.CASE_READ: Grant(_CASEWORK, _sees, SEES),
    Act.CASE_WORK: Grant((Case, Exhibit), _owns, OWNER),
    Act.CATEGORY_SAY: Grant((Media,), _sees, SEES),
    Act.CHECK_RUN: Grant(_CASEWORK, _sees, SEES),
    Act.DELETION_PROPOSE: Grant((Case, Series, *_PEOPLE, DeletionProposal), _owns, OWNER),
    Act.DIRECTORY_READ: Grant((Authority, AllianceCountry, Scheme, Category), _sees, SEES),
    Act.HEAD_WITNESS: Grant((Authority,), _manages, NODE),
    Act.HOLDINGS_EXPORT: Grant((), _sees, "it takes what one's authority has said and found"),
    Act.INVESTIGATION_LEAD: Grant(_JOINT, _leads_investigation, "the authority that leads the investigation"),
    Act.INVESTIGATION_READ: Grant((*_JOINT, Question), _sees, SEES),
    Act.INVESTIGATION_WORK: Grant(_JOINT, _joined, "its members; an invitation: the invited"),
    Act.JUDGEMENT_MAKE: Grant((Media, Link, Judgement), _sees, SEES),
    Act.KEY_MANAGE: Grant((ApiKey,), _owns, "the authority of the key"),
    Act.LINK_READ: Grant((Media, Link, Judgement), _sees, SEES),
    Act.LIST_IMPORT: Grant((HashList,), _owns, OWNER),
    Act.LIST_READ: Grant((HashList, ListVersion, ListChunk), _sees, SEES),
    Act.MEDIA_REVEAL: Grant((Media,), _sees, SEES),
    Act.NODE_MANAGE: Grant((Authority,), _manages, NODE),
    Act.PERSON_CHANGE: Grant(_PEOPLE, _owns, OWNER),
    Act.PERSON_DELETE: Grant(_PEOPLE, _owns, OWNER),
    Act.PERSON_READ: Grant((*_PEOPLE, StatusChange), _sees, SEES),
    Act.QUESTION_ANSWER: Grant((Question,), _addressed, "the authority that is asked"),
    Act.QUESTION_ASK: Grant((Series, JointInvestigation, Authority), _sees, SEES),
    Act.RECORD_WITHDRAW: Grant(
        (Case, Series, Sighting, Categorisation, Judgement, HashList, *_PEOPLE), _owns, OWNER
    ),
    Act.REPORT_CLOSE: Grant((Report,), _addressed, "the authority in whose queue it lies"),
    Act.REPORT_READ: Grant((Report, ReportItem), _sees, SEES),
    Act.REPORT_TAKE: Grant((), _sees, "it makes a new one"),
    Act.SCHEME_INSTALL: Grant((Scheme,), _sees, SEES),
    Act.SERIES_CHANGE: Grant((Series, SeriesMedia), _owns_or_leads, LEAD),
    Act.SERIES_CREATE: Grant((), _sees, "it makes a new one"),
    Act.SERIES_DELETE: Grant((Series,), _owns, OWNER),
    Act.SERIES_EXPORT: Grant((Series,), _owns_or_leads, LEAD),
    Act.SERIES_HAND_OVER: Grant((Series, HandOver), _addressed, f"{LEAD}; an offer: the one it is made to"),
    Act.SERIES_NOTE: Grant((Series, *_WORDS), _own_word, "whoever sees the series; a word: who said it"),
    Act.SERIES_READ: Grant((*_OF_SERIES, StatusChange, HandOver), _sees, SEES),
    Act.SERIES_SHARE: Grant((Series,), _owns, OWNER),
    Act.SIGHTING_REPORT: Grant((Case, Exhibit), _owns, OWNER),
    Act.STATISTICS_READ: Grant((), _sees, "it is about no single record"),
    Act.STATISTICS_REFRESH: Grant((), _sees, "it is about no single record"),
    Act.STATUS_CONFIRM: Grant((Series, *_PEOPLE, StatusChange), _confirms, f"{OWNER}, or leads it"),
    Act.STATUS_PROPOSE: Grant((Series, *_PEOPLE), _owns_or_leads, f"{OWNER}, or {LEAD}"),
    Act.SUBSCRIPTION_MANAGE: Grant((Subscription, Series), _sees, SEES),
    Act.USER_MANAGE: Grant((User,), _owns, "the authority of the account"),
}
"""One entry an act; what is not here, nobody may."""
