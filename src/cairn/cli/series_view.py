"""A series' page as lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.services.answering.answer_words import amount, moment, spoken

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cairn.services.people.pages import PersonRow
    from cairn.services.series.page import SeriesPage
    from cairn.services.series.sightings import Seen
    from cairn.services.status.history import StatusEvent

MOST_MONTHS = 24
"""Months that are listed, the latest; the JSON names all."""


def as_lines(page: SeriesPage) -> Iterator[str]:
    """Yield the page, most important first."""
    yield f"{page.name}: {spoken(page.status)} since {page.status_since}, priority {page.priority}"
    for event in page.proposals:
        yield f"  NOT YET CONFIRMED: {_proposed(event)}"
    yield f"  owner     {page.owner.authority} ({page.owner.country}): {page.owner.contact}"
    if page.lead != page.owner:
        yield f"  lead      {page.lead.authority} ({page.lead.country}): {page.lead.contact}"
    named = f": {', '.join(page.named)}" if page.named else ""
    words = f" ({page.handling_words})" if page.handling_words else ""
    yield f"  handling  {page.handling}{named} · {page.handling_code}{words} · {page.tlp}"
    yield f"  holds     {amount(page.media, 'media', 'media')}, {amount(page.links, 'suggested link')}"
    yield from _names(page)
    yield from _seen("Seen", page.seen)
    if page.seen_since is not None:
        yield from _seen(f"Seen since the identification on {page.identified_on}", page.seen_since)
    yield from _work(page)
    yield from _past(page)


def _names(page: SeriesPage) -> Iterator[str]:
    for alias in page.aliases:
        yield f"  called    {alias.name}, by {alias.authority}"
    for marker in page.markers:
        yield f"  marked    {marker.marker}, by {marker.authority} on {marker.set_at:%Y-%m-%d}"


def _seen(title: str, seen: Seen) -> Iterator[str]:
    if not seen.sightings:
        yield f"{title}: never."
        return
    yield f"{title}: {amount(seen.sightings, 'sighting')}, from {seen.first} to {seen.last}"
    yield f"  in        {_counted(seen.by_country)}"
    yield f"  by        {_counted(seen.by_source)}"
    months = dict(list(seen.by_month.items())[-MOST_MONTHS:])
    yield f"  month     {_counted(months)}"


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number:,}" for name, number in counts.items())


def _work(page: SeriesPage) -> Iterator[str]:
    if not page.claims:
        yield "Nobody has said that they work on it now."
    for claim in page.claims:
        yield (
            f"{claim.authority} ({claim.country}) works on it since {claim.since:%Y-%m-%d}, until "
            f"{claim.ends_at:%Y-%m-%d}: {claim.contact}"
        )
    for noun, people in (("victim", page.victims), ("offender", page.offenders)):
        for person in people:
            yield person_line(noun, person)
    for note in page.notes:
        yield f"{note.authority} wrote on {moment(note.written_at)}:"
        yield from (f"  {line}" for line in note.text.split("\n"))


def person_line(noun: str, person: PersonRow) -> str:
    """Answer a victim or an offender in one line."""
    days = ", ".join(f"{field.removesuffix('_on')} {day}" for field, day in person.days.items() if day)
    waits = f" (proposed: {person.proposed})" if person.proposed else ""
    support = f", support {person.support}" if person.support not in {None, "unknown"} else ""
    since = f" on {person.support_on}" if person.support_on else ""
    known = f"{person.country}, {person.sex}, {person.age_band}"
    return (
        f"{noun} {person.owner}/{person.reference}: {days or person.status}{waits} · {known}{support}{since}"
    )


def _past(page: SeriesPage) -> Iterator[str]:
    if page.history or page.regroupings:
        yield "History"
    for event in page.history:
        yield f"  {event_line(event)}"
    for row in page.regroupings:
        state = "undone" if row.undone_at else "" if row.done_at else "waits for the other owner"
        done = row.done_at or row.offered_at
        what = f"{row.kind} of {row.source} into {row.target}, number {row.number}"
        yield f"  {done:%Y-%m-%d}  {what}{', ' + state if state else ''}: {row.reason}"


def event_line(event: StatusEvent) -> str:
    """Answer one change of a status in one line."""
    by = event.said_by or event.authority
    decided = ""
    if event.decided_at is not None and (event.decided_by or event.state != "holds"):
        decided = f", {'confirmed' if event.state == 'holds' else event.state}"
        decided += f" by {event.decided_by}" if event.decided_by else ""
    because = "".join(f": {reason}" for reason in (event.reason, event.refusal) if reason)
    waits = ", not yet confirmed" if event.state == "proposed" else ""
    return f"{event.on}  {event.before} → {event.after}, said by {by}{decided}{waits}{because}"


def _proposed(event: StatusEvent) -> str:
    return f"{event.after} since {event.on}, proposed by {event.said_by or event.authority}"
