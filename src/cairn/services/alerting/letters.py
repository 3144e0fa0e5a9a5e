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
from cairn.sentences import Amount, Sentence, both, listed
from cairn.services.alerting.reading import find_alert

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cairn.records.alerts import Alert
    from cairn.records.users import Actor

_TEMPLATES = Path(__file__).parent / "templates"
_WORDS: Mapping[str, Callable[[int], Amount]] = {
    "sightings": lambda n: Amount("a sighting that you registered", "%(n)s sightings that you registered", n),
    "reports": lambda n: Amount("a report that you made", "%(n)s reports that you made", n),
    "judgements": lambda n: Amount("a judgement that you gave", "%(n)s judgements that you gave", n),
    "notes": lambda n: Amount("a note that you wrote", "%(n)s notes that you wrote", n),
    "media": lambda n: Amount(
        "an image that you linked to the series", "%(n)s images that you linked to the series", n
    ),
}

_WHY = Sentence(
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
        paragraphs: What it says, in sentences.
        signed: Who says it, in lines: the authority that identified the victim, where that may be told.
    """

    number: int
    to: str
    written_on: str
    paragraphs: tuple[str, ...]
    signed: tuple[str, ...]

    @property
    def text(self) -> str:
        """The letter as plain text."""
        head = f"{self.to}\n{self.written_on}"
        return "\n\n".join((head, *self.paragraphs, "\n".join(self.signed))) + "\n"

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
    where = "" if by is None else Sentence(" in %(country)s", country=by.country)
    return Letter(
        number=alert.number,
        to=actor.authority.name,
        written_on=f"{alert.raised_at:%Y-%m-%d}",
        paragraphs=(
            Sentence(
                "On %(day)s, a victim was identified%(where)s.", day=str(alert.facts["day"]), where=where
            ),
            _help(alert, None if series is None else series.name),
            _WHY,
            Sentence("Thank you."),
        ),
        signed=(Sentence("The authorities of the alliance"),)
        if by is None
        else (by.name, *by.contact.splitlines()),
    )


def _help(alert: Alert, series: str | None) -> str:
    if series is None:
        return Sentence("Material that you submitted helped to bring this about.")
    gave = [said(count) for what, said in _WORDS.items() if isinstance(count := alert.facts.get(what), int)]
    return Sentence("What helped in the series %(series)s: %(gave)s.", series=series, gave=_joined(gave))


def _joined(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else both([listed(parts[:-1]), parts[-1]])
