"""Reports from the file to the answer: taken once, routed and ordered by stated rules, and answered."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from cairn.errors import AccessError, InputError
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.authorities import Authority, AuthorityKind
from cairn.records.lock import as_the_node
from cairn.records.reports import Report, ReportItem, ReportOutcome
from cairn.records.series import Series
from cairn.records.sightings import Sighting, SightingSource
from cairn.records.users import Actor, Role
from cairn.services.reports.queue import close_report, list_reports, show_report
from cairn.services.reports.routing import Route
from cairn.services.reports.taking import take_report
from cairn.types import Handling
from services.alerting.records import authority, media, person, series, sighting
from services.alerting.records import told as told_of
from services.seizures import unit
from stand_ins import InProcessPool

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.records.media import Media
    from cairn.services.node.opening import Node
    from cairn.services.reports.taking import Acknowledgement


def hotline(country: str = "NL") -> Actor:
    made = authority(f"{country}-HOTLINE", AuthorityKind.HOTLINE, country=country)
    return Actor.person(person(made, f"{country}-tess".lower(), Role.HOTLINE_ANALYST))


def written(folder: Path, name: str, *items: dict[str, object], **more: object) -> Path:
    values = {
        "format": "cairn-report",
        "version": 1,
        "reference": name,
        "reporter": "Hotline",
        "reported_at": "2024-05-01T12:00:00Z",
        "items": list(items),
        **more,
    }
    path = folder / f"{name}.json"
    path.write_text(json.dumps(values))
    return path


def of(what: Media) -> dict[str, object]:
    """Answer an item that states two digests of a recorded media, as a statement takes to be sure."""
    digests = what.digests
    assert digests.md5
    assert digests.sha1
    return {"hashes": {"md5": digests.md5.hex(), "sha1": digests.sha1.hex()}}


def fresh(number: int) -> dict[str, object]:
    return {"hashes": {"md5": f"{number:032x}"}}


def take(node: Node, path: Path, actor: Actor) -> Acknowledgement:
    (found,) = take_report(node, path, actor=actor, open_pool=InProcessPool)
    return found


def test_a_report_becomes_a_record_with_sightings_once_and_is_answered(node: Node, tmp_path: Path) -> None:
    actor = hotline()
    held = media()
    sighting(held, node.authority)
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "2.bin").write_bytes(b"harmless")
    path = written(
        tmp_path, "HL-1", of(held), fresh(7), {"file": "files/2.bin"}, {"hashes": {"pdq": "12" * 32}}
    )
    first = take(node, path, actor)
    assert (first.items, first.files, first.without_hash, first.is_new) == (4, 1, 0, True)
    with as_the_node("a test looks"):
        rows = Sighting.objects.filter(exhibit__case__reference=f"Report {first.number}")
        assert {row.source for row in rows} == {SightingSource.HOTLINE_REPORT}
        assert {row.authority for row in rows} == {actor.authority}
        assert rows.count() == 3
        tied = ReportItem.objects.order_by("position").values_list("is_known", "media")
        assert [is_known for is_known, _ in tied] == [True, False, False, False]
        assert [number is None for _, number in tied] == [False, False, False, True]
        before = AuditEvent.objects.count()
    again = take(node, path, actor)
    assert (again.number, again.is_new) == (first.number, False)
    with as_the_node("a test looks"):
        assert AuditEvent.objects.count() == before
        assert Report.objects.count() == 1
    (queued,) = list_reports(node.operator)
    assert (queued.number, queued.known, queued.queue) == (first.number, 1, "NL-UNIT")
    row, said, items = show_report(first.number, actor=node.operator)
    assert (row.level, len(items), said["reference"]) == ("ordinary", 4, "HL-1")
    (sent,) = list_reports(actor, handed_in=True)
    assert (sent.known, sent.level, sent.reasons, sent.outcome) == (None, None, (), "")
    close_report(first.number, ReportOutcome.NOT_ILLEGAL_HERE, words="Drawn.", actor=node.operator)
    (sent,) = list_reports(actor, handed_in=True, closed=True)
    assert (sent.outcome, sent.outcome_words) == ("not-illegal-here", "Drawn.")
    assert list_reports(node.operator) == ()
    with pytest.raises(InputError, match="closed already"):
        close_report(first.number, ReportOutcome.NEW, actor=node.operator)
    acts = {AuditTag.REPORT_TAKEN, AuditTag.REPORT_CLOSED, AuditTag.REPORT_SHOWN}
    with as_the_node("a test looks"):
        assert acts <= set(AuditEvent.objects.values_list("tag", flat=True))


def test_only_the_queue_closes_and_others_find_nothing(node: Node, tmp_path: Path) -> None:
    actor, other = hotline(), Actor.operator(unit(node, "BR-UNIT"))
    taken = take(node, written(tmp_path, "HL-1", fresh(1)), actor)
    for stranger in (other, actor):
        with pytest.raises(AccessError):
            close_report(taken.number, ReportOutcome.NEW, actor=stranger)
    with pytest.raises(AccessError):
        show_report(taken.number, actor=other)
    assert list_reports(other) == ()
    company = authority("CO", AuthorityKind.COMPANY, country="NL")
    account = Actor.person(person(company, "co", Role.REPORTER))
    assert take(node, written(tmp_path, "C-1", fresh(2)), account).is_new
    assert not take(node, written(tmp_path, "C-1", fresh(2)), account).is_new
    with pytest.raises(AccessError):
        list_reports(account, handed_in=True)
    auditor = Actor.person(person(node.authority, "audit", Role.AUDITOR))
    with pytest.raises(AccessError):
        take_report(node, written(tmp_path, "A-1", fresh(3)), actor=auditor)


def test_each_rule_of_the_way_leads_to_its_queue(sqlite_node: Node, tmp_path: Path) -> None:
    node = sqlite_node
    unit(node, "BR-UNIT")
    dutch, french = hotline("NL"), hotline("FR")
    seen = {"seen": [{"kind": "web", "country": "BR"}, {"kind": "web", "country": "FR"}]}
    paths = {
        Route.STATED: (written(tmp_path, "1", fresh(1), country="BR"), dutch),
        Route.SEEN: (written(tmp_path, "2", {**fresh(2), **seen}, country="FR"), dutch),
        Route.REPORTER: (written(tmp_path, "3", fresh(3)), dutch),
        Route.NODE: (written(tmp_path, "4", fresh(4)), french),
    }
    for path, actor in paths.values():
        take(node, path, actor)
    rows = list(Report.objects.order_by("reference").values_list("route", "queue__code"))
    assert rows == [
        (Route.STATED, "BR-UNIT"),
        (Route.SEEN, "BR-UNIT"),
        (Route.REPORTER, "NL-UNIT"),
        (Route.NODE, "NL-UNIT"),
    ]
    Authority.objects.create(code="HUB", name="Hub", kind=AuthorityKind.HUB, country="FR", contact="c")
    take(node, written(tmp_path, "5", fresh(5)), french)
    assert Report.objects.get(reference="5").queue.code == "HUB"


def test_the_queue_is_in_the_order_of_its_rules_and_bundles_reporters(
    sqlite_node: Node, tmp_path: Path
) -> None:
    node, actor = sqlite_node, hotline()
    held = media()
    sighting(held, node.authority)
    for name, item, more in (
        ("spam", fresh(1), {"markers": ["spam"]}),
        ("known", of(held), {"urgent": "now"}),
        ("plain", fresh(2), {"reporter": "B"}),
        ("other", fresh(3), {"reporter": "A"}),
        ("bundled", fresh(4), {"reporter": "B"}),
        ("grave", {**fresh(5), "markers": ["sextortion", "spam"]}, {}),
        ("class", {**fresh(6), "classification": "A1"}, {}),
        ("urgent", fresh(7), {"urgent": "now"}),
        ("ongoing", of(held), {"markers": ["ongoing-abuse"]}),
    ):
        take(node, written(tmp_path, name, item, **more), actor)
    rows = list_reports(node.operator)
    assert [(row.reference, row.level) for row in rows] == [
        ("urgent", "first"),
        ("ongoing", "first"),
        ("grave", "high"),
        ("class", "high"),
        ("plain", "ordinary"),
        ("bundled", "ordinary"),
        ("other", "ordinary"),
        ("known", "known"),
        ("spam", "last"),
    ]
    assert rows[1].reasons == ("It is marked ongoing-abuse.", "Everything in it is recorded already.")


def test_what_the_queue_may_not_know_is_new_to_it_and_its_owner_is_told(
    sqlite_node: Node, tmp_path: Path
) -> None:
    other = Actor.operator(unit(sqlite_node, "BR-UNIT"))
    hidden = media()
    sighting(hidden, other.authority)
    series(other.authority, hidden, handling=Handling.BLIND)
    actor = hotline()
    for name in ("1", "2"):
        take(sqlite_node, written(tmp_path, name, of(hidden)), actor)
    rows = [(row.known, row.level) for row in list_reports(sqlite_node.operator)]
    assert rows == [(0, "ordinary"), (1, "known")]  # The second time by the report before it.
    (known,) = Series.objects.all()
    told = [("blind-met", known.pk, "NL-HOTLINE")] * 2
    assert told_of(other.authority) == told  # Of each report, though the queue learns nothing.


def test_files_beside_reports_in_xml_belong_to_the_one_they_name(sqlite_node: Node, tmp_path: Path) -> None:
    path = tmp_path / "tips.xml"
    hashed = '<originalFileHash hashType="MD5">{:032x}</originalFileHash>'
    file = f"<fileDetails><reportId>{{}}</reportId>{hashed}</fileDetails>"
    one = "<report><reportId>1</reportId></report>"
    two = "<report><reportId>2</reportId></report>"
    path.write_text(
        f"<reports>{one}{two}{file.format(1, 11)}{file.format(2, 12)}{file.format(1, 13)}</reports>"
    )
    found = take_report(sqlite_node, path, actor=hotline(), open_pool=InProcessPool)
    assert [(each.reference, each.items) for each in found] == [("1", 2), ("2", 1)]


def test_a_report_that_broke_off_is_finished_when_it_is_taken_again(
    sqlite_node: Node, tmp_path: Path
) -> None:
    actor = hotline()
    path = written(tmp_path, "HL-1", fresh(1))
    with (
        patch("cairn.services.reports.registering.plan", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        take(sqlite_node, path, actor)
    assert not Report.objects.get().is_recorded
    assert not Sighting.objects.exists()
    assert not take(sqlite_node, path, actor).is_new
    assert Report.objects.get().is_recorded
    assert Sighting.objects.count() == 1


def test_a_file_that_is_not_beside_its_report_or_another_is_refused_and_nothing_is_taken(
    sqlite_node: Node, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "secret").write_text("mine")
    (tmp_path / "in" / "link").symlink_to(tmp_path / "secret")
    (tmp_path / "in" / "1.bin").write_text("harmless")
    items: list[dict[str, object]] = [{"file": "missing"}, {"file": "link"}, {**fresh(1), "file": "1.bin"}]
    for item in items:
        with pytest.raises(InputError) as refused:
            take(sqlite_node, written(tmp_path / "in", "HL-1", item), sqlite_node.operator)
        assert refused.value.code == "report.file"
    path = tmp_path / "text"
    path.write_text("none")
    with pytest.raises(InputError, match="no report"):
        take_report(sqlite_node, path, actor=sqlite_node.operator)
    assert not Report.objects.exists()
