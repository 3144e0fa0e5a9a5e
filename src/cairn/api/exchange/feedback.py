"""``/v2/feedback`` and ``PUT /v2/entries/MEMBER/ID/TYPE/feedback``: whether entries fit, and why not."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from cairn.api.bearer import Call, asked
from cairn.api.exchange.doors import SAYING
from cairn.api.exchange.entries import as_xml
from cairn.errors import InputError
from cairn.exchange.sharing import reasons_xml, taken_xml
from cairn.intake.xml_records import read_records
from cairn.services.exchange.feedback import FEEDBACK_KINDS, REASONS, take_feedback

if TYPE_CHECKING:
    from collections.abc import Sequence

router = Router()


@router.get("/feedback")
def reasons(request: Call) -> HttpResponse:
    """Answer why an entry may not fit."""
    asked(request)
    return as_xml(reasons_xml(REASONS, sorted(FEEDBACK_KINDS)))


@router.put("/entries/{int:member}/{entry}/{kind}/feedback", auth=SAYING)
def say(request: Call, member: int, entry: str, kind: str) -> HttpResponse:
    """Keep what the key's authority says of a hash of an entry."""
    said = _read(request.body)
    actor = asked(request).actor
    take_feedback(member, entry, kind, reasons=said, actor=actor, now=timezone.now())
    return as_xml(taken_xml())


def _read(body: bytes) -> Sequence[str]:
    """Answer the reasons that a submission gives; none where it says that the hash fits."""
    *_, root = read_records(io.BytesIO(body), lambda _: False)
    negative = root.find("negative")
    if root.name != "feedbackSubmission" or (root.find("affirmative") is None) is (negative is None):
        raise InputError("Feedback is affirmative or negative.", code="feedback.invalid")
    if negative is None:
        return ()
    found = [each.text.lower() for group in negative.every("reasonIds") for each in group.every("guid")]
    if not found:
        raise InputError("Say why it does not fit; see: GET /v2/feedback", code="feedback.reason")
    return found
