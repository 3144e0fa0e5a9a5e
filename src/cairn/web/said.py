"""What an act says afterwards: one sentence, kept in the session until the next page has shown it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import HttpRequest

_KEY = "said"


def say(request: HttpRequest, sentence: str) -> None:
    """Let the next page begin with this sentence."""
    request.session[_KEY] = sentence


def take(request: HttpRequest) -> str:
    """Answer the sentence that waits, which is then told; ``""`` where there is none."""
    return str(request.session.pop(_KEY, ""))
