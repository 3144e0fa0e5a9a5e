"""Who sees victims, offenders, the changes of their status, and the people who work here."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db.models import Exists, OuterRef, Q

from cairn.records.access.rows import Rule, rows_of
from cairn.records.access.visibility import series_rule
from cairn.records.keys import ApiKey
from cairn.records.people import Offender, Person, Victim
from cairn.records.status import StatusChange
from cairn.records.users import Role, User

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from cairn.records.users import Actor

P = TypeVar("P", bound=Person)


def people(model: type[P]) -> Rule[P]:
    """Answer the rule of victims and of offenders.

    A person is seen by the owner, and by police who see one of the person's series at least; the other
    series of the person stay hidden by their own rule.
    """

    def rule(actor: Actor) -> QuerySet[P]:
        if not actor.sees_material:
            return rows_of(model).none()
        mine = Q(owner=actor.authority)
        if not actor.authority.is_police:
            return rows_of(model).filter(mine)
        between = rows_of(model.series.through)
        lies = between.filter(series_rule(actor, "series__"), **{model.__name__.lower(): OuterRef("pk")})
        return rows_of(model).filter(mine | Q(withdrawn_at=None) & Exists(lies))

    return rule


def status_changes(actor: Actor) -> QuerySet[StatusChange]:
    """Answer the changes of the status of what the actor sees."""
    if not actor.sees_material:
        return StatusChange.objects.none()
    of_victim = people(Victim)(actor).filter(pk=OuterRef("victim"))
    of_offender = people(Offender)(actor).filter(pk=OuterRef("offender"))
    of_series = Q(series__isnull=False) & series_rule(actor, "series__")
    return StatusChange.objects.filter(of_series | Q(Exists(of_victim)) | Q(Exists(of_offender)))


def users(actor: Actor) -> QuerySet[User]:
    """Answer the people of the actor's authority to those who manage or lead them; to others, themselves."""
    if actor.roles & {Role.ADMINISTRATOR, Role.SUPERVISOR}:
        return User.objects.filter(authority=actor.authority)
    return User.objects.none() if actor.user is None else User.objects.filter(pk=actor.user.pk)


def keys(actor: Actor) -> QuerySet[ApiKey]:
    """Answer the keys of the actor's authority to those who manage or lead its people; to others none."""
    if actor.roles & {Role.ADMINISTRATOR, Role.SUPERVISOR}:
        return ApiKey.objects.filter(user__authority=actor.authority)
    return ApiKey.objects.none()
