"""Who may learn that a series exists, and what receivers may do with it: the owner alone decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, require
from cairn.records.connection import database_errors_in_words
from cairn.records.exports import HandlingCode, Tlp
from cairn.records.lock import under_lock
from cairn.records.series import HANDLING_WORDS_LENGTH
from cairn.sentences import Sentence
from cairn.services.alerting import handling_changed
from cairn.services.series.audience import audience, audience_of
from cairn.services.series.opening import named_authorities
from cairn.services.status.changing import locked, require_standing
from cairn.services.typed_text import require_text
from cairn.types import Handling

if TYPE_CHECKING:
    from cairn.records.series import Series
    from cairn.records.users import Actor


@dataclass(frozen=True, slots=True)
class NewHandling:
    """What is to change in how a series is handled; ``None`` leaves it as it is.

    Attributes:
        handling: Who may learn that it exists.
        named: The codes of those who may, for handling *named*; they take the place of the list before.
        code: What a receiver may do with it.
        words: The restrictions of code H3, in words.
        tlp: How far it may be passed on.
        widen: The owner's explicit word that more authorities may learn of it than before.
    """

    handling: Handling | None = None
    named: tuple[str, ...] | None = None
    code: HandlingCode | None = None
    words: str | None = None
    tlp: Tlp | None = None
    widen: bool = False


@under_lock
def change_handling(series: Series, new: NewHandling, *, actor: Actor) -> Series:
    """Handle the series anew; only its owner can.

    Raises:
        AccessError: The actor may not.
        InputError: More authorities would learn of it and ``widen`` is not said (``series.widens``), or the
            values do not fit together (``series.invalid``, ``authority.missing``).
    """
    with database_errors_in_words(), transaction.atomic():
        held = locked(series)
        require(actor, Act.SERIES_SHARE, held)
        require_standing(held)
        widened = _change_audience(held, new)
        _change_code(held, new)
        held.save(update_fields=["handling", "handling_code", "handling_words", "tlp"])
        if widened:
            handling_changed(held)
        audit.append(
            audit.AuditTag.SERIES_HANDLING,
            actor=actor,
            record_ids=[held.pk],
            counts={"widened": int(widened)},
        )
    return held


def _change_audience(series: Series, new: NewHandling) -> bool:
    """Set handling and named authorities, and answer whether anybody sees the series who did not before."""
    handling = new.handling or Handling(series.handling)
    stays_named = handling is Handling.NAMED and new.named is None and series.handling == Handling.NAMED
    if stays_named:
        return False
    named = named_authorities(handling, new.named or ())
    numbers = frozenset(each.pk for each in named)
    then = audience(handling, holders=frozenset({series.owner_id, series.lead_id}), named=numbers)
    widened = not then.is_within(audience_of(series))
    if widened and not new.widen:
        raise InputError(
            Sentence(
                "More authorities than before would learn of the series, and that cannot be taken "
                "back. Say so "
                "with --widen."
            ),
            code="series.widens",
        )
    series.handling = handling
    series.named.set(named)
    return widened


def _change_code(series: Series, new: NewHandling) -> None:
    code = new.code or HandlingCode(series.handling_code)
    words = series.handling_words if new.words is None else new.words
    if words:
        require_text(words, what="A restriction", longest=HANDLING_WORDS_LENGTH, code="series.invalid")
    if bool(words) != (code is HandlingCode.H3):
        raise InputError(
            Sentence("Code H3 says its restrictions in words, and no other code has any."),
            code="series.invalid",
        )
    series.handling_code, series.handling_words, series.tlp = code, words, new.tlp or series.tlp
