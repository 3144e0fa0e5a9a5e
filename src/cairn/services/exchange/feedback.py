"""What programs say of the hashes of entries they were given: that they fit, or why they do not."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final

import numpy as np
from django.db import transaction

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, missing, require, visible_to
from cairn.records.connection import database_errors_in_words
from cairn.records.giving import ListFeedback
from cairn.records.lists import ListChunk
from cairn.records.lock import as_the_node, under_lock
from cairn.services.exchange.giving import KINDS
from cairn.services.hash_lists.entries import entry_keys, entry_of_name
from cairn.services.hash_lists.noticing import WHY, lists_given_to
from cairn.services.hash_lists.packing import unpack

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cairn.records.lists import HashList
    from cairn.records.users import Actor

_OURS: Final = uuid.UUID("6f6d2f4e-9d0e-5f6b-8a53-2d7ac1f3b0c4")
REASONS: Final = {
    str(uuid.uuid5(_OURS, word)): sentence
    for word, sentence in (
        ("not-illegal", "It is not illegal where we are"),
        ("harmless", "It shows nothing of the kind"),
        ("wrong-hash", "The hash belongs to another file"),
        ("common", "The hash meets files that have nothing to do with each other"),
    )
}
"""Why an entry may not fit, by id; the ids stay for good."""
FEEDBACK_KINDS: Final = {name.upper(): kind for kind, name in KINDS.items()}


@under_lock
def take_feedback(
    owner: int, entry: str, kind: str, *, reasons: Sequence[str], actor: Actor, now: datetime
) -> None:
    """Keep what the actor's authority says of a hash; it takes the place of what it said before.

    Args:
        owner: The number of the member whose entry it is.
        entry: What the entry is called.
        kind: Which of its hashes, such as ``MD5``.
        reasons: Why it does not fit, by id; none where it does.
        actor: Who says so.
        now: When.

    Raises:
        AccessError: There is no such hash of an entry that was given to the actor.
        InputError: A reason is none (``feedback.reason``).
    """
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.LIST_READ)
        held = _list_of(owner, entry, kind, actor)
        if not set(reasons) <= REASONS.keys():
            raise InputError("There is no such reason; see: GET /v2/feedback", code="feedback.reason")
        with as_the_node(WHY):
            ListFeedback.objects.update_or_create(
                hash_list=held,
                entry=entry,
                kind=kind,
                authority=actor.authority,
                defaults={"is_affirmative": not reasons, "reasons": sorted(set(reasons)), "at": now},
            )
        audit.append(audit.AuditTag.LIST_FEEDBACK, actor=actor, record_ids=[held.pk])


def _list_of(owner: int, entry: str, kind: str, actor: Actor) -> HashList:
    wanted = FEEDBACK_KINDS.get(kind)
    for held in lists_given_to(actor).filter(owner=owner):
        key = entry_of_name(held, entry)
        if key is None or wanted is None:
            continue
        chunks = visible_to(actor, ListChunk).filter(
            version__hash_list=held, version__superseded_at=None, version__withdrawn_at=None
        )
        for chunk in chunks.iterator(chunk_size=20):
            columns = unpack(chunk.columns)
            rows = np.flatnonzero(entry_keys(columns) == np.uint64(key))
            if any(columns.of(wanted, row) is not None for row in rows.tolist()):
                return held
    raise missing()
