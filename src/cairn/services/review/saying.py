"""Saying with a category what media are: for many at once, its effect told before, and taken back after.

A word that gives way is withdrawn and not deleted: the records keep who had said what.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, missing, require, visible_to
from cairn.records.categories import Categorisation, Category
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.records.media import Media
from cairn.sentences import Sentence
from cairn.services.cases import own_case
from cairn.services.categories import find_category

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from cairn.records.cases import Case
    from cairn.records.users import Actor

MOST_AT_ONCE = 200
"""Media a decision: more than a page holds, and few enough that its effect can be read."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a decision changed for one media: the own word of its scheme before and after, by category."""

    sha256: str
    before: int | None
    after: int


@dataclass(frozen=True, slots=True)
class Effect:
    """What a decision would do.

    Attributes:
        category: As typed.
        media: How many.
        first: Of these, the ones of which the authority had said nothing in this scheme.
        same: The ones of which it has said just this.
        instead: How many words of its own are replaced, by category.
        others: What other authorities have said differently in this scheme, by authority and category.
    """

    category: str
    media: int
    first: int
    same: int
    instead: Mapping[str, int]
    others: Mapping[str, int]


@under_lock
def effect_of(media: Collection[bytes], typed: str, *, actor: Actor) -> Effect:
    """Answer what saying this of these media would change; nothing is changed.

    Raises:
        AccessError: A media is not there for the actor.
        InputError: There is no such category, or they are too many (``category.missing``, ``category.many``).
    """
    with database_errors_in_words():
        category = find_category(typed)
        numbers = list(_seen(media, actor))
        own = _own_words(numbers, category, actor)
        others = visible_to(actor, Categorisation).filter(
            media__in=numbers, category__scheme=category.scheme, withdrawn_at=None
        )
        differing = others.exclude(authority=actor.authority).exclude(category=category)
        rows = differing.select_related("authority", "category__scheme")
        said = Counter(f"{row.authority.code} {row.category}" for row in rows)
    instead = Counter(str(row.category) for row in own.values() if row.category_id != category.pk)
    same = sum(row.category_id == category.pk for row in own.values())
    return Effect(typed, len(numbers), len(numbers) - len(own), same, dict(instead), dict(said))


@under_lock
def say(media: Collection[bytes], typed: str, *, case: str, actor: Actor) -> tuple[Change, ...]:
    """Say with a category what these media are; the authority's earlier word in the same scheme gives way.

    Args:
        media: Which, all or none of them.
        typed: The category, as ``scheme:code``.
        case: The actor's own case in which it is said.
        actor: Who says it, for their authority.

    Returns:
        What was changed, with which it can be undone; what was so already is left out.

    Raises:
        AccessError: A media is not there for the actor.
        InputError: There is no such category or case, or they are too many.
    """
    with database_errors_in_words(), transaction.atomic():
        category = find_category(typed)
        held = own_case(case, actor=actor)
        seen = _seen(media, actor)
        before = _own_words(seen, category, actor, is_locked=True)
        changes = {
            number: Change(sha256, before[number].category_id if number in before else None, category.pk)
            for number, sha256 in seen.items()
            if number not in before or before[number].category_id != category.pk
        }
        _replace(changes, held, actor)
        if changes:
            _note(audit.AuditTag.CATEGORY_SAID, held, len(changes), actor)
    return tuple(changes.values())


@under_lock
def undo(changes: Sequence[Change], *, case: str, actor: Actor) -> int:
    """Put back what stood before a decision, where the decision still stands; answer for how many media.

    Raises:
        AccessError: A media is no longer there for the actor.
        InputError: There is no such case.
    """
    with database_errors_in_words(), transaction.atomic():
        held = own_case(case, actor=actor)
        seen = _seen([bytes.fromhex(change.sha256) for change in changes], actor)
        numbers = {sha256: number for number, sha256 in seen.items()}
        rows = Categorisation.objects.select_for_update().filter(
            media__in=seen, authority=actor.authority, withdrawn_at=None
        )
        standing = set(rows.order_by("pk").values_list("media", "category"))
        undone = [change for change in changes if (numbers[change.sha256], change.after) in standing]
        for change in undone:
            _withdraw(numbers[change.sha256], change.after, actor)
            if change.before is not None:
                _stand(numbers[change.sha256], change.before, held, actor)
        if undone:
            _note(audit.AuditTag.CATEGORY_UNDONE, held, len(undone), actor)
    return len(undone)


def _seen(media: Collection[bytes], actor: Actor) -> dict[int, str]:
    """Answer the digests by number, in order, where the actor sees all of them."""
    require(actor, Act.CATEGORY_SAY)
    wanted = set(media)
    if len(wanted) > MOST_AT_ONCE:
        raise InputError(
            Sentence(
                "That is %(wanted)s at once, and at most %(most_at_once)s can be decided together.",
                wanted=len(wanted),
                most_at_once=MOST_AT_ONCE,
            ),
            code="category.many",
        )
    rows = visible_to(actor, Media).filter(sha256__in=wanted).order_by("pk").values_list("pk", "sha256")
    found = {number: bytes(sha256 or b"").hex() for number, sha256 in rows}
    if len(found) != len(wanted):
        raise missing()
    return found


def _own_words(
    numbers: Collection[int], category: Category, actor: Actor, *, is_locked: bool = False
) -> dict[int, Categorisation]:
    """Answer what the authority says of each media in the category's scheme; the newest where it says two."""
    rows = Categorisation.objects.filter(
        media__in=numbers,
        category__scheme=category.scheme,
        authority=actor.authority,
        withdrawn_at=None,
    )
    rows = rows.select_for_update(of=("self",)) if is_locked else rows
    return {row.media_id: row for row in rows.select_related("category__scheme").order_by("made_at", "pk")}


def _replace(changes: Mapping[int, Change], case: Case, actor: Actor) -> None:
    for number, change in changes.items():
        if change.before is not None:
            _withdraw(number, change.before, actor)
        _stand(number, change.after, case, actor)


def _withdraw(media: int, category: int, actor: Actor) -> None:
    words = Categorisation.objects.filter(media=media, category=category, authority=actor.authority)
    words.update(withdrawn_at=timezone.now())


def _stand(media: int, category: int, case: Case, actor: Actor) -> None:
    """Let a word of the authority stand, also where it was withdrawn before."""
    Categorisation.objects.update_or_create(
        media_id=media,
        category_id=category,
        authority=actor.authority,
        defaults={"made_in": case, "made_at": timezone.now(), "withdrawn_at": None},
    )


def _note(tag: audit.AuditTag, case: Case, count: int, actor: Actor) -> None:
    audit.append(
        tag,
        actor=actor,
        case_reference=case.reference,
        purpose=case.purpose,
        record_ids=[case.pk],
        counts={"media": count},
    )
