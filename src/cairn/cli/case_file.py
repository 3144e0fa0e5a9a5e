"""``cairn vics``: what a case file of another program holds."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from cairn.cli.options import EvidencePath
from cairn.cli.progress import file_progress
from cairn.services.inspecting.cases import CaseInspection, inspect_cases
from cairn.services.visible import visible

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.intake.vics import Form

EXIT_SOMETHING_ODD = 1
FIRST_RECORDS = 20
"""How many odd records are listed unless all are asked for."""


@click.group(name="vics")
def case_file() -> None:
    """Say what a VICS case file holds."""


@case_file.command()
@click.argument("files", nargs=-1, required=True, type=EvidencePath())
@click.option(
    "--all", "list_all", is_flag=True, help=f"List every odd record, not the first {FIRST_RECORDS}."
)
def inspect(files: tuple[Path, ...], list_all: bool) -> None:
    """Count the media in FILES, one VICS set, and say what is odd about them.

    Nothing is recorded. It ends with 1 when records are odd, totals contradict them, or a file breaks off.
    """
    listed: list[str] = []
    odd = 0

    def keep(number: int, why: str) -> None:
        nonlocal odd
        odd += 1
        if list_all or len(listed) < FIRST_RECORDS:
            listed.append(f"  record {number:,}: {why}")

    with file_progress("Reading") as (advance, _):
        found = inspect_cases(files, on_doubt=keep, on_media=lambda media: advance(media, media))
    lines = [*_in_words(found), *listed]
    if odd > len(listed):
        lines.append(f"  … and {odd - len(listed):,} more; --all lists them")
    click.echo("\n".join(lines))
    if odd or found.contradictions or found.broken:
        sys.exit(EXIT_SOMETHING_ODD)


def _in_words(found: CaseInspection) -> list[str]:
    tally = found.tally
    lines = [_form_in_words(form) for form in found.forms]
    lines += [
        f"  case {visible(each.case.case_number or each.case.case_id or 'without a number')}: "
        f"{each.tally.records:,} media"
        for each in found.cases
    ]
    lines.append(f"  {tally.records:,} media in {tally.files:,} places")
    for count, words in (
        (tally.without_digest, "without a digest"),
        (tally.with_doubts, "with a field that holds what it may not"),
        (tally.refused, "that are no records"),
    ):
        if count:
            lines.append(f"  {count:,} {words}")
    lines += [f"  {said}" for said in found.contradictions]
    if found.broken:
        lines.append(f"  A file could not be read to its end: {visible(found.broken.sentence)}")
    return lines


def _form_in_words(form: Form | None) -> str:
    if form is None:
        return "This is a VICS file that does not say which version."
    said = f"This is VICS {visible(form.version)}, {form.kind.lower()}"
    said += f", profile {visible(form.profile)}" if form.profile else ""
    return said + ("." if form.is_known else ": a version that Cairn was not tested with.")
