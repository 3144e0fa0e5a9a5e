"""Outcome letters: that a victim was identified with somebody's help, to print and to hang up or to file.

A letter says no more than its reader may know by now, and nothing of the material itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction
from django.template import Context, Engine

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import visible_series
from cairn.records.alerts import AlertKind
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.sentences import Sentence
from cairn.services.alerting.reading import find_alert

if TYPE_CHECKING:
    from cairn.records.alerts import Alert
    from cairn.records.users import Actor

_TEMPLATES = Path(__file__).parent / "templates"
_WORDS = {
    "sightings": ("a sighting that you registered", "{} sightings that you registered"),
    "reports": ("a report that you made", "{} reports that you made"),
    "judgements": ("a judgement that you gave", "{} judgements that you gave"),
    "notes": ("a note that you wrote", "{} notes that you wrote"),
    "media": ("an image that you linked to the series", "{} images that you linked to the series"),
}

_WHY = (
    "One rarely learns what becomes of what one passes on. This time you do: it reached the people who could "
    "act on it, and a person is no longer unknown because of it."
)


@dataclass(frozen=True, slots=True)
class Letter:
    """An outcome letter.

    Attributes:
        number: The alert's.
        to: The full name of the authority that helped.
        written_on: When the alert was raised, as a day.
        paragraphs: What it says.
        signed: Who says it: the authority that identified the victim, where that may be told.
    """

    number: int
    to: str
    written_on: str
    paragraphs: tuple[str, ...]
    signed: str

    @property
    def text(self) -> str:
        """The letter as plain text."""
        head = f"{self.to}\n{self.written_on}"
        return "\n\n".join((head, *self.paragraphs, self.signed)) + "\n"

    @property
    def html(self) -> str:
        """The letter as one page to print, which needs nothing else."""
        engine = Engine(dirs=[str(_TEMPLATES)], autoescape=True)
        return engine.get_template("letter.html").render(Context({"letter": self}, use_l10n=False))


@under_lock
def write_letter(number: int, *, actor: Actor) -> Letter:
    """Answer the letter of an outcome alert; that it was written out is audited.

    Raises:
        AccessError: The actor may not.
        InputError: The authority has no such alert, or it tells of no outcome (``alert.missing``,
            ``alert.no-letter``).
    """
    with database_errors_in_words(), transaction.atomic():
        alert = find_alert(number, actor=actor)
        if alert.kind != AlertKind.OUTCOME:
            raise InputError(
                Sentence(
                    "Alert %(number)s tells of no outcome. See: cairn alert list --kind outcome",
                    number=str(number),
                ),
                code="alert.no-letter",
            )
        audit.append(audit.AuditTag.ALERT_PRINTED, actor=actor, record_ids=[alert.pk])
        return _letter(alert, actor)


def _letter(alert: Alert, actor: Actor) -> Letter:
    series = visible_series(actor).filter(pk=alert.series_id or 0).first()
    by = alert.about
    where = "" if by is None else f" in {by.country}"
    return Letter(
        number=alert.number,
        to=actor.authority.name,
        written_on=f"{alert.raised_at:%Y-%m-%d}",
        paragraphs=(
            f"On {alert.facts['day']}, a victim was identified{where}.",
            _help(alert, None if series is None else series.name),
            _WHY,
            "Thank you.",
        ),
        signed="The authorities of the alliance" if by is None else f"{by.name}\n{by.contact}",
    )


def _help(alert: Alert, series: str | None) -> str:
    if series is None:
        return "Material that you submitted helped to bring this about."
    gave = [
        (one if count == 1 else many.format(f"{count:,}"))
        for what, (one, many) in _WORDS.items()
        if isinstance(count := alert.facts.get(what), int)
    ]
    return f"What helped in the series {series}: {_joined(gave)}."


def _joined(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
