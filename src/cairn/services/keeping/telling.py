"""Who is told that something was withdrawn: those who had received it, and nothing that they did not know.

Each is asked for at the door as the recipient before the record is hidden. So who never saw the record is not
told that there was one, and who met content whose holder was hidden does not learn of the holder now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from cairn.records.access import visible_series, visible_to
from cairn.records.alerts import AlertKind
from cairn.records.authorities import Authority
from cairn.records.categories import Categorisation
from cairn.records.jobs import Check, CheckItem
from cairn.records.links import Judgement
from cairn.records.lists import HashList, ListMeeting
from cairn.records.lock import node_work
from cairn.records.sightings import Sighting
from cairn.services.alerting.events import who_had_to_do_with
from cairn.services.alerting.raising import News, raise_alerts, recipient

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from cairn.records.people import Offender, Victim

WHY = "those who received a record are told that it is withdrawn"

Word = Sighting | Categorisation | Judgement
_FIELDS: dict[type[Word], tuple[str, ...]] = {
    Sighting: ("media",),
    Categorisation: ("media",),
    Judgement: ("first", "second"),
}


@node_work(WHY)
def tell_of_words(rows: QuerySet[Word], *, owner: Authority, once: str) -> None:
    """Tell those who have met media of these rows, and see the row; call it before they are hidden.

    Args:
        rows: Sightings, categorisations or judgements of one authority.
        owner: That authority.
        once: What keeps it from being told twice.
    """
    fields = _FIELDS[rows.model]
    readers = _who_met(rows, fields).exclude(pk=owner.pk).order_by("pk")
    raise_alerts(
        _news(reader, owner, once, rows.model.__name__.lower())
        for reader in readers
        if visible_to(recipient(reader), rows.model)
        .filter(_met_by(reader, fields), pk__in=rows.values("pk"))
        .exists()
    )


@node_work(WHY)
def tell_of_person(person: Victim | Offender, *, once: str) -> None:
    """Tell those who had to do with a series that the person lies in, and see both, before it is hidden."""
    readers: dict[int, Authority] = {}
    for series in person.series.all():
        for reader in who_had_to_do_with(series):
            asker = recipient(reader)
            sees = visible_series(asker).filter(pk=series.pk).exists()
            if sees and visible_to(asker, type(person)).filter(pk=person.pk).exists():
                readers[reader.pk] = reader
    kind = type(person).__name__.lower()
    raise_alerts(
        _news(reader, person.owner, once, kind) for reader in readers.values() if reader.pk != person.owner_id
    )


@node_work(WHY)
def tell_of_list(held: HashList, *, once: str) -> None:
    """Tell those whose checks were told of a hash list, and who see it still; before it is hidden."""
    met = ListMeeting.objects.filter(hash_list=held).values("authority")
    readers = Authority.objects.filter(pk__in=met).exclude(pk=held.owner_id).order_by("pk")
    raise_alerts(
        _news(reader, held.owner, once, "hashlist")
        for reader in readers
        if visible_to(recipient(reader), HashList).filter(pk=held.pk).exists()
    )


def _news(reader: Authority, owner: Authority, once: str, what: str) -> News:
    return News(AlertKind.WITHDRAWAL, reader, once, about=owner, facts={"what": what})


def withdrawal_key(what: str, number: int, at: datetime) -> str:
    """Answer what keeps one withdrawal from being told twice; the next one of the same record is told."""
    return f"withdrawal:{what}:{number}:{at:%Y%m%dT%H%M%S.%f}"


def _who_met(rows: QuerySet[Word], fields: tuple[str, ...]) -> QuerySet[Authority]:
    """Answer the authorities that hold, or have checked, media of these rows."""
    met = Q()
    for field in fields:
        media = rows.values(field)
        met |= Q(pk__in=Sighting.objects.filter(media__in=media).values("authority"))
        met |= Q(pk__in=Check.objects.filter(items__media__in=media).values("authority"))
    return Authority.objects.filter(met)


def _met_by(reader: Authority, fields: tuple[str, ...]) -> Q:
    held = Sighting.objects.filter(authority=reader).values("media")
    checked = CheckItem.objects.filter(check_run__authority=reader, media__isnull=False).values("media")
    met = Q()
    for field in fields:
        met |= Q(**{f"{field}__in": held}) | Q(**{f"{field}__in": checked})
    return met
