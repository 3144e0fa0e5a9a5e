"""What is asked for after the password: the place of second factors."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cairn.records.users import User


def next_factor(user: User) -> str | None:  # noqa: ARG001 - until there is a second factor
    """Answer the name of the route on which the person goes on, or ``None`` where the password is enough."""
    return None
