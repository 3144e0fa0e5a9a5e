"""What people at the desk see of a large node besides media and series: victims, links, alerts, a long log.

Made by the database itself, as ``large_node`` does; the log by the program, because each entry is hashed.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from itertools import islice

from django.db import connection, transaction

from benchmarks.large_node import generate, let_look
from cairn.records.alerts import Alert, AlertKind
from cairn.records.audit import AuditEvent, AuditState, AuditTag, Entry
from cairn.records.authorities import Authority
from cairn.records.cases import Case
from cairn.records.series import Series

MEDIA_A_LINK, MEDIA_A_JUDGEMENT = 20, 100
ALERTS, ENTRIES = 20_000, 100_000
BATCH = 5_000
BEGAN = datetime(2025, 1, 1, tzinfo=UTC)

_LINKS = """INSERT INTO records_link (id, first_id, second_id, kind, method, score, evidence, suggested_at)
    SELECT n, n * {step}, n * {step} + 1, 'duplicate', 'pdq-31/1', (n % 997) / 1000.0,
    '{{"kind": "pdq-near", "distance_bits": 8, "orientation": "original"}}', '2026-01-01 00:00:00+00:00'
    FROM NUMBERS WHERE n * {step} < {media}"""
_JUDGEMENTS = """INSERT INTO records_judgement
    (first_id, second_id, kind, outcome, reason, authority_id, judged_at)
    SELECT n * {step}, n * {step} + 1, 'duplicate', 'confirmed', 'seen', {lowest} + n % {authorities},
    '2026-01-01 00:00:00+00:00' FROM NUMBERS WHERE n * {step} < {media}"""
_VICTIMS = """INSERT INTO records_victim
    (id, owner_id, national_reference, country, sex, age_band, recorded_at, support, identified_on)
    SELECT n, s.owner_id, 'V-' || n, a.country, 'unknown', '7-10', '2026-01-01 00:00:00+00:00', 'unknown',
    CASE s.status WHEN 'identified' THEN s.status_since END
    FROM NUMBERS JOIN records_series s ON s.id = (SELECT MIN(id) FROM records_series) + n - 1
    JOIN records_authority a ON a.id = s.owner_id"""
_IN_SERIES = """INSERT INTO records_victim_series (victim_id, series_id)
    SELECT n, (SELECT MIN(id) FROM records_series) + n - 1 FROM NUMBERS"""


def furnish(media: int, unit: Authority) -> None:
    """Give the filled node what a unit's people see all day.

    Args:
        media: How many there are.
        unit: Whose people look.
    """
    lowest, authorities = Authority.objects.order_by("pk")[0].pk, Authority.objects.count()
    generate(media // MEDIA_A_LINK, _LINKS.format(step=MEDIA_A_LINK, media=media))
    generate(
        media // MEDIA_A_JUDGEMENT,
        _JUDGEMENTS.format(step=MEDIA_A_JUDGEMENT, media=media, lowest=lowest, authorities=authorities),
    )
    series = Series.objects.count()
    generate(series, _VICTIMS)
    generate(series, _IN_SERIES)
    _alerts(unit)
    _log(unit)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for table in ("records_link", "records_victim"):
                cursor.execute(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")
    let_look()


def case_of(unit: Authority) -> Case:
    """Answer a case of the unit."""
    return Case.objects.filter(authority=unit).order_by("pk")[0]


def _alerts(unit: Authority) -> None:
    series = list(Series.objects.order_by("pk").values_list("pk", flat=True)[:1_000])
    kinds = list(AlertKind)
    rows = (
        Alert(
            authority=unit,
            number=100_000_000 + each,
            kind=AlertKind.MET if each % 2 else kinds[each % len(kinds)],
            series_id=series[each % len(series)],
            about=unit,
            facts={"media": 3},
            once_key=f"benchmark {each}",
        )
        for each in range(ALERTS)
    )
    Alert.objects.bulk_create(rows, batch_size=BATCH)


def _log(unit: Authority) -> None:
    """Write acts of many authorities into the log, a batch in a transaction."""
    authorities = [unit, *Authority.objects.exclude(pk=unit.pk)[:9]]
    tags = (AuditTag.SERIES_SHOWN, AuditTag.CHECK_ANSWER_SHOWN, AuditTag.LINKS_LISTED)
    series = list(Series.objects.filter(owner=unit).order_by("pk").values_list("pk", flat=True)[:50])
    acts = iter(range(ENTRIES))
    while batch := list(islice(acts, BATCH)):
        with transaction.atomic():
            state = AuditState.objects.get()
            tree, rows = state.tree, []
            for each in batch:
                actor, tag = authorities[each % len(authorities)], tags[each % len(tags)]
                records = [series[each % len(series)]] if tag is AuditTag.SERIES_SHOWN else [each]
                entry = Entry(
                    position=tree.size,
                    at=BEGAN + timedelta(minutes=each),
                    tag=tag.value,
                    authority=actor.code,
                    user=None,
                    case="",
                    purpose="",
                    records=records,
                    counts={},
                    salt=os.urandom(16),
                )
                leaf = entry.leaf()
                tree = tree.append(leaf)
                rows.append(_row(entry, actor, leaf))
            AuditEvent.objects.bulk_create(rows)
            AuditState.objects.update(size=tree.size, frontier=tree.to_bytes())


def _row(entry: Entry, actor: Authority, leaf: bytes) -> AuditEvent:
    return AuditEvent(
        position=entry.position,
        at=entry.at,
        tag=entry.tag,
        actor=actor,
        actor_code=entry.authority,
        record_ids=entry.records,
        counts=entry.counts,
        salt=entry.salt,
        leaf_hash=leaf,
    )
