"""A gentle word after a while of reviewing: when somebody has last had a pause, kept in their session."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

if TYPE_CHECKING:
    from django.http import HttpRequest

PROMPT_AFTER = timedelta(minutes=30)
"""Half of what rules for work at screens suggest (a pause after 50 to 60 minutes), as this is heavier work.
Source: Health and Safety Executive, L26, paragraph on breaks."""
PAUSE = timedelta(minutes=5)
"""So long without a page of the review counts as a pause."""
_KEY, _STEP_S = "reviewing", 30


def minutes_without_pause(request: HttpRequest) -> int:
    """Answer for how many minutes this session has reviewed without a pause, and that it does so now."""
    now = int(timezone.now().timestamp())
    since, last = request.session.get(_KEY, (now, now))
    if now - last >= PAUSE.total_seconds():
        since = now
    if now - last >= _STEP_S or _KEY not in request.session:
        request.session[_KEY] = [since, now]
    return int(now - since) // 60


def is_due(minutes: int) -> bool:
    """Answer whether it is time for a word."""
    return minutes >= PROMPT_AFTER.total_seconds() // 60


def begin_anew(request: HttpRequest) -> None:
    """Count from now on: the person has said that they had a pause."""
    now = int(timezone.now().timestamp())
    request.session[_KEY] = [now, now]
