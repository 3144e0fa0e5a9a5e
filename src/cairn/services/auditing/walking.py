"""Walks over the rows of the log once, compares each with its hash, and grows the tree over them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cairn.records.audit import StoredRow, stored_rows
from cairn.services.auditing.findings import MOST_NAMED, Finding, Wrong, positions
from cairn.transparency import Frontier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cairn.transparency import TreeHead

    Watch = Callable[[int, int], None]

_BATCH_ROWS = 5_000


@dataclass(slots=True)
class Walk:
    """One pass over the log; what it learns stands in its attributes afterwards.

    Attributes:
        size: How long the log says it is.
        kept: The hashes of the counterfoil from position 0 on, as far as it can be trusted.
        heads: The heads to compare, by size.
        tree: The tree so far; ``None`` from where the hash of an entry is nowhere to be found.
        suspects: Rows whose contents do not fit the hash that was written with them, and what that hash is.
        gaps: First and last position of stretches without a row.
        findings: What was found on the way.
        unnamed: How many rows more are wrong than were remembered.
        holding: Heads that fit the tree.
        failing: Heads that do not.
    """

    size: int
    kept: Iterator[bytes]
    heads: Sequence[TreeHead]
    tree: Frontier | None = field(default_factory=Frontier)
    suspects: list[tuple[StoredRow, bytes]] = field(default_factory=list)
    gaps: list[tuple[int, int]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    unnamed: int = 0
    holding: list[TreeHead] = field(default_factory=list)
    failing: list[TreeHead] = field(default_factory=list)
    _pending: list[bytes] = field(default_factory=list)
    _next: int = 0
    _compared: int = 0

    def run(self, watch: Watch) -> None:
        """Read every row and compare it."""
        self._compare_heads()
        for row in stored_rows(end=self.size):
            if row.position < self._next:
                self._add_finding(_doubled(row))
                continue
            self._skip_to(row.position)
            self._take(row)
            if not self._next % _BATCH_ROWS:
                watch(self._next, self.size)
        self._skip_to(self.size)
        self._grow()
        watch(self.size, self.size)

    def _take(self, row: StoredRow) -> None:
        trusted = next(self.kept, None)
        true = row.leaf if trusted is None else trusted
        if row.leaf_at(row.position) != true:
            self._remember(row, true)
        elif row.leaf != true:
            self._add_finding(_hash_changed(row))
        self._push(true)

    def _skip_to(self, position: int) -> None:
        """Pass over positions without a row; the counterfoil may know what their hashes were."""
        if position > self._next:
            self.gaps.append((self._next, position - 1))
        while self._next < position:
            trusted = next(self.kept, None)
            if trusted is None:
                self._next, self.tree = position, None
                return
            self._push(trusted)

    def _push(self, leaf: bytes) -> None:
        self._next += 1
        if self.tree is None:
            return
        self._pending.append(leaf)
        is_head = self._compared < len(self.heads) and self.heads[self._compared].size == self._next
        if is_head or len(self._pending) >= _BATCH_ROWS:
            self._grow()
            self._compare_heads()

    def _grow(self) -> None:
        if self.tree is not None:
            self.tree = self.tree.extend(self._pending)
        self._pending.clear()

    def _compare_heads(self) -> None:
        while self.tree is not None and self._compared < len(self.heads):
            head = self.heads[self._compared]
            if head.size != self.tree.size:
                return
            (self.holding if head.root == self.tree.root else self.failing).append(head)
            self._compared += 1

    def _remember(self, row: StoredRow, true: bytes) -> None:
        if len(self.suspects) < MOST_NAMED:
            self.suspects.append((row, true))
        else:
            self.unnamed += 1

    def _add_finding(self, finding: Finding) -> None:
        if len(self.findings) < MOST_NAMED:
            self.findings.append(finding)
        else:
            self.unnamed += 1


def _doubled(row: StoredRow) -> Finding:
    return Finding(
        Wrong.ADDED,
        f"Row {row.id} says that it stands at position {row.position}, where another row stands.",
        row.position,
        row.position,
        (row.id,),
    )


def _hash_changed(row: StoredRow) -> Finding:
    return Finding(
        Wrong.HASH,
        f"The hash beside the entry at {positions(row.position, row.position)} (row {row.id}) was changed; "
        "the entry itself is as it was written.",
        row.position,
        row.position,
        (row.id,),
    )
