"""Who sees hash lists: the owner its own; police what others share with the alliance, while it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from cairn.records.authorities import AuthorityKind
from cairn.records.giving import ListFeedback
from cairn.records.lists import Audience, HashList, ListChunk, ListKind, ListVersion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from cairn.records.users import Actor

SHARED = (Audience.ALLIANCE, Audience.HOTLINES, Audience.COMPANIES)
"""Met by every police authority."""
MATCHED: Mapping[str, tuple[Audience, ...]] = {
    AuthorityKind.HOTLINE: (Audience.HOTLINES, Audience.COMPANIES),
    AuthorityKind.COMPANY: (Audience.COMPANIES,),
}
"""By the kind of a reporter, what it meets beside its own."""
_GIVERS = (AuthorityKind.UNIT, AuthorityKind.HUB, AuthorityKind.HOTLINE)
"""Whose lists reporters may meet: one company does not decide what another one finds."""


def hash_lists(actor: Actor) -> QuerySet[HashList]:
    """Answer the lists that the actor may learn of."""
    if not actor.sees_material:
        return HashList.objects.none()
    return HashList.objects.filter(_list_rule(actor))


def list_versions(actor: Actor) -> QuerySet[ListVersion]:
    """Answer the versions of lists that the actor sees; of others' lists those that are not withdrawn."""
    if not actor.sees_material:
        return ListVersion.objects.none()
    return ListVersion.objects.filter(_version_rule(actor))


def list_chunks(actor: Actor) -> QuerySet[ListChunk]:
    """Answer the contents of the versions that the actor sees."""
    if not actor.sees_material:
        return ListChunk.objects.none()
    return ListChunk.objects.filter(version__in=list_versions(actor))


def list_feedback(actor: Actor) -> QuerySet[ListFeedback]:
    """Answer what is said of the entries of the lists that the actor sees."""
    return ListFeedback.objects.filter(hash_list__in=hash_lists(actor))


def matched_chunks(actor: Actor) -> QuerySet[ListChunk]:
    """Answer the contents of known lists that a reporter's hashes may match; no more is told of them.

    They are not the reporter's to see: look at them as the node.
    """
    given = Q(
        version__hash_list__audience__in=MATCHED.get(actor.authority.kind, ()),
        version__hash_list__owner__kind__in=_GIVERS,
    )
    own = Q(version__hash_list__owner=actor.authority)
    return ListChunk.objects.filter(given | own, version__hash_list__kind=ListKind.KNOWN)


def _list_rule(actor: Actor, path: str = "") -> Q:
    own = Q(**{f"{path}owner": actor.authority})
    if not actor.authority.is_police:
        return own
    number = f",{actor.authority.pk},"
    named = Q(**{f"{path}audience": Audience.NAMED, f"{path}named__contains": number})
    return own | (Q(**{f"{path}audience__in": SHARED}) | named) & Q(**{f"{path}withdrawn_at": None})


def _version_rule(actor: Actor) -> Q:
    own = Q(hash_list__owner=actor.authority)
    return _list_rule(actor, "hash_list__") & (own | Q(withdrawn_at=None))
