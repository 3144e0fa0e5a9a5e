"""What every page has: a request with somebody in it, the act it is for, and the methods it answers.

A view without ``@page`` is not shown to anybody: ``gate`` refuses it.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Protocol

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from cairn.records.access import ROLES, missing
from cairn.records.users import Actor, Role
from cairn.web.account.proving import asked_again

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import QueryDict
    from django.http.response import HttpResponseBase

    from cairn.records.access import Act

EVERYBODY = frozenset(Role)


class DeskRequest(HttpRequest):
    """A request of somebody who has signed in."""

    actor: Actor


class Page(Protocol):
    """A view, and the roles it is for."""

    roles: frozenset[Role]

    def __call__(self, request: HttpRequest, *args: Any, **rest: Any) -> HttpResponseBase:
        """Answer the request."""
        ...


def page(
    act: Act | None = None,
    *,
    methods: tuple[str, ...] = ("GET",),
    weighty: bool | Callable[[QueryDict], bool] = False,
) -> Callable[[Callable[..., Any]], Page]:
    """Answer the decorator of a page for those whose role may do the act; ``None`` is for everybody.

    Others, and those who have not signed in, get what a page that does not exist gets. What the records
    allow is asked by the services once more; this keeps a page out of the way of those it is not for.

    Before the form of a ``weighty`` page is taken (of each, or of those of which it says so), the person
    proves again who they are, where the last proof is older than ``PROOF_LIMIT``. The form comes back with
    the proof, so it must hold no files, and htmx must not send it.
    """
    roles = EVERYBODY if act is None else ROLES[act]
    allowed = [*methods, "HEAD"] if "GET" in methods else [*methods]

    def decorate(view: Callable[..., HttpResponse]) -> Page:
        @wraps(view)
        def answered(request: HttpRequest, *args: Any, **rest: Any) -> HttpResponseBase:
            actor: Actor | None = getattr(request, "actor", None)
            if actor is None or not actor.roles & roles:
                raise missing()
            if request.method not in allowed:
                return HttpResponseNotAllowed(methods)
            is_weighty = weighty(request.POST) if callable(weighty) else weighty
            if is_weighty and request.method == "POST":
                asked = asked_again(request, actor)
                if asked is not None:
                    return asked
            return view(request, *args, **rest)

        answered.roles = roles  # type: ignore[attr-defined]  # what the protocol asks for
        return answered  # type: ignore[return-value]  # as above

    return decorate
