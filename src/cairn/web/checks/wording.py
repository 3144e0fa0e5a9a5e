"""How checks and what they found are shown: words, signs and figures, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cairn.errors import Reason
from cairn.linking.evidence import stored_in_words
from cairn.records.check_orders import CheckOrder, OrderKind, OrderState
from cairn.services.check_orders.keeping import UNREADABLE
from cairn.types import Verdict
from cairn.web.saying import in_own_language
from cairn.web.words import word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise

Row = dict[str, Any]

MEANINGS: Mapping[Verdict, _StrPromise] = {
    Verdict.IDENTIFIED: gettext_lazy("The victim is identified. Ask the owner; nobody has to look again."),
    Verdict.KNOWN: gettext_lazy("Recorded, byte for byte the same; the victim is not identified."),
    Verdict.SIMILAR: gettext_lazy("Near recorded media, perhaps altered. A person has to look."),
    Verdict.NEW: gettext_lazy("Nobody whom you may see has recorded it. A person has to look."),
    Verdict.IRRELEVANT: gettext_lazy("Recorded as of no interest, and nobody says otherwise."),
    Verdict.NOT_COMPARABLE: gettext_lazy("Not recorded, and no picture to compare. The reason is given."),
}
SIGNS: Mapping[Verdict, tuple[str, str]] = {
    Verdict.IDENTIFIED: ("good", "✓"),
    Verdict.KNOWN: ("good", "●"),
    Verdict.SIMILAR: ("warn", "≈"),
    Verdict.NEW: ("warn", "+"),
    Verdict.IRRELEVANT: ("plain", "–"),
    Verdict.NOT_COMPARABLE: ("plain", "?"),
}
"""The kind of its badge, and a sign that says the same without colour."""
_MOVING = {OrderState.WAITING, OrderState.RUNNING, OrderState.PAUSING, OrderState.STOPPING}
_SIGNS_OF_STATES: Mapping[OrderState, tuple[str, str]] = {
    OrderState.ANSWERED: ("good", "✓"),
    OrderState.FAILED: ("bad", "!"),
    OrderState.PAUSED: ("warn", "‖"),
    OrderState.GATHERING: ("warn", "↑"),
    OrderState.GIVEN_UP: ("plain", "×"),
}


def reason_word(reason: str) -> str:
    """Answer why files are not comparable, as it is said of many at once."""
    return _("could not be read") if reason == UNREADABLE else word(Reason(reason))


def evidence_words(evidence: Row) -> str:
    """Answer evidence as a sentence: of an answer just made its own, of a kept one that of what it keeps."""
    kept = evidence.get("kept")
    return in_own_language(evidence["words"] if kept is None else stored_in_words(kept))


def span_words(passed: timedelta) -> str:
    """Answer how long something takes, as exactly as a person needs it."""
    seconds = int(passed.total_seconds())
    if seconds < 60:  # noqa: PLR2004 - a minute
        return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
    minutes, hours = seconds // 60, seconds // 3600
    if hours == 0:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours} + (
        " " + ngettext("%(n)d minute", "%(n)d minutes", minutes % 60) % {"n": minutes % 60}
    )


@dataclass(frozen=True, slots=True)
class OrderView:
    """A check as pages show it."""

    order: CheckOrder

    @property
    def state(self) -> OrderState:
        """How far it is."""
        return OrderState(self.order.state)

    @property
    def where(self) -> str:
        """Where what is checked lies."""
        return word(OrderKind(self.order.kind))

    @property
    def kind(self) -> str:
        """The kind of the badge of its state."""
        return _SIGNS_OF_STATES.get(self.state, ("plain", ""))[0]

    @property
    def sign(self) -> str:
        """The sign of its state."""
        return _SIGNS_OF_STATES.get(self.state, ("", "…"))[1]

    @property
    def is_moving(self) -> bool:
        """True while the worker has it before it."""
        return self.state in _MOVING

    @property
    def is_comparing(self) -> bool:
        """True where all is measured, and the answer is being made."""
        return self.state is OrderState.RUNNING and 0 < self.order.total == self.order.done

    @property
    def percent(self) -> int:
        """How much of it is measured, rounded down."""
        return 100 * self.order.done // self.order.total if self.order.total else 0

    @property
    def left(self) -> str:
        """How long it will take; ``""`` where that is not known."""
        rate = self.order.files_per_s
        if not rate or self.state is not OrderState.RUNNING or self.is_comparing:
            return ""
        return span_words(timedelta(seconds=(self.order.total - self.order.done) / rate))

    @property
    def can_pause(self) -> bool:
        """True where it can be paused."""
        return self.state in {OrderState.WAITING, OrderState.RUNNING}

    @property
    def can_resume(self) -> bool:
        """True where it can go on."""
        return self.state in {OrderState.PAUSED, OrderState.PAUSING, OrderState.FAILED}

    @property
    def can_give_up(self) -> bool:
        """True where it can be given up."""
        return self.state not in {OrderState.ANSWERED, OrderState.GIVEN_UP, OrderState.STOPPING}

    @property
    def verdicts(self) -> list[tuple[Verdict, int]]:
        """How many files have each verdict that some have, once it is answered."""
        counts = ((verdict, self.order.counts.get(verdict.value, 0)) for verdict in Verdict)
        return [(verdict, number) for verdict, number in counts if number]
