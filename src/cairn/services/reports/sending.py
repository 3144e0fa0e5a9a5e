"""Reports that come with their files: by a form or a program; kept here until they are taken."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from cairn.errors import InputError
from cairn.fingerprints.sandbox import DecoderPool
from cairn.records.lock import under_lock
from cairn.sentences import Sentence
from cairn.services.reports.taking import take_report

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cairn.records.node import NodeConfig
    from cairn.records.users import Actor
    from cairn.services.checking.measuring import OpenPool
    from cairn.services.node.opening import Node
    from cairn.services.reports.taking import Acknowledgement


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that was sent along with a report.

    Attributes:
        name: As whoever sends it calls it: a name, or a path below what was chosen.
        path: Where its bytes lie on the node's disk. They stay there, and are not changed.
    """

    name: str
    path: Path


@under_lock
def take_sent(
    node: Node,
    report: Path,
    files: Sequence[SentFile],
    *,
    actor: Actor,
    open_pool: OpenPool = DecoderPool,
) -> tuple[Acknowledgement, ...]:
    """Take in the reports of a file together with what was sent along; see ``take_report``.

    Every file is taken: one that no item names is told by its hashes, or becomes an item of its own. Each is
    measured in the sandbox, becomes a sighting of the report, and is kept where the node has a vault. What of
    it lies outside the vault is deleted when this answers.

    Args:
        node: The open node.
        report: The file of the report, on the node's disk.
        files: What came with it; none for hashes alone.
        actor: Who hands it in.
        open_pool: Where hostile bytes are decoded.

    Raises:
        AccessError: The actor may not report.
        InputError: It is no report, two files have one name, or files are missing or others
            (``report.unknown``, ``report.invalid``, ``report.file``); then nothing is taken.
        ConfigurationError: The records cannot be reached.
    """
    with _together(node.config, report, files) as (path, folder):
        return take_report(node, path, actor=actor, sent=folder, open_pool=open_pool)


@contextmanager
def _together(config: NodeConfig, report: Path, files: Sequence[SentFile]) -> Iterator[tuple[Path, Path]]:
    """Lay a report and its files into a folder of their own: it finds nothing of anybody else beside it."""
    config.uploads_folder.mkdir(mode=0o700, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="report-", dir=config.uploads_folder) as place:
        path, folder = Path(place, "report"), Path(place, "files")
        folder.mkdir()
        _lay(report, path)
        for each in files:
            target = folder.joinpath(*_names(each.name))
            if target.exists():
                raise InputError(
                    Sentence("Two files were sent as %(name)s.", name=each.name), code="report.file"
                )
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                _lay(each.path, target)
            except OSError as error:
                raise InputError(
                    Sentence("A file has a name that the node cannot keep."), code="report.file"
                ) from error
        yield path, folder


def _names(name: str) -> tuple[str, ...]:
    """Answer the parts of a name; one that could lead elsewhere is kept by its last part."""
    names = PurePosixPath(name).parts
    is_plain = all(each not in {"..", "/"} and "\0" not in each for each in names)
    last = name.replace("\0", "").rpartition("/")[2]
    return names if names and is_plain else (last if last not in {"", ".", ".."} else "file",)


def _lay(source: Path, target: Path) -> None:
    """Put a file under another name beside its own: without a second copy where the disk can do that."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
