"""Where Django looks for models; each lives in the file that is named after it."""

from cairn.records.alerts import Alert, AlertKind, OutgoingMail, Subscription
from cairn.records.audit import (
    AuditCosignature,
    AuditedSeries,
    AuditEvent,
    AuditHead,
    AuditState,
    WitnessedHead,
)
from cairn.records.authorities import AllianceCountry, Authority, AuthorityKind
from cairn.records.cases import Case, Exhibit
from cairn.records.categories import Categorisation, Category, Scheme, Treatment
from cairn.records.check_orders import AnsweredFile, CheckOrder, OrderKind, OrderState
from cairn.records.desk_sessions import DeskSession
from cairn.records.export_orders import ExportOrder, ExportState, ExportSubject
from cairn.records.exposure import ExposureDay
from cairn.records.factors import AuthenticatorApp, OutsideName, Passkey, RecoveryCode
from cairn.records.features import FeatureMark, Features, PendingFeatures
from cairn.records.footage import ComparedFootage, Footage
from cairn.records.giving import ListFeedback, ListGiven, ListRemoval
from cairn.records.jobs import Check, CheckItem
from cairn.records.joint import HandOver, JointInvestigation, JointMember, Message, Question, Task
from cairn.records.keys import ApiKey, KeptAnswer, Scope
from cairn.records.learnt import LearntMark, LearntModel, LearntVector
from cairn.records.links import Judgement, Link, PendingSuggestion
from cairn.records.lists import HashList, ListChunk, ListMeeting, ListVersion
from cairn.records.looked_again import LookedAgain
from cairn.records.media import IndexMark, Media, PendingIndexEntry, PendingRemoval
from cairn.records.over_common import CommonPoints, CommonPointsIn
from cairn.records.people import Offender, Victim
from cairn.records.regrouping import RegroupedMedia, Regrouping
from cairn.records.reports import Report, ReportItem, ReportOutcome
from cairn.records.retention import DeletionProposal, Tombstone
from cairn.records.series import Claim, Series, SeriesAlias, SeriesMarker, SeriesMedia, SeriesNote
from cairn.records.sightings import Sighting
from cairn.records.sounds import CommonSound, Sound, SoundMark
from cairn.records.status import StatusChange
from cairn.records.summaries import Summary, SummaryFigure
from cairn.records.users import Role, User
from cairn.records.vault.keys import VaultKey
from cairn.records.veil import Veil

__all__ = [
    "Alert",
    "AlertKind",
    "AllianceCountry",
    "AnsweredFile",
    "ApiKey",
    "AuditCosignature",
    "AuditEvent",
    "AuditHead",
    "AuditState",
    "AuditedSeries",
    "AuthenticatorApp",
    "Authority",
    "AuthorityKind",
    "Case",
    "Categorisation",
    "Category",
    "Check",
    "CheckItem",
    "CheckOrder",
    "Claim",
    "CommonPoints",
    "CommonPointsIn",
    "CommonSound",
    "ComparedFootage",
    "DeletionProposal",
    "DeskSession",
    "Exhibit",
    "ExportOrder",
    "ExportState",
    "ExportSubject",
    "ExposureDay",
    "FeatureMark",
    "Features",
    "Footage",
    "HandOver",
    "HashList",
    "IndexMark",
    "JointInvestigation",
    "JointMember",
    "Judgement",
    "KeptAnswer",
    "LearntMark",
    "LearntModel",
    "LearntVector",
    "Link",
    "ListChunk",
    "ListFeedback",
    "ListGiven",
    "ListMeeting",
    "ListRemoval",
    "ListVersion",
    "LookedAgain",
    "Media",
    "Message",
    "Offender",
    "OrderKind",
    "OrderState",
    "OutgoingMail",
    "OutsideName",
    "Passkey",
    "PendingFeatures",
    "PendingIndexEntry",
    "PendingRemoval",
    "PendingSuggestion",
    "Question",
    "RecoveryCode",
    "RegroupedMedia",
    "Regrouping",
    "Report",
    "ReportItem",
    "ReportOutcome",
    "Role",
    "Scheme",
    "Scope",
    "Series",
    "SeriesAlias",
    "SeriesMarker",
    "SeriesMedia",
    "SeriesNote",
    "Sighting",
    "Sound",
    "SoundMark",
    "StatusChange",
    "Subscription",
    "Summary",
    "SummaryFigure",
    "Task",
    "Tombstone",
    "Treatment",
    "User",
    "VaultKey",
    "Veil",
    "Victim",
    "WitnessedHead",
]
