"""What kind of report a file is, by its first bytes."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from cairn.intake.encoding import decoded_head
from cairn.intake.reports.cybertip import FILE, REPORT
from cairn.intake.reports.own_format import FORMAT

HEAD_BYTES: Final = 64 * 1024
_TIP = re.compile(rf"<(?:[\w.-]+:)?(?:{REPORT}|{FILE})[\s/>]")
_OWN = re.compile(rf'"format"\s*:\s*"{FORMAT}"')


class ReportFormat(StrEnum):
    """A format of reports."""

    CYBERTIP = "cybertip"
    OWN = "own"


def recognise_report(head: bytes) -> ReportFormat | None:
    """Answer the format of a report from its first ``HEAD_BYTES``; ``None`` if it is none."""
    text = decoded_head(head).lstrip()
    if text.startswith("<") and _TIP.search(text):
        return ReportFormat.CYBERTIP
    if text.startswith("{") and _OWN.search(text):
        return ReportFormat.OWN
    return None
