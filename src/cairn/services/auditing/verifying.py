"""Verifying the log: every entry, every hash, every head that was ever signed. It changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Max

from cairn.errors import IntegrityError
from cairn.records.audit import AuditEvent, AuditState, rows_outside, unlisted_rows
from cairn.records.connection import database_errors_in_words
from cairn.records.counterfoil import Counterfoil
from cairn.records.lock import node_work
from cairn.records.node_key import require_own_key, trusted_keys
from cairn.services.auditing.findings import MOST_NAMED, Finding, Verification, Wrong, positions
from cairn.services.auditing.naming import named_rows
from cairn.services.auditing.vouching import confirmed, vouchers
from cairn.services.auditing.walking import Walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cairn.records.node import NodeConfig
    from cairn.services.auditing.vouching import Vouchers
    from cairn.services.auditing.walking import Watch
    from cairn.transparency import Frontier, SignedHead, TreeHead, VerifierKey


@node_work("the log is verified whole")
def verify_log(
    config: NodeConfig,
    *,
    keys: Sequence[VerifierKey] = (),
    heads: Sequence[SignedHead] = (),
    watch: Watch = lambda *_: None,
) -> Verification:
    """Recompute the whole log, compare it with everything that vouches for it, and name what is wrong.

    Acts may be appended meanwhile; they count for the next time. It costs one read of every row and about
    three hashes for each, in memory that does not grow with the log.

    Args:
        config: The node.
        keys: Public keys to believe beside the node's own, such as one that was lost.
        heads: Heads to compare with beside the recorded ones, such as one that a notary has kept.
        watch: Is told how many entries are done, and of how many.

    Raises:
        InputError: One of the keys is of another node (``key.foreign``).
        ConfigurationError: The node's own cannot be read (``node.key``).
    """
    for key in keys:
        require_own_key(config, key)
    with database_errors_in_words():
        believed = [*trusted_keys(config), *keys]
        vouched = vouchers(config, believed, heads)
        tree = _tree()
        size = _size() if tree is None else tree.size
        within = [head for head in vouched.heads if head.size <= size]
        kept = Counterfoil(config.folder).leaves(end=min(vouched.kept, size))
        walk = Walk(size=size, kept=kept, heads=within)
        walk.run(watch)
        outside = [] if tree is None else rows_outside()
        failing, bad_heads = confirmed(walk.failing, vouched, believed)
        whole = not (walk.findings or walk.suspects or walk.gaps or outside or walk.unnamed)
        unlisted = unlisted_rows() if whole else []
    findings = [
        *vouched.findings,
        *bad_heads,
        *walk.findings,
        *named_rows(walk.suspects, walk.gaps),
        *_shortened(vouched, size),
        *_rewritten(failing, walk.holding),
        *_state_findings(tree, walk),
        *(_outside(row) for row in outside[:MOST_NAMED]),
        *(_unlisted(*row) for row in unlisted[:MOST_NAMED]),
    ]
    return Verification(
        entries=size,
        root=None if walk.tree is None else walk.tree.root,
        heads=len(vouched.heads),
        covered=max((head.size for head in walk.holding), default=0),
        by_counterfoil=min(vouched.kept, size),
        witnesses=vouched.witnesses,
        findings=findings,
        unnamed=walk.unnamed,
    )


def _tree() -> Frontier | None:
    """Answer the tree that the log grows from, or ``None`` where it is gone or makes no sense."""
    try:
        return AuditState.objects.get().tree
    except (AuditState.DoesNotExist, IntegrityError, TypeError, AttributeError):
        return None


def _size() -> int:
    """Answer how many entries there are at least, where the log itself cannot say it."""
    last = AuditEvent.objects.aggregate(last=Max("position"))["last"]
    return last + 1 if isinstance(last, int) else 0


def _shortened(vouched: Vouchers, size: int) -> Iterator[Finding]:
    longest = max((head.size for head in vouched.heads), default=0)
    if longest > size:
        yield Finding(
            Wrong.SHORTENED,
            f"The log ends after {size} entries, and a signed head speaks of {longest}: the entries at "
            f"{positions(size, longest - 1)} are missing. Was a backup put back?",
            size,
            longest - 1,
        )


def _rewritten(failing: Sequence[TreeHead], holding: Sequence[TreeHead]) -> Iterator[Finding]:
    """Say between which heads the log was changed together with its hashes."""
    if not failing:
        return
    first = failing[0].size
    start = max((head.size for head in holding if head.size < first), default=0)
    yield Finding(
        Wrong.REWRITTEN,
        f"{len(failing)} signed heads do not hold, the first of them of size {first}: among the entries at "
        f"{positions(start, first - 1)} at least one was changed, removed or moved, and hashes with it.",
        start,
        first - 1,
    )


def _state_findings(tree: Frontier | None, walk: Walk) -> Iterator[Finding]:
    if tree is None:
        yield Finding(Wrong.STATE, "The row from which the log grows is missing or damaged.")
    elif walk.tree is not None and walk.tree != tree:
        yield Finding(Wrong.STATE, "The row from which the log grows does not fit the entries.")


def _outside(row: int) -> Finding:
    return Finding(
        Wrong.ADDED, f"Row {row} stands outside of the log: nobody appended it as an act.", rows=(row,)
    )


def _unlisted(position: int, row: int) -> Finding:
    return Finding(
        Wrong.UNLISTED,
        f"The entry at {positions(position, position)} (row {row}) is as it was written, but the owner of "
        "a series that it is about is not told of it.",
        position,
        position,
        (row,),
    )
