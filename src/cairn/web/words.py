"""The words that the records keep as codes, as they are shown; here, so that they are translated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cairn.errors import Reason
from cairn.intake.reports import Marker as ReportMarker
from cairn.linking.judgement import Agreement, LinkKind, Outcome
from cairn.records.alerts import AlertKind
from cairn.records.authorities import AuthorityKind
from cairn.records.check_orders import OrderKind, OrderState
from cairn.records.export_orders import ExportState, ExportSubject
from cairn.records.exports import HandlingCode
from cairn.records.keys import Scope as KeyScope
from cairn.records.lists import Audience, ListKind
from cairn.records.people import AgeBand, Sex, Support
from cairn.records.regrouping import RegroupingKind
from cairn.records.reports import ReportOutcome
from cairn.records.series import Marker, Priority
from cairn.records.sightings import SightingSource
from cairn.records.users import Role
from cairn.services.check_orders.exporting import ExportKind
from cairn.services.exports.wish import ExportFormat
from cairn.services.reports.priority import Level
from cairn.services.review.queue import Order, View
from cairn.services.showing.masking import Look, Mask
from cairn.statistics import Scope
from cairn.types import Handling, OffenderStatus, SeriesStatus, Verdict, VictimStatus
from cairn.web.board.spans import What
from cairn.web.checks.time_line import Known, Lane, Seconds

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import Enum

    from django.utils.functional import _StrPromise

_WORDS: tuple[tuple[Enum, _StrPromise], ...] = (
    (SeriesStatus.UNIDENTIFIED, pgettext_lazy("status", "unidentified")),
    (SeriesStatus.IN_PROGRESS, pgettext_lazy("status", "in progress")),
    (SeriesStatus.IDENTIFIED, pgettext_lazy("status", "identified")),
    (SeriesStatus.SAFEGUARDED, pgettext_lazy("status", "safeguarded")),
    (Handling.ALLIANCE, pgettext_lazy("handling", "alliance")),
    (Handling.NAMED, pgettext_lazy("handling", "named")),
    (Handling.BLIND, pgettext_lazy("handling", "blind")),
    (Priority.ROUTINE, pgettext_lazy("priority", "routine")),
    (Priority.HIGH, pgettext_lazy("priority", "high")),
    (Priority.URGENT, pgettext_lazy("priority", "urgent")),
    (Marker.SELF_GENERATED, pgettext_lazy("marker", "self-generated")),
    (Marker.LIVE_STREAMED, pgettext_lazy("marker", "live-streamed")),
    (Marker.GROOMED, pgettext_lazy("marker", "groomed")),
    (Marker.COMMERCIAL, pgettext_lazy("marker", "commercial")),
    (Marker.ONGOING, pgettext_lazy("marker", "ongoing abuse suspected")),
    (AuthorityKind.UNIT, _("specialised police unit")),
    (AuthorityKind.HUB, _("international hub")),
    (AuthorityKind.HOTLINE, _("hotline")),
    (AuthorityKind.COMPANY, _("company")),
    (AuthorityKind.OVERSIGHT, _("oversight body")),
    (Mask.BLUR, pgettext_lazy("mask", "blur")),
    (Mask.GREY, pgettext_lazy("mask", "grey blur")),
    (Mask.LINES, pgettext_lazy("mask", "line drawing")),
    (Mask.SMALL, pgettext_lazy("mask", "tiny")),
    (Look.COLOUR, pgettext_lazy("look", "colour")),
    (Look.GREY, pgettext_lazy("look", "grey")),
    (Look.SMALL, pgettext_lazy("look", "small size")),
    (Order.NEAR, pgettext_lazy("order", "nearest to what is known")),
    (Order.FAR, pgettext_lazy("order", "farthest from it")),
    (View.GRID, pgettext_lazy("view", "grid")),
    (View.LOUPE, pgettext_lazy("view", "loupe")),
    (View.STRIP, pgettext_lazy("view", "strip")),
    (Lane.PICTURES, pgettext_lazy("told by", "pictures")),
    (Lane.SOUND, pgettext_lazy("told by", "sound")),
    (Seconds.ALL, pgettext_lazy("seconds", "all of it")),
    (Seconds.MATCHED, pgettext_lazy("seconds", "only what is known")),
    (Known.IDENTIFIED, pgettext_lazy("seconds", "identified")),
    (Known.SERIES, pgettext_lazy("seconds", "in a series")),
    (Known.RECORDED, pgettext_lazy("seconds", "recorded, in no series")),
    (Known.NEW, pgettext_lazy("seconds", "new")),
    (What.BESIDE, pgettext_lazy("stretch", "it is in the series, beside what is")),
    (What.ALONE, pgettext_lazy("stretch", "it alone is in the series")),
    (What.WHOLE, pgettext_lazy("stretch", "all of the media is in the series")),
    (What.OUT, pgettext_lazy("stretch", "it is not in the series")),
    (What.WHOLE_OUT, pgettext_lazy("stretch", "nothing of the media is in the series")),
    (Scope.OWN, pgettext_lazy("scope", "Your authority")),
    (Scope.ALLIANCE, pgettext_lazy("scope", "The alliance")),
    (Role.INVESTIGATOR, _("investigator")),
    (Role.SUPERVISOR, _("supervisor")),
    (Role.HUB_ANALYST, _("hub analyst")),
    (Role.HOTLINE_ANALYST, _("hotline analyst")),
    (Role.REPORTER, _("reporter (a system account)")),
    (Role.AUDITOR, _("auditor")),
    (Role.ADMINISTRATOR, _("administrator")),
    (VictimStatus.UNIDENTIFIED, pgettext_lazy("victim", "unidentified")),
    (VictimStatus.IDENTIFIED, pgettext_lazy("victim", "identified")),
    (VictimStatus.SAFEGUARDED, pgettext_lazy("victim", "safeguarded")),
    (OffenderStatus.UNIDENTIFIED, pgettext_lazy("offender", "unidentified")),
    (OffenderStatus.IDENTIFIED, pgettext_lazy("offender", "identified")),
    (OffenderStatus.ARRESTED, pgettext_lazy("offender", "arrested")),
    (Sex.FEMALE, pgettext_lazy("sex", "female")),
    (Sex.MALE, pgettext_lazy("sex", "male")),
    (Sex.OTHER, pgettext_lazy("sex", "other")),
    (Sex.UNKNOWN, pgettext_lazy("sex", "not known")),
    (AgeBand.UNDER_3, pgettext_lazy("age", "0–2 years")),
    (AgeBand.FROM_3, pgettext_lazy("age", "3–6 years")),
    (AgeBand.FROM_7, pgettext_lazy("age", "7–10 years")),
    (AgeBand.FROM_11, pgettext_lazy("age", "11–13 years")),
    (AgeBand.FROM_14, pgettext_lazy("age", "14–15 years")),
    (AgeBand.FROM_16, pgettext_lazy("age", "16–17 years")),
    (AgeBand.ADULT, pgettext_lazy("age", "18 years or more")),
    (AgeBand.UNKNOWN, pgettext_lazy("age", "age not known")),
    (Support.UNKNOWN, pgettext_lazy("support", "not known")),
    (Support.GIVEN, pgettext_lazy("support", "given")),
    (Support.NOT_GIVEN, pgettext_lazy("support", "not given")),
    (SightingSource.SEIZURE, pgettext_lazy("source", "seizure")),
    (SightingSource.HOTLINE_REPORT, pgettext_lazy("source", "report of a hotline")),
    (SightingSource.COMPANY_REPORT, pgettext_lazy("source", "report of a company")),
    (SightingSource.EXCHANGE, pgettext_lazy("source", "exchange with another authority")),
    (HandlingCode.H0, _("H0: for preventing and fighting crime")),
    (HandlingCode.H1, _("H1: not in court without permission")),
    (HandlingCode.H2, _("H2: not passed on without permission")),
    (HandlingCode.H3, _("H3: other restrictions, in words")),
    (RegroupingKind.MERGE, _("merged into another series")),
    (RegroupingKind.SPLIT, _("split off into another series")),
    (LinkKind.DUPLICATE, pgettext_lazy("link", "the same picture")),
    (LinkKind.SCENE, pgettext_lazy("link", "the same place")),
    (LinkKind.CAMERA, pgettext_lazy("link", "the same camera")),
    (LinkKind.CLIP, pgettext_lazy("link", "parts of the same recording")),
    (LinkKind.AUDIO, pgettext_lazy("link", "the same sound")),
    (Outcome.SUGGESTED, pgettext_lazy("judgement", "suggested by a method")),
    (Outcome.CONFIRMED, pgettext_lazy("judgement", "the same")),
    (Outcome.REJECTED, pgettext_lazy("judgement", "not the same")),
    (Outcome.UNSURE, pgettext_lazy("judgement", "unsure")),
    (Agreement.OPEN, pgettext_lazy("judgement", "nobody has decided")),
    (Agreement.SAME, pgettext_lazy("judgement", "called the same")),
    (Agreement.DIFFERENT, pgettext_lazy("judgement", "called not the same")),
    (Agreement.DISPUTED, pgettext_lazy("judgement", "disputed")),
    (AlertKind.MET, _("somebody met one of your series")),
    (AlertKind.BLIND_MET, _("somebody asked for what lies in a blind series of yours")),
    (AlertKind.SAME_WORK, _("another authority works on the same series")),
    (AlertKind.OUTCOME, _("a victim was identified with your help")),
    (AlertKind.STATUS, _("a series that you follow has changed")),
    (AlertKind.SEARCH, _("something new fits a search that you saved")),
    (AlertKind.COUNTRY, _("something new was met in a country that you follow")),
    (AlertKind.QUESTION, _("somebody asks you something")),
    (AlertKind.ANSWER, _("your question was answered")),
    (AlertKind.HAND_OVER, _("the lead of a series is offered to you")),
    (AlertKind.INVITATION, _("you are invited to a joint investigation")),
    (AlertKind.JOINT, _("something is new in a joint investigation")),
    (AlertKind.OVERDUE, _("an answer that was expected has not come")),
    (AlertKind.CONFIRMATION, _("a second person’s confirmation is asked for")),
    (AlertKind.REVIEW, _("a record is due for review")),
    (AlertKind.PERSON, _("somebody put a victim or an offender into a series of yours, or took one out")),
    (AlertKind.LINK, _("somebody calls a media the same as one in a series of yours")),
    (AlertKind.WITHDRAWAL, _("a record that you received was withdrawn")),
    (Verdict.IDENTIFIED, pgettext_lazy("verdict", "identified")),
    (Verdict.KNOWN, pgettext_lazy("verdict", "known")),
    (Verdict.SIMILAR, pgettext_lazy("verdict", "similar")),
    (Verdict.NEW, pgettext_lazy("verdict", "new")),
    (Verdict.IRRELEVANT, pgettext_lazy("verdict", "irrelevant")),
    (Verdict.NOT_COMPARABLE, pgettext_lazy("verdict", "not comparable")),
    (Reason.EMPTY, _("the file has no bytes")),
    (Reason.UNSUPPORTED, _("a format that Cairn does not read, or a video that was left out")),
    (Reason.UNDECODABLE, _("damaged: its picture cannot be decoded")),
    (Reason.TOO_SMALL, _("the picture is too small")),
    (Reason.TOO_LARGE, _("larger than the limits allow")),
    (Reason.BLANK, _("flat: too little detail to compare")),
    (Reason.ENCRYPTED, _("encrypted")),
    (Reason.DECODER_CRASHED, _("the decoder crashed on it")),
    (Reason.TIMED_OUT, _("decoding took too long")),
    (Reason.NOT_AT_HAND, _("the file is not at hand, only its digests")),
    (ListKind.KNOWN, pgettext_lazy("list", "recorded by whoever made the list")),
    (ListKind.IRRELEVANT, pgettext_lazy("list", "of no interest: a known-good file")),
    (Audience.ALLIANCE, pgettext_lazy("list", "every police authority of the alliance")),
    (Audience.NAMED, pgettext_lazy("list", "the police authorities that its owner names")),
    (Audience.OWN, pgettext_lazy("list", "the authority that owns it, alone")),
    (Audience.HOTLINES, pgettext_lazy("list", "the alliance, and hotlines by match or no match")),
    (
        Audience.COMPANIES,
        pgettext_lazy("list", "the alliance, and hotlines and companies by match or no match"),
    ),
    (KeyScope.ALERTS_READ, pgettext_lazy("key", "read the alerts of the authority")),
    (KeyScope.CHECK, pgettext_lazy("key", "ask what is known of hashes and of files")),
    (KeyScope.EXCHANGE_FEEDBACK, pgettext_lazy("key", "say of entries of others' lists whether they fit")),
    (KeyScope.EXCHANGE_READ, pgettext_lazy("key", "fetch the entries of hash lists, as exchanges do")),
    (KeyScope.LINKS_READ, pgettext_lazy("key", "read links")),
    (KeyScope.LISTS_READ, pgettext_lazy("key", "read hash lists")),
    (KeyScope.LISTS_WRITE, pgettext_lazy("key", "put hashes into lists, and withdraw them")),
    (KeyScope.REGISTER, pgettext_lazy("key", "register what was found, in a case")),
    (KeyScope.REPORT, pgettext_lazy("key", "hand in reports")),
    (KeyScope.SERIES_READ, pgettext_lazy("key", "read series")),
    (KeyScope.STATISTICS_READ, pgettext_lazy("key", "read statistics")),
    (ExportSubject.ANSWER, pgettext_lazy("export", "the answer of a check")),
    (ExportSubject.SERIES, pgettext_lazy("export", "a series")),
    (ExportSubject.CASE, pgettext_lazy("export", "a case")),
    (ExportState.WAITING, pgettext_lazy("export", "waits")),
    (ExportState.RUNNING, pgettext_lazy("export", "is being made")),
    (ExportState.DONE, pgettext_lazy("export", "made")),
    (ExportState.FAILED, pgettext_lazy("export", "could not be made")),
    (ExportState.FORGOTTEN, pgettext_lazy("export", "its file is deleted")),
    (ExportFormat.VICS, _("VICS (JSON, for case tools)")),
    (ExportFormat.CSV, _("Table (CSV)")),
    (ExportFormat.HASH_LIST, _("Hash lists (text, one a kind)")),
    (ExportFormat.CASE_UCO, _("CASE/UCO (JSON-LD, for court and exchange)")),
    (ExportFormat.HTML, _("Page to print (HTML)")),
    (Level.FIRST, pgettext_lazy("level", "at once")),
    (Level.HIGH, pgettext_lazy("level", "early")),
    (Level.ORDINARY, pgettext_lazy("level", "in turn")),
    (Level.KNOWN, pgettext_lazy("level", "all known")),
    (Level.LAST, pgettext_lazy("level", "last")),
    (ReportOutcome.KNOWN, pgettext_lazy("outcome", "known already")),
    (ReportOutcome.NEW, pgettext_lazy("outcome", "new")),
    (ReportOutcome.NOT_ILLEGAL_HERE, pgettext_lazy("outcome", "not illegal here")),
    (ReportOutcome.WITHDRAWN, pgettext_lazy("outcome", "withdrawn by whoever handed it in")),
    (ReportMarker.SEXTORTION, pgettext_lazy("report", "sextortion")),
    (ReportMarker.SOLICITATION, pgettext_lazy("report", "solicitation")),
    (ReportMarker.MINOR_TO_MINOR, pgettext_lazy("report", "between minors")),
    (ReportMarker.SPAM, pgettext_lazy("report", "spam")),
    (ReportMarker.DRAWN, pgettext_lazy("report", "drawn")),
    (ReportMarker.MEME, pgettext_lazy("report", "meme")),
    (ReportMarker.VIRAL, pgettext_lazy("report", "viral")),
    (ReportMarker.SELF_PRODUCED, pgettext_lazy("report", "self-produced")),
    (ReportMarker.PHYSICAL_HARM, pgettext_lazy("report", "physical harm")),
    (ReportMarker.VIOLENCE, pgettext_lazy("report", "violence")),
    (ReportMarker.BESTIALITY, pgettext_lazy("report", "bestiality")),
    (ReportMarker.LIVE_STREAMING, pgettext_lazy("report", "live streaming")),
    (ReportMarker.INFANT, pgettext_lazy("report", "infant")),
    (ReportMarker.GENERATIVE_AI, pgettext_lazy("report", "generative AI")),
    (ReportMarker.ONGOING_ABUSE, pgettext_lazy("report", "ongoing abuse")),
    (OrderKind.UPLOAD, _("sent to the node")),
    (OrderKind.SERVER, _("on the server")),
    (OrderState.GATHERING, pgettext_lazy("check", "files are being sent")),
    (OrderState.WAITING, pgettext_lazy("check", "waiting")),
    (OrderState.RUNNING, pgettext_lazy("check", "on its way")),
    (OrderState.PAUSING, pgettext_lazy("check", "pausing")),
    (OrderState.PAUSED, pgettext_lazy("check", "paused")),
    (OrderState.STOPPING, pgettext_lazy("check", "being given up")),
    (OrderState.GIVEN_UP, pgettext_lazy("check", "given up")),
    (OrderState.FAILED, pgettext_lazy("check", "could not be done")),
    (OrderState.ANSWERED, pgettext_lazy("check", "answered")),
    (ExportKind.REPORT, _("Report to print (HTML)")),
    (ExportKind.JSON, _("Answer for programs (JSON)")),
    (ExportKind.CSV, _("Table (CSV)")),
    (ExportKind.RECEIPT, _("Receipt")),
    (ExportKind.VICS, _("The VICS file with the answer in it")),
)
WORDS: Mapping[tuple[type[Enum], Enum], _StrPromise] = {(type(value), value): said for value, said in _WORDS}
"""By kind and value, because equal codes of two kinds are equal. A test fails where a member is missing."""


def word(value: Enum) -> str:
    """Answer the word for a value, in the language of the one who reads.

    Raises:
        KeyError: There is none yet: add it above.
    """
    return str(WORDS[type(value), value])


KINDS: Mapping[str, type[Enum]] = {
    "series": SeriesStatus,
    "victim": VictimStatus,
    "offender": OffenderStatus,
    "sex": Sex,
    "age": AgeBand,
    "support": Support,
    "source": SightingSource,
    "code": HandlingCode,
    "regrouping": RegroupingKind,
}
"""What templates call the kinds of values that services answer as codes."""
