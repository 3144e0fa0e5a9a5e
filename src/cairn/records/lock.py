"""The second lock: what the database itself is told of who looks, so that it shows no more than that.

On PostgreSQL every table with material has row-level security. Its policies read who looks from the settings
of the connection, and the connection reads it from here before each question. Where nobody has said who
looks, the database shows nothing: a question that forgets the door finds nothing behind it. On SQLite, which
serves one authority's workstation, the door alone holds.
"""

from __future__ import annotations

import inspect
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from cairn.records.users import LOG_ROLES, Actor, Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

P = ParamSpec("P")
R = TypeVar("R")


class Sight(StrEnum):
    """How far somebody sees, as the policies read it."""

    NOTHING = ""
    OWN = "own"
    POLICE = "police"
    NODE = "node"


class LogSight(StrEnum):
    """How much of the audit log somebody sees."""

    NOTHING = ""
    OWN = "own"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Looker:
    """Who looks: the values of the settings ``cairn.authority``, ``.sight``, ``.log`` and ``.reason``."""

    authority: str = ""
    sight: Sight = Sight.NOTHING
    log: LogSight = LogSight.NOTHING
    reason: str = ""

    @classmethod
    def of(cls, actor: Actor) -> Looker:
        """Answer what the database is told of an actor."""
        sight = Sight.NOTHING
        if actor.sees_material or Role.REPORTER in actor.roles:
            sight = Sight.POLICE if actor.sees_material and actor.authority.is_police else Sight.OWN
        log = LogSight.OWN if actor.roles & LOG_ROLES else LogSight.NOTHING
        return cls(str(actor.authority.pk), sight, LogSight.WHOLE if actor.sees_whole_log else log)


NOBODY = Looker()

_looker: ContextVar[Looker] = ContextVar("cairn_looker", default=NOBODY)


def looker() -> Looker:
    """Answer who looks now, in this thread or task."""
    return _looker.get()


@contextmanager
def acting_as(actor: Actor) -> Iterator[None]:
    """Let the database show, within the block, what it shows to this actor; a thread starts with nobody."""
    with _looking(Looker.of(actor)):
        yield


@contextmanager
def as_the_node(reason: str) -> Iterator[None]:
    """Let the database show everything within the block, for work that no actor's eyes suffice for.

    Args:
        reason: Why, in a few words; the database is told, so that its own log can tell it.
    """
    with _looking(Looker(sight=Sight.NODE, reason=reason)):
        yield


def under_lock(use_case: Callable[P, R]) -> Callable[P, R]:
    """Answer a use case that runs with the eyes of its ``actor``, whoever looked before."""
    place = list(inspect.signature(use_case).parameters).index("actor")

    @wraps(use_case)
    def run(*args: P.args, **rest: P.kwargs) -> R:
        actor = rest["actor"] if "actor" in rest else args[place]
        if not isinstance(actor, Actor):
            raise TypeError("A use case is told who acts.")
        with acting_as(actor):
            return use_case(*args, **rest)

    return run


def node_work(reason: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Answer the decorator of a function that runs as the node, for this reason."""

    def decorate(work: Callable[P, R]) -> Callable[P, R]:
        @wraps(work)
        def run(*args: P.args, **rest: P.kwargs) -> R:
            with as_the_node(reason):
                return work(*args, **rest)

        return run

    return decorate


@contextmanager
def _looking(who: Looker) -> Iterator[None]:
    token = _looker.set(who)
    try:
        yield
    finally:
        _looker.reset(token)
