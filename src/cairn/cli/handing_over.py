"""Hands an answer over in the forms that were asked for, and refuses bad places before any work is done."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cairn.errors import InputError
from cairn.services.checking.whole_file import digest_place
from cairn.services.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cairn.intake import Item
    from cairn.services.answering.answer import Answer

STDOUT = Path("-")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The files that were asked for, each ``None`` where it was not; the JSON may go to ``-``, stdout."""

    json_file: Path | None
    receipt_file: Path | None
    report_file: Path | None
    write_back_file: Path | None = None

    def require_places(self, *, outside: Sequence[Path], node: Path) -> None:
        """Make sure that every file can be written, and that none lies in the evidence or in the node.

        Raises:
            InputError: It lies at or below a path that is checked (``check.into-evidence``), or in the node's
                folder, where it could overwrite the records (``output.into-node``), or its folder is
                not there or may not be written (``output.missing``, ``output.forbidden``), or two are to be
                the same file (``output.twice``).
        """
        taken: set[Path] = set()
        for file in self._files():
            _require_place(file, outside)
            if file.resolve().is_relative_to(node.resolve()):
                raise InputError(f"{file} lies in the node. Choose another place.", code="output.into-node")
            if file.resolve() in taken:
                raise InputError(f"{file} is asked for twice: each file needs a place.", code="output.twice")
            taken.add(file.resolve())

    def require_case_file(self, items: Sequence[Item]) -> None:
        """Make sure that there is one case file to write the answers into, where that was asked for.

        Raises:
            InputError: What is checked is not exactly one (``check.write-back``).
        """
        if self.write_back_file is not None and len(items) != 1:
            raise InputError(
                "Answers can be written into one VICS case file that is checked with nothing beside it. "
                f"This is {'no VICS case file' if not items else f'a set of {len(items)}'}.",
                code="check.write-back",
            )

    def _files(self) -> Iterator[Path]:
        """Yield every file that will be written, the receipt's digest beside it included."""
        for file in (self.json_file, self.receipt_file, self.report_file, self.write_back_file):
            if file is not None and file != STDOUT:
                yield file
        if self.receipt_file is not None:
            yield digest_place(self.receipt_file)

    def hand_over(self, answer: Answer, items: Sequence[Item] = ()) -> None:
        """Write what was asked for; the screen is for the person unless the JSON takes it."""
        # Late, because a refusal should not wait for them.
        from rich.console import Console  # noqa: PLC0415

        from cairn.cli.answer_view import show  # noqa: PLC0415
        from cairn.services.answering.answer_json import dump_json, write_json  # noqa: PLC0415
        from cairn.services.answering.receipt import write_receipt  # noqa: PLC0415
        from cairn.services.casefiles.writing_back import write_back  # noqa: PLC0415
        from cairn.services.report import write_report  # noqa: PLC0415

        takes_stdout = self.json_file == STDOUT
        said = []
        if self.write_back_file is not None:
            written = write_back(answer, items[0], self.write_back_file)
            said.append(
                f"The case with the answers is in {self.write_back_file}: {written.changed:,} of "
                f"{written.media:,} media say something new."
            )
        if self.report_file is not None:
            write_report(answer, self.report_file)
            said.append(f"The report is in {self.report_file}.")
        if self.receipt_file is not None:
            digest = write_receipt(answer, self.receipt_file)
            said.append(f"The receipt is in {self.receipt_file}; its SHA-256 is {digest}.")
        if takes_stdout:
            dump_json(answer, sys.stdout)
        else:
            if self.json_file is not None:
                write_json(answer, self.json_file)
            show(answer, Console())
        for sentence in said:
            click.echo(visible(sentence), err=takes_stdout)


def _require_place(file: Path, outside: Sequence[Path]) -> None:
    place = file.resolve()
    if any(place.is_relative_to(path.resolve()) for path in outside):
        raise InputError(
            f"{file} lies in what is being checked, and evidence is never written to.",
            code="check.into-evidence",
        )
    if not place.parent.is_dir():
        raise InputError(f"There is no folder to write {file} into.", code="output.missing")
    if not os.access(place.parent, os.W_OK):
        raise InputError(f"{file} may not be written by this user.", code="output.forbidden")
