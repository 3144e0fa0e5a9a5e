"""Options that several commands share."""

from __future__ import annotations

import os
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from cairn.records.users import Actor
    from cairn.services.node.opening import Node

P = ParamSpec("P")
R = TypeVar("R")


class EvidencePath(click.Path):
    """A path to evidence; an empty one, which an unset variable of the shell gives, is refused."""

    name = "path"

    def __init__(self) -> None:
        """Answer paths, whether there is anything at them or not."""
        super().__init__(path_type=Path)

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        """Answer the path, or refuse it."""
        if not os.fspath(value):
            self.fail("A path is empty.", param, ctx)
        return super().convert(value, param, ctx)


node_option = click.option(
    "--node",
    "node_folder",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="CAIRN_NODE",
    help="The node's folder (else CAIRN_NODE, else the platform's data folder).",
)
_user_option = click.option(
    "--user",
    metavar="LOGIN",
    envvar="CAIRN_USER",
    help="Act as this person; asks for the password, else reads CAIRN_PASSWORD.",
)
json_flag = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")


def day_option(name: str, *, help: str) -> Callable[[Callable[..., R]], Callable[..., R]]:  # noqa: A002 - click's word
    """Give the command a ``date``, or ``None`` where the option was not typed."""

    def as_day(_: click.Context, __: click.Parameter, typed: datetime | None) -> date | None:
        return None if typed is None else typed.date()

    day = click.DateTime(["%Y-%m-%d"])
    return click.option(name, type=day, metavar="DAY", callback=as_day, help=f"{help} Such as 2026-03-31.")


def with_node(command: Callable[Concatenate[Node, P], R]) -> Callable[P, R]:
    """Give the command the open node as its first argument, found by ``--node``."""

    @node_option
    @wraps(command)
    def opened(*args: P.args, node_folder: Path | None, **rest: P.kwargs) -> R:  # type: ignore[valid-type]  # click passes every option by name
        from cairn.records.node import default_folder  # noqa: PLC0415 - keeps `--help` instant
        from cairn.services.node.opening import open_node  # noqa: PLC0415 - as above

        return command(open_node(node_folder or default_folder()), *args, **rest)

    return opened  # type: ignore[return-value]  # as above


def with_actor(command: Callable[Concatenate[Node, Actor, P], R]) -> Callable[P, R]:
    """Give the command the open node and who acts, found by ``--node``, ``--authority`` and ``--user``."""

    @with_node  # type: ignore[arg-type]  # click passes every option by name
    @click.option(
        "--authority",
        metavar="CODE",
        help="Act as the operator for this authority of the node, not for the one that runs it.",
    )
    @_user_option
    @wraps(command)
    def acting(node: Node, *args: P.args, authority: str | None, user: str | None, **rest: P.kwargs) -> R:  # type: ignore[valid-type]  # as above
        return _run(command, node, _actor(node, authority, user), *args, **rest)

    return acting  # type: ignore[return-value]  # as above


def with_user(command: Callable[Concatenate[Node, Actor, P], R]) -> Callable[P, R]:
    """Give the command the open node and who acts, found by ``--user``: its ``--authority`` is its own."""

    @with_node  # type: ignore[arg-type]  # as above
    @_user_option
    @wraps(command)
    def acting(node: Node, *args: P.args, user: str | None, **rest: P.kwargs) -> R:  # type: ignore[valid-type]  # as above
        return _run(command, node, _actor(node, None, user), *args, **rest)

    return acting  # type: ignore[return-value]  # as above


def _run(
    command: Callable[Concatenate[Node, Actor, P], R],
    node: Node,
    actor: Actor,
    *args: P.args,
    **rest: P.kwargs,
) -> R:
    from cairn.records.lock import acting_as  # noqa: PLC0415 - keeps `--help` instant

    with acting_as(actor):
        return command(node, actor, *args, **rest)


def _actor(node: Node, authority: str | None, user: str | None) -> Actor:
    from cairn.services.directory.acting import operator_of, sign_in  # noqa: PLC0415 - as above

    if user is None:
        return operator_of(node, authority)
    if authority is not None:
        raise click.UsageError("A person acts for their own authority: give --user or --authority, not both.")
    password = os.environ.get("CAIRN_PASSWORD")
    typed = click.prompt("Password", hide_input=True, err=True) if password is None else password
    return sign_in(node, user, typed)
