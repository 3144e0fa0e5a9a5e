"""What leaves the node: through the door, audited, with its handling, signed; and what stays."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING
from unittest.mock import patch
from uuid import UUID

import pytest
from django.utils import timezone

from cairn.errors import AccessError, InputError
from cairn.intake.lists import Recognised, read_list, recognise_list
from cairn.intake.vics import CaseRead, MediaRead, read_vics
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.categories import Categorisation, Category, Scheme, Treatment
from cairn.records.links import Link
from cairn.records.lock import as_the_node
from cairn.records.people import Offender
from cairn.records.series import Series, SeriesMedia
from cairn.records.sightings import Sighting
from cairn.records.users import Actor, Role
from cairn.services.answering.restrictions import Stated
from cairn.services.auditing.signing import public_key
from cairn.services.exports.exporting import export_case, export_holdings, export_series
from cairn.services.exports.verifying import verify_export
from cairn.services.exports.wish import ExportFormat, ExportWish
from cairn.types import Handling, SeriesStatus
from services.alerting.records import case, media, person, series, sighting
from services.seizures import unit

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.records.media import Media
    from cairn.services.exports.manifest import Manifest
    from cairn.services.node.opening import Node

RECIPIENT = "Forensic laboratory"


def wish(to: Path, file_format: ExportFormat = ExportFormat.CSV, **more: object) -> ExportWish:
    return ExportWish(file_format, to, RECIPIENT, **more)  # type: ignore[arg-type]  # a test's words


def digests(raw: str) -> set[str]:
    return {line for line in raw.splitlines() if not line.startswith("#")}


def digest_of(what: Media) -> bytes:
    return bytes.fromhex(what.name)


def categorised(what: Media, by: Actor, code: str) -> None:
    scheme, _ = Scheme.objects.get_or_create(code="eu", defaults={"version": "1"})
    category, _ = Category.objects.get_or_create(
        scheme=scheme, code=code, defaults={"treatment": Treatment.MATERIAL}
    )
    Categorisation.objects.create(media=what, category=category, authority=by.authority)


def stone(node: Node, *of: Media, **more: str) -> Series:
    made = series(node.authority, *of, name="Stone", status=SeriesStatus.IDENTIFIED)
    Series.objects.filter(pk=made.pk).update(**more)
    return Series.objects.select_related("owner").get(pk=made.pk)


def test_what_was_withdrawn_or_is_hidden_stays_and_the_owner_learns_of_the_export(
    node: Node, tmp_path: Path
) -> None:
    other = Actor.operator(unit(node, "BR-UNIT"))
    kept, taken_back, only_theirs, never_found = media(), media(), media(), media()
    for each in (kept, taken_back):
        sighting(each, node.authority)
    sighting(taken_back, other.authority)  # Seen by nobody here: it lies in a blind series of theirs.
    series(other.authority, taken_back, handling=Handling.BLIND)
    sighting(only_theirs, other.authority)
    Sighting.objects.filter(media=taken_back, authority=node.authority).update(withdrawn_at=timezone.now())
    Sighting.objects.filter(media=only_theirs).update(withdrawn_at=timezone.now())
    found = stone(node, kept, taken_back, only_theirs, never_found)
    case(node.authority, "K1")
    manifest = export_series(
        node, found, wish(tmp_path / "out", ExportFormat.HASH_LIST), actor=node.operator, case="K1"
    )
    sha256 = digests((tmp_path / "out" / "sha256.txt").read_text())
    assert sha256 == {kept.name, never_found.name}
    assert manifest.counts == {"media": 2, "left-out": 2}
    event = AuditEvent.objects.get(tag=AuditTag.SERIES_EXPORTED)
    assert (event.record_ids, event.case_reference) == ([found.pk], "K1")
    assert (event.purpose, event.counts) == (f"for {RECIPIENT}", {"media": 2, "left-out": 2})
    assert verify_export(tmp_path / "out", keys=[public_key(node.config)]).holds


def test_who_may_not_export_is_refused_and_nothing_is_written(node: Node, tmp_path: Path) -> None:
    other = Actor.operator(unit(node, "BR-UNIT"))
    found = stone(node, media())
    case(node.authority, "K1")
    auditor = Actor.person(person(node.authority, "audit", Role.AUDITOR))
    for actor in (other, auditor):
        with pytest.raises(AccessError) as refused:
            export_series(node, found, wish(tmp_path / "out"), actor=actor)
        assert refused.value.code == "access.missing"
    with pytest.raises(AccessError, match="no such record"):
        export_case(node, "K1", wish(tmp_path / "out"), actor=auditor)
    with pytest.raises(InputError, match="no case 'K1'"):
        export_case(node, "K1", wish(tmp_path / "out"), actor=other)
    Series.objects.update(withdrawn_at=timezone.now())
    found.refresh_from_db()
    with pytest.raises(InputError, match="withdrawn"):
        export_series(node, found, wish(tmp_path / "out"), actor=node.operator)
    assert not (tmp_path / "out").exists()
    assert not AuditEvent.objects.filter(tag=AuditTag.SERIES_EXPORTED).exists()


def test_the_lead_passes_on_what_is_bound_by_its_owners_word_alone(sqlite_node: Node, tmp_path: Path) -> None:
    node = sqlite_node
    lead = Actor.operator(unit(node, "BR-UNIT"))
    found = stone(node, media(), handling_code="H2")
    Series.objects.update(lead=lead.authority)
    found.refresh_from_db()
    with pytest.raises(AccessError, match="by that authority's word alone"):
        export_series(node, found, wish(tmp_path / "out"), actor=lead)
    word = "NL-UNIT, V. Visser, by telephone on 2026-03-01"
    given = export_series(node, found, wish(tmp_path / "out", permission=word), actor=lead)
    assert (given.permission, given.handling["codes"]) == (word, ["H2"])
    assert export_series(node, found, wish(tmp_path / "own"), actor=node.operator).permission == ""


def test_every_format_reads_back_and_carries_its_handling(sqlite_node: Node, tmp_path: Path) -> None:
    node = sqlite_node
    first, second, foreign = media(), media(), media()
    for each in (first, second):
        sighting(each, node.authority)
    sighting(first, node.authority)
    other = Actor.operator(unit(node, "BR-UNIT"))
    categorised(first, node.operator, "1")
    categorised(second, other, "2")  # The word of another authority, which is not ours to hand on.
    found = stone(node, first, handling_code="H3", handling_words="Ask <first>.", tlp="TLP:AMBER")
    theirs = series(other.authority, second, foreign, name="Theirs")
    with as_the_node("a test records whom it knows of"):
        for owner, lies in ((node.authority, found), (other.authority, theirs)):
            known = Offender.objects.create(owner=owner, country="NL", identified_on=date(2026, 3, 1))
            known.series.add(lies)
    Link.objects.create(
        first=first, second=second, kind="duplicate", method="pdq-31/1", score=0.5, evidence={}
    )
    for file_format in ExportFormat:
        stated = Stated("H1", "", "TLP:AMBER+STRICT")
        folder = tmp_path / file_format
        manifest = export_case(
            node, "K1", wish(folder, file_format, stated=stated, scheme="eu"), actor=node.operator
        )
        assert manifest.counts == {"media": 2, "sightings": 3, "left-out": 0}
        assert verify_export(folder, keys=[public_key(node.config)]).holds
        for line in manifest.files:
            text = (folder / line.name).read_text()
            assert "TLP:AMBER+STRICT" in text
            assert "H1: not in court" in text
            assert "Theirs" not in text
            assert RECIPIENT in text
    read = list(read_vics(BytesIO((tmp_path / "vics" / "case.json").read_bytes())))
    rows = {each.media.sha256: each.media for each in read if isinstance(each, MediaRead)}
    told = rows[digest_of(first)]
    assert (told.category, told.series, told.victim_identified, told.tags) == (1, "Stone", True, "eu:1")
    assert told.offender_identified
    assert told.spans == ()
    assert rows[digest_of(second)].offender_identified is None
    assert len(told.media_files) == 2
    assert (rows[digest_of(second)].category, rows[digest_of(second)].series) == (None, None)
    assert any(isinstance(each, CaseRead) and each.case.case_number == "K1" for each in read)
    table = tmp_path / "csv" / "case.csv"
    recognised = recognise_list(table.read_bytes())
    assert isinstance(recognised, Recognised)
    entries = [each for batch in read_list(table, recognised) for each in batch.entries()]
    assert sorted(entry.sha256 for entry in entries if entry.sha256) == sorted(
        [digest_of(first), digest_of(first), digest_of(second)]
    )
    graph = json.loads((tmp_path / "case-uco" / "exhibit-1.jsonld").read_text())["@graph"]
    kinds = [each["@type"] for each in graph]
    assert kinds.count("uco-observable:File") == 3
    assert kinds.count("uco-observable:ObservableRelationship") == 1
    assert all(UUID(each["@id"][-36:]) for each in graph)
    assert "Ask &lt;first&gt;." in (tmp_path / "html" / "case.html").read_text()
    looked = AuditEvent.objects.filter(tag=AuditTag.SERIES_LOOKED).values_list("record_ids", flat=True)
    assert set(map(tuple, looked)) == {(found.pk,)}
    assert theirs.pk not in {number for row in looked for number in row}


def test_the_stretches_of_a_series_are_exported_and_say_nothing_of_the_rest(
    sqlite_node: Node, tmp_path: Path
) -> None:
    film = media()
    sighting(film, sqlite_node.authority)
    found = stone(sqlite_node, film)
    SeriesMedia.objects.update(spans_ms=[[192_000, 280_500]])
    export_series(sqlite_node, found, wish(tmp_path / "out", ExportFormat.VICS), actor=sqlite_node.operator)
    read = read_vics(BytesIO((tmp_path / "out" / "series.json").read_bytes()))
    (told,) = (each.media for each in read if isinstance(each, MediaRead))
    assert told.spans == (("Stone", 192.0, 280.5),)
    assert (told.series, told.victim_identified) == ("Stone", None)


def test_a_series_has_no_case_bundle_and_a_folder_with_anything_in_it_is_refused(
    sqlite_node: Node, tmp_path: Path
) -> None:
    found = stone(sqlite_node, media())
    with pytest.raises(InputError, match="CASE bundle"):
        export_series(
            sqlite_node, found, wish(tmp_path / "out", ExportFormat.CASE_UCO), actor=sqlite_node.operator
        )
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("keep")
    with pytest.raises(InputError, match="not empty"):
        export_series(sqlite_node, found, wish(tmp_path / "out"), actor=sqlite_node.operator)
    assert [each.name for each in (tmp_path / "out").iterdir()] == ["mine.txt"]
    with pytest.raises(InputError, match="H3"):
        export_series(
            sqlite_node,
            found,
            wish(tmp_path / "new", stated=Stated("H3", "", "TLP:RED")),
            actor=sqlite_node.operator,
        )


def test_an_export_that_breaks_off_is_none_though_it_is_audited(sqlite_node: Node, tmp_path: Path) -> None:
    found = stone(sqlite_node, media())

    def killed(*_: object, **__: object) -> Manifest:
        raise KeyboardInterrupt

    with patch("cairn.services.exports.folder.signed_note", killed), pytest.raises(KeyboardInterrupt):
        export_series(sqlite_node, found, wish(tmp_path / "out"), actor=sqlite_node.operator)
    assert (tmp_path / "out" / "series.csv").exists()
    with pytest.raises(InputError, match="is no export"):
        verify_export(tmp_path / "out")
    assert AuditEvent.objects.filter(tag=AuditTag.SERIES_EXPORTED).count() == 1


def test_a_series_of_more_media_than_a_batch_is_whole(sqlite_node: Node, tmp_path: Path) -> None:
    found = stone(sqlite_node, media())
    more = [media() for _ in range(5)]
    SeriesMedia.objects.bulk_create(
        [SeriesMedia(series=found, media=each, added_by=sqlite_node.authority) for each in more]
    )
    with patch("cairn.services.exports.rows.BATCH", 2):
        manifest = export_series(
            sqlite_node, found, wish(tmp_path / "out", ExportFormat.VICS), actor=sqlite_node.operator
        )
    assert [line.entries for line in manifest.files] == [6]


def test_holdings_are_what_the_authority_itself_has_found_and_categorised_in_the_scheme(
    node: Node, tmp_path: Path
) -> None:
    first, withdrawn, unsaid, foreign = media(), media(), media(), media()
    other = Actor.operator(unit(node, "BR-UNIT"))
    for each in (first, withdrawn, unsaid):
        sighting(each, node.authority)
    sighting(foreign, other.authority)
    for each in (first, withdrawn, foreign):
        categorised(each, node.operator, "1")
    categorised(unsaid, other, "1")
    stone(node, first, tlp="TLP:AMBER+STRICT")
    with as_the_node("a test withdraws"):
        Sighting.objects.filter(media=withdrawn).update(withdrawn_at=timezone.now())
    manifest = export_holdings(
        node, wish(tmp_path / "out", ExportFormat.VICS, scheme="eu"), actor=node.operator
    )
    assert (manifest.subject, manifest.name, manifest.counts) == (
        "holdings",
        "eu",
        {"media": 1, "left-out": 2},
    )
    assert manifest.handling["tlp"] == "TLP:AMBER+STRICT"
    assert verify_export(tmp_path / "out", keys=[public_key(node.config)]).holds
    read = list(read_vics(BytesIO((tmp_path / "out" / "holdings.json").read_bytes())))
    (told,) = (each.media for each in read if isinstance(each, MediaRead))
    assert (told.sha256, told.category, told.series) == (digest_of(first), 1, "Stone")
    assert AuditEvent.objects.get(tag=AuditTag.HOLDINGS_EXPORTED).counts == manifest.counts
    with pytest.raises(InputError, match="scheme"):
        export_holdings(node, wish(tmp_path / "none", ExportFormat.VICS), actor=node.operator)
