"""For every table, the rows that an actor may see. A table without an entry here is seen by nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from django.db.models import Model

from cairn.records.access.lists import hash_lists, list_chunks, list_feedback, list_versions
from cairn.records.access.log import visible_events
from cairn.records.access.persons import keys, people, status_changes, users
from cairn.records.access.pictures import (
    judgements,
    links,
    media,
    of_media,
    regrouped_media,
    regroupings,
)
from cairn.records.access.rows import everything, of_series, own, pairs, rows_of
from cairn.records.access.told import alerts, hand_overs, questions
from cairn.records.access.visibility import visible_categorisations, visible_series, visible_sightings
from cairn.records.access.working_together import in_investigation, investigations, memberships
from cairn.records.alerts import Alert, OutgoingMail, Subscription
from cairn.records.audit import (
    AuditCosignature,
    AuditedSeries,
    AuditEvent,
    AuditHead,
    AuditState,
    WitnessedHead,
)
from cairn.records.authorities import AllianceCountry, Authority
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
from cairn.records.users import User
from cairn.records.vault.keys import VaultKey
from cairn.records.veil import Veil

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.db.models import QuerySet

    from cairn.records.users import Actor

M = TypeVar("M", bound=Model)


def visible_to(actor: Actor, model: type[M]) -> QuerySet[M]:
    """Answer the rows of a table that the actor may learn of; none where the table has no rule."""
    rule = RULES.get(model)
    if rule is None:
        return rows_of(model).none()
    return cast("QuerySet[M]", rule(actor))


SYSTEM_ALONE: frozenset[type[Model]] = frozenset(
    {
        AuditCosignature,
        AuditHead,
        AuditState,
        AuditedSeries,
        AuthenticatorApp,
        CommonPoints,
        CommonPointsIn,
        CommonSound,
        ComparedFootage,
        DeskSession,
        ExposureDay,
        FeatureMark,
        IndexMark,
        KeptAnswer,
        LearntMark,
        LearntModel,
        LookedAgain,
        ListGiven,
        ListMeeting,
        ListRemoval,
        OutgoingMail,
        OutsideName,
        Passkey,
        PendingFeatures,
        PendingIndexEntry,
        PendingRemoval,
        PendingSuggestion,
        RecoveryCode,
        SoundMark,
        Summary,
        SummaryFigure,
        VaultKey,
        Veil,
        WitnessedHead,
    }
)
"""Tables that the node keeps for itself: what they add up to is told by the services that keep them."""

_NAMED, _JOINT_SERIES = Series.named.through, JointInvestigation.series.through
_VICTIMS, _OFFENDERS = Victim.series.through, Offender.series.through

RULES: Mapping[type[Model], Callable[[Actor], QuerySet[Model]]] = {
    Alert: alerts,
    AllianceCountry: everything(AllianceCountry),
    AnsweredFile: own(AnsweredFile, "order__authority"),
    ApiKey: keys,
    AuditEvent: visible_events,
    Authority: everything(Authority),
    Case: own(Case, "authority"),
    Categorisation: visible_categorisations,
    Category: everything(Category),
    Check: own(Check, "authority"),
    CheckItem: own(CheckItem, "check_run__authority"),
    CheckOrder: own(CheckOrder, "authority"),
    Claim: of_series(Claim),
    DeletionProposal: own(DeletionProposal, "owner"),
    Exhibit: own(Exhibit, "case__authority"),
    ExportOrder: own(ExportOrder, "authority"),
    Features: of_media(Features),
    Footage: of_media(Footage),
    HandOver: hand_overs,
    HashList: hash_lists,
    JointInvestigation: investigations,
    JointMember: memberships,
    Judgement: judgements,
    LearntVector: of_media(LearntVector),
    Link: links,
    ListChunk: list_chunks,
    ListFeedback: list_feedback,
    ListVersion: list_versions,
    Media: media,
    Message: in_investigation(Message),
    Offender: people(Offender),
    Question: questions,
    RegroupedMedia: regrouped_media,
    Regrouping: regroupings,
    Report: own(Report, "authority", "queue"),
    ReportItem: own(ReportItem, "report__authority", "report__queue"),
    Scheme: everything(Scheme),
    Series: visible_series,
    SeriesAlias: of_series(SeriesAlias),
    SeriesMarker: of_series(SeriesMarker),
    SeriesMedia: of_series(SeriesMedia),
    SeriesNote: of_series(SeriesNote),
    Sighting: visible_sightings,
    Sound: of_media(Sound),
    StatusChange: status_changes,
    Subscription: own(Subscription, "authority"),
    Task: in_investigation(Task),
    Tombstone: own(Tombstone, "owner"),
    User: users,
    Victim: people(Victim),
    _JOINT_SERIES: pairs(_JOINT_SERIES, "jointinvestigation", "series", investigations, visible_series),
    _NAMED: own(_NAMED, "authority", "series__owner"),
    _OFFENDERS: pairs(_OFFENDERS, "offender", "series", people(Offender), visible_series),
    _VICTIMS: pairs(_VICTIMS, "victim", "series", people(Victim), visible_series),
}
"""Every model of the records but those of the node alone, the tables between two models included."""
