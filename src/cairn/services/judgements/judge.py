"""Judging a link: a person calls two media the same in some way, or not the same, or is unsure.

A word is added and none is changed: the latest of an authority stands. A judgement changes no series by
itself; ``cairn.services.series.growing`` says what follows from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cairn.errors import InputError
from cairn.linking.judgement import LinkKind, Outcome
from cairn.records import audit
from cairn.records.access import Act, require, visible_to
from cairn.records.connection import database_errors_in_words
from cairn.records.links import REASON_LENGTH, Judgement, Link
from cairn.records.lock import as_the_node, under_lock
from cairn.records.media import Media
from cairn.sentences import Sentence
from cairn.services.alerting.judged import judged_the_same, series_with_one_of
from cairn.services.cases import own_case
from cairn.services.judgements.naming_media import find_media
from cairn.services.keeping.telling import tell_of_words, withdrawal_key
from cairn.services.typed_text import require_text

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from cairn.records.series import Series
    from cairn.records.users import Actor


@dataclass(frozen=True, slots=True)
class Named:
    """A pair of media as a person names it, and the kind of link that is meant.

    Attributes:
        one: A SHA-256, or its first digits.
        other: Another.
        kind: In which way they may be the same.
    """

    one: str
    other: str
    kind: LinkKind = LinkKind.DUPLICATE


@dataclass(frozen=True, slots=True)
class Pair:
    """The same, found: the media of the lower number first."""

    first: Media
    second: Media
    kind: LinkKind

    @property
    def key(self) -> dict[str, object]:
        """The pair as rows about it name it."""
        return {"first": self.first, "second": self.second, "kind": self.kind}


@under_lock
def judge(
    named: Named, outcome: Outcome, *, reason: str, actor: Actor, case: str | None = None
) -> tuple[Series, ...]:
    """Record the word of the actor's authority on a pair, and answer which series of its own could now grow.

    The owners of other series that hold one of the two are told. No series is changed.

    Args:
        named: The pair; it need not have been suggested.
        outcome: Confirmed, rejected or unsure.
        reason: Why, for those who read it later.
        actor: Who says so.
        case: The reference of the case of their own in which it is said.

    Raises:
        AccessError: The actor may not judge.
        InputError: A media is not there or may not be seen, both are the same, the reason cannot be recorded
            (``judgement.invalid``), or there is no such case.
    """
    if outcome is Outcome.SUGGESTED:
        raise InputError(Sentence("Only a method suggests; a person judges."), code="judgement.invalid")
    require_text(reason, what="A reason", longest=REASON_LENGTH, code="judgement.invalid")
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.JUDGEMENT_MAKE)
        pair = find_pair(named, among=visible_to(actor, Media))
        made = Judgement.objects.create(
            **pair.key,
            outcome=outcome,
            reason=reason,
            link=Link.objects.filter(**pair.key).order_by("-pk").first(),
            authority=actor.authority,
            user=actor.user,
            case=None if case is None else own_case(case, actor=actor),
        )
        judged_the_same(made)
        audit.append(
            audit.AuditTag.JUDGEMENT_MADE,
            actor=actor,
            case_reference=case or "",
            record_ids=[made.pk],
            counts={str(outcome): 1},
        )
        if outcome is not Outcome.CONFIRMED:
            return ()
        own = actor.authority.pk
        return tuple(series for series in series_with_one_of(made) if series.owner_id == own)


@under_lock
def withdraw(named: Named, *, actor: Actor) -> int:
    """Take back every word of the actor's authority on a pair, and answer how many stood; all are kept.

    Raises:
        AccessError: The actor may not judge.
        InputError: A media is not there, or the authority has said nothing of the pair
            (``judgement.missing``).
    """
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.JUDGEMENT_MAKE)
        own = Judgement.objects.filter(authority=actor.authority, withdrawn_at=None)
        with as_the_node("one's own word can be taken back where its media were hidden since"):
            pair = find_pair(named, among=_seen_or_judged(own, actor))
        numbers = list(own.filter(**pair.key).select_for_update().values_list("pk", flat=True))
        if not numbers:
            raise InputError(
                Sentence("%(code)s has said nothing of these two.", code=actor.authority.code),
                code="judgement.missing",
            )
        rows, now = Judgement.objects.filter(pk__in=numbers), timezone.now()
        tell_of_words(rows, owner=actor.authority, once=withdrawal_key("judgement", numbers[0], now))
        rows.update(withdrawn_at=now)
        audit.append(audit.AuditTag.JUDGEMENT_WITHDRAWN, actor=actor, record_ids=numbers)
    return len(numbers)


def find_pair(named: Named, *, among: QuerySet[Media]) -> Pair:
    """Answer the pair that a person has named.

    Raises:
        InputError: A media is not among those that the person may see, or both are the same.
    """
    one, other = (find_media(name, among=among) for name in (named.one, named.other))
    if one.pk == other.pk:
        raise InputError(Sentence("A link is between two different media."), code="judgement.invalid")
    return Pair(one, other, named.kind) if one.pk < other.pk else Pair(other, one, named.kind)


def _seen_or_judged(own: QuerySet[Judgement], actor: Actor) -> QuerySet[Media]:
    """Answer what the actor sees, and what the authority has judged before it was hidden from it."""
    judged = Q(pk__in=own.values("first")) | Q(pk__in=own.values("second"))
    return Media.objects.filter(Q(pk__in=visible_to(actor, Media).values("pk")) | judged)
