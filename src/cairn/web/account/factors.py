"""What is asked for after the first factor: the person's second one, or to add one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from cairn.records.sign_in_rules import SecondFactor
from cairn.services.factors.owned import has_factor
from cairn.services.node.this_process import this_node

if TYPE_CHECKING:
    from cairn.records.users import User


def next_factor(user: User) -> str | None:
    """Answer the name of the route on which the person goes on, or ``None`` where the password is enough."""
    if has_factor(user):
        return "sign-in-factor"
    return "sign-in-enrol" if is_required() else None


def is_required() -> bool:
    """Answer whether everybody needs a second factor.

    Unless the node's file says otherwise, they do where the desk is reached from other machines, through TLS.
    """
    stated = this_node().config.sign_in.second_factor
    if stated is SecondFactor.AUTO:
        return settings.SESSION_COOKIE_SECURE
    return stated is SecondFactor.REQUIRED
