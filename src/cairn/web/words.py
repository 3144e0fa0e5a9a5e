"""The words that the records keep as codes, as they are shown; here, so that they are translated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cairn.records.authorities import AuthorityKind
from cairn.records.series import Marker, Priority
from cairn.records.users import Role
from cairn.types import Handling, SeriesStatus

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
    (Role.INVESTIGATOR, _("investigator")),
    (Role.SUPERVISOR, _("supervisor")),
    (Role.HUB_ANALYST, _("hub analyst")),
    (Role.HOTLINE_ANALYST, _("hotline analyst")),
    (Role.REPORTER, _("reporter (a system account)")),
    (Role.AUDITOR, _("auditor")),
    (Role.ADMINISTRATOR, _("administrator")),
)
WORDS: Mapping[tuple[type, Enum], _StrPromise] = {(type(value), value): said for value, said in _WORDS}
"""By kind and value, because equal codes of two kinds are equal. A test fails where a member is missing."""


def word(value: Enum) -> str:
    """Answer the word for a value, in the language of the one who reads.

    Raises:
        KeyError: There is none yet: add it above.
    """
    return str(WORDS[type(value), value])
