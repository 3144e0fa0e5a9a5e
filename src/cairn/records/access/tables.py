"""For every table, the rows that an actor may see. A table without an entry here is seen by nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from django.db.models import Model, Q

from cairn.records.access import pictures
from cairn.records.access.acts import MATERIAL_ROLES
from cairn.records.access.log import visible_events
from cairn.records.access.visibility import visible_categorisations, visible_series, visible_sightings
from cairn.records.alerts import Alert, Subscription
from cairn.records.audit import AuditEvent
from cairn.records.authorities import AllianceCountry, Authority
from cairn.records.cases import Case, Exhibit
from cairn.records.categories import Categorisation, Category, Scheme
from cairn.records.jobs import Check, CheckItem
from cairn.records.joint import HandOver, JointInvestigation, JointMember, Message, Question, Task
from cairn.records.links import Judgement, Link
from cairn.records.media import Media
from cairn.records.people import Offender, Victim
from cairn.records.retention import Tombstone
from cairn.records.series import Claim, Series, SeriesAlias, SeriesMarker, SeriesMedia, SeriesNote
from cairn.records.sightings import Sighting
from cairn.records.status import StatusChange
from cairn.records.users import Role, User

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.db.models import QuerySet

    from cairn.records.users import Actor

M = TypeVar("M", bound=Model)


def visible_to(actor: Actor, model: type[M]) -> QuerySet[M]:
    """Answer the rows of a table that the actor may learn of; none where the table has no rule."""
    rule = _RULES.get(model)
    if rule is None:
        return model._default_manager.none()  # noqa: SLF001 - Django's own name for it
    return cast("QuerySet[M]", rule(actor))


def _all(model: type[M]) -> Callable[[Actor], QuerySet[M]]:
    return lambda _: model._default_manager.all()  # noqa: SLF001 - as above


def _own(model: type[M], field: str) -> Callable[[Actor], QuerySet[M]]:
    """Answer the rule that shows material of the actor's own authority to those who work with material."""

    def rule(actor: Actor) -> QuerySet[M]:
        if not actor.roles & MATERIAL_ROLES:
            return model._default_manager.none()  # noqa: SLF001 - as above
        return model._default_manager.filter(**{field: actor.authority})  # noqa: SLF001 - as above

    return rule


def _of_series(model: type[M]) -> Callable[[Actor], QuerySet[M]]:
    """Answer the rule that shows what belongs to a series to those who see the series."""
    return lambda actor: model._default_manager.filter(series__in=visible_series(actor))  # noqa: SLF001 - as above


def _people(model: type[M]) -> Callable[[Actor], QuerySet[M]]:
    def rule(actor: Actor) -> QuerySet[M]:
        rows = model._default_manager  # noqa: SLF001 - as above
        if not actor.roles & MATERIAL_ROLES:
            return rows.none()
        own = Q(owner=actor.authority)
        if not actor.authority.is_police:
            return rows.filter(own)
        shown = model._default_manager.filter(series__in=visible_series(actor), withdrawn_at=None)  # noqa: SLF001 - as above
        return rows.filter(own | Q(pk__in=shown.values("pk")))

    return rule


def _status_changes(actor: Actor) -> QuerySet[StatusChange]:
    return StatusChange.objects.filter(
        Q(series__in=visible_series(actor))
        | Q(victim__in=visible_to(actor, Victim))
        | Q(offender__in=visible_to(actor, Offender))
    )


def _investigations(actor: Actor) -> QuerySet[JointInvestigation]:
    if not actor.roles & MATERIAL_ROLES or not actor.authority.is_police:
        return JointInvestigation.objects.none()
    member = JointMember.objects.filter(authority=actor.authority, left_at=None).exclude(joined_at=None)
    return JointInvestigation.objects.filter(pk__in=member.values("investigation"))


def _in_investigation(model: type[M]) -> Callable[[Actor], QuerySet[M]]:
    return lambda actor: model._default_manager.filter(investigation__in=_investigations(actor))  # noqa: SLF001 - as above


def _memberships(actor: Actor) -> QuerySet[JointMember]:
    invited = Q(authority=actor.authority) if actor.roles & MATERIAL_ROLES else Q(pk__in=[])
    return JointMember.objects.filter(Q(investigation__in=_investigations(actor)) | invited)


def _between(model: type[M], *fields: str) -> Callable[[Actor], QuerySet[M]]:
    """Answer the rule that shows what passes between two authorities to both of them."""

    def rule(actor: Actor) -> QuerySet[M]:
        if not actor.roles & MATERIAL_ROLES:
            return model._default_manager.none()  # noqa: SLF001 - as above
        sides = Q()
        for field in fields:
            sides |= Q(**{field: actor.authority})
        return model._default_manager.filter(sides)  # noqa: SLF001 - as above

    return rule


def _users(actor: Actor) -> QuerySet[User]:
    if actor.roles & {Role.ADMINISTRATOR, Role.SUPERVISOR}:
        return User.objects.filter(authority=actor.authority)
    return User.objects.none() if actor.user is None else User.objects.filter(pk=actor.user.pk)


_RULES: Mapping[type[Model], Callable[[Actor], QuerySet[Model]]] = {
    Alert: _own(Alert, "authority"),
    AllianceCountry: _all(AllianceCountry),
    AuditEvent: visible_events,
    Authority: _all(Authority),
    Case: _own(Case, "authority"),
    Categorisation: visible_categorisations,
    Category: _all(Category),
    Check: _own(Check, "authority"),
    CheckItem: _own(CheckItem, "check_run__authority"),
    Claim: _of_series(Claim),
    Exhibit: _own(Exhibit, "case__authority"),
    HandOver: _between(HandOver, "offered_by", "offered_to"),
    JointInvestigation: _investigations,
    JointMember: _memberships,
    Judgement: pictures.judgements,
    Link: pictures.links,
    Media: pictures.media,
    Message: _in_investigation(Message),
    Offender: _people(Offender),
    Question: _between(Question, "asked_by", "asked_to"),
    Scheme: _all(Scheme),
    Series: visible_series,
    SeriesAlias: _of_series(SeriesAlias),
    SeriesMarker: _of_series(SeriesMarker),
    SeriesMedia: _of_series(SeriesMedia),
    SeriesNote: _of_series(SeriesNote),
    Sighting: visible_sightings,
    StatusChange: _status_changes,
    Subscription: _own(Subscription, "authority"),
    Task: _in_investigation(Task),
    Tombstone: _own(Tombstone, "owner"),
    User: _users,
    Victim: _people(Victim),
}
