"""A reporter, such as a company's system, records what it reports, and sees nothing of what is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cairn.errors import AccessError, InputError
from cairn.records.authorities import AuthorityKind
from cairn.records.sightings import Sighting
from cairn.records.users import Actor, Role
from cairn.services.checking.check import check
from cairn.services.checking.planning import CheckRequest
from cairn.services.series.opening import create_series
from cairn.types import Verdict
from pictures import drawn, save
from services.persons import person
from services.seizures import run, unit
from stand_ins import InProcessPool

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.answering.answer import Answer
    from cairn.services.node.opening import Node


@pytest.fixture
def upload(tmp_path: Path) -> Path:
    return save(drawn(1), tmp_path / "upload.jpg")


def asked(node: Node, upload: Path, actor: Actor, **words: object) -> Answer:
    return check(node, CheckRequest((upload,), actor=actor, **words), open_pool=InProcessPool)  # type: ignore[arg-type]  # a test's words


def test_what_a_reporter_registers_is_met_by_police_and_not_by_the_reporter(node: Node, upload: Path) -> None:
    company = unit(node, "US-CO", kind=AuthorityKind.COMPANY)
    reporter = person(company, Role.REPORTER)
    first = asked(node, upload, reporter, case="report-1", register=True)
    assert (first.registered, first.files[0].verdict) == (1, Verdict.NEW)
    (met,) = run(node, upload).files[0].matches
    assert [holder.authority for holder in met.holders] == ["US-CO"]
    assert asked(node, upload, reporter).files[0].verdict is Verdict.NEW


def test_the_operator_reports_for_a_company_too(node: Node, upload: Path) -> None:
    operator = Actor.operator(unit(node, "US-CO", kind=AuthorityKind.COMPANY))
    assert asked(node, upload, operator, case="report-1", register=True).registered == 1


def test_a_reporter_puts_nothing_into_a_series_and_works_no_case(node: Node, upload: Path) -> None:
    line = unit(node, "CA-LINE", kind=AuthorityKind.HOTLINE)
    create_series("Stone", actor=Actor.operator(line))
    reporter = person(line, Role.REPORTER)
    with pytest.raises(InputError, match="no series 'Stone'"):
        asked(node, upload, reporter, case="report-1", register=True, series="Stone")
    with pytest.raises(AccessError):
        asked(node, upload, reporter, case="report-1")
    assert not Sighting.objects.exists()


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_who_keeps_accounts_or_reads_the_log_registers_nothing(node: Node, upload: Path, role: Role) -> None:
    with pytest.raises(AccessError):
        asked(node, upload, person(node.authority, role), case="report-1", register=True)
