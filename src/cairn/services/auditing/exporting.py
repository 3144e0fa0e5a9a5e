"""The log as a file for auditors: one line an entry, from which anybody can compute the tree."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from django.db import transaction

from cairn.errors import InputError, IntegrityError
from cairn.records import audit
from cairn.records.access import Act, require, visible_events
from cairn.records.audit import stored_rows
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.services.auditing.proving import prove_growth
from cairn.services.checking.whole_file import written_whole
from cairn.transparency import HASH_BYTES, Frontier, leaf_hash, parse_growth

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from cairn.records.audit import StoredRow
    from cairn.records.users import Actor
    from cairn.services.auditing.walking import Watch
    from cairn.services.node.opening import Node
    from cairn.transparency import SignedHead, VerifierKey

_BATCH_ROWS = 5_000
MOST_LINE_BYTES = 16 << 20
"""As long as the longest entry in a proof."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written.

    Attributes:
        entries: How many lines.
        withheld: How many of them are only a hash, because the asker may not read the entry.
        head: The signed head that covers them.
    """

    entries: int
    withheld: int
    head: SignedHead


def head_place(path: Path) -> Path:
    """Answer where the head of an export is written: beside it."""
    return path.with_name(path.name + ".head")


@under_lock
def export_log(
    node: Node, path: Path, *, actor: Actor, since: int = 0, watch: Watch = lambda *_: None
) -> Exported:
    """Write the entries from position ``since`` on to ``path``, and the head with its growth beside it.

    An entry that the actor may not read is a line with its hash alone, so that the tree can be computed and
    nobody has to believe that nothing was left out. The export itself is audited, as its last entry.

    Raises:
        AccessError: The actor may not read the log (``access.missing``).
        InputError: The log was never that long, or the place cannot hold a file.
        IntegrityError: An entry does not fit its hash (``audit.rewritten``); or as ``sign_head``.
        ConfigurationError: The disk is full; or as ``sign_head``.
    """
    require(actor, Act.AUDIT_READ)
    with database_errors_in_words():
        with transaction.atomic():
            audit.append(audit.AuditTag.LOG_EXPORTED, actor=actor, counts={"since": since})
        growth = prove_growth(node.config, since)
        size = growth.head.head.size
        withheld = 0
        with written_whole(path) as stream:
            for number, (row, is_shown) in enumerate(_shown(actor, since, size), start=1):
                stream.write(_line(row, is_shown=is_shown))
                withheld += not is_shown
                watch(number, size - since)
        with written_whole(head_place(path)) as stream:
            stream.write(growth.text)
    return Exported(size - since, withheld, growth.head)


def check_export(paths: Sequence[Path], *, keys: Sequence[VerifierKey]) -> SignedHead:
    """Answer the head that an export hangs together with; needs the files, public keys and nothing else.

    Args:
        paths: The exports of one log, the first from position 0, each going on where the one before ended.
        keys: The node's public key.

    Raises:
        InputError: A file is missing or no export (``export.invalid``).
        IntegrityError: The lines do not give the root that was signed, or the log did not grow from one
            export to the next (``export.broken``), or the signature does not hold (``head.signature``).
    """
    tree, head = Frontier(), None
    for path in paths:
        growth = parse_growth(_text(head_place(path)))
        growth.head.require_own_signature(keys)
        if growth.old_size != tree.size or not growth.holds_from(tree.root):
            raise _broken(f"{path.name} does not go on where the file before it ended.")
        tree = tree.extend(_leaves(path))
        head = growth.head
        if (head.head.size, head.head.root) != (tree.size, tree.root):
            raise _broken(f"The lines of {path.name} are not those that the node has signed.")
    if head is None:
        raise InputError("There is no export to check.", code="export.invalid")
    return head


def _shown(actor: Actor, since: int, size: int) -> Iterator[tuple[StoredRow, bool]]:
    """Answer every row, and whether the actor may read it."""
    rows = stored_rows(since, end=size)
    readable = visible_events(actor)
    while batch := list(islice(rows, _BATCH_ROWS)):
        between = readable.filter(position__gte=batch[0].position, position__lte=batch[-1].position)
        shown = set(between.values_list("position", flat=True))
        yield from ((row, row.position in shown) for row in batch)


def _line(row: StoredRow, *, is_shown: bool) -> str:
    if row.entry is None or row.leaf_at(row.position) != row.leaf:
        raise IntegrityError(
            f"The entry at position {row.position} does not fit its hash. See: cairn audit verify",
            code="audit.rewritten",
        )
    if is_shown:
        return row.entry.encoded().decode() + "\n"
    return f'{{"leaf":"{row.leaf.hex()}","position":{row.position}}}\n'


def _leaves(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while line := stream.readline(MOST_LINE_BYTES):
            yield _leaf(line.rstrip(b"\n"), path)


def _leaf(line: bytes, path: Path) -> bytes:
    if not line.startswith(b'{"leaf":'):
        return leaf_hash(line)
    try:
        values = json.loads(line)
        leaf = bytes.fromhex(values["leaf"])
    except (ValueError, TypeError, KeyError, RecursionError):
        leaf = b""
    if len(leaf) != HASH_BYTES:
        raise InputError(f"{path.name} is no export of a log.", code="export.invalid")
    return leaf


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise InputError(
            f"{path.name}, the head that belongs to the export, is missing or unreadable.",
            code="export.invalid",
        ) from None


def _broken(sentence: str) -> IntegrityError:
    return IntegrityError(sentence, code="export.broken")
