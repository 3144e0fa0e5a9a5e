"""The plain rules of which most tables have one: everything, what is one's own, what lies between two."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from django.db.models import Model, Q, QuerySet

from cairn.records.access.visibility import series_rule
from cairn.records.users import Actor

if TYPE_CHECKING:
    from django.db.models import Manager

M = TypeVar("M", bound=Model)
Rule = Callable[[Actor], QuerySet[M]]


def rows_of(model: type[M]) -> Manager[M]:
    """Answer the manager of a table, whatever the model calls it."""
    return model._default_manager  # noqa: SLF001 - Django's own name for it


def everything(model: type[M]) -> Rule[M]:
    """Answer the rule of the directory and the schemes: everybody sees all of it."""
    return lambda _: rows_of(model).all()


def own(model: type[M], *fields: str) -> Rule[M]:
    """Answer the rule that shows what names the actor's authority in one of the fields, such as its owner.

    Only those whose role works with material see it.
    """

    def rule(actor: Actor) -> QuerySet[M]:
        if not actor.sees_material:
            return rows_of(model).none()
        sides = Q()
        for field in fields:
            sides |= Q(**{field: actor.authority})
        return rows_of(model).filter(sides)

    return rule


def of_series(model: type[M]) -> Rule[M]:
    """Answer the rule that shows what belongs to a series to those who see the series."""

    def rule(actor: Actor) -> QuerySet[M]:
        if not actor.sees_material:
            return rows_of(model).none()
        return rows_of(model).filter(series_rule(actor, "series__"))

    return rule


def pairs(model: type[M], first: str, second: str, *rules: Rule[Model]) -> Rule[M]:
    """Answer the rule of a table between two others: a pair is seen by those who see both sides."""
    sees_first, sees_second = rules

    def rule(actor: Actor) -> QuerySet[M]:
        sides = {f"{first}__in": sees_first(actor), f"{second}__in": sees_second(actor)}
        return rows_of(model).filter(**sides)

    return rule
