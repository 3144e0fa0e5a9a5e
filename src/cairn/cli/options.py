"""Options that several commands share."""

from __future__ import annotations

import os
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from cairn.services.node import Node

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
json_flag = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
authority_option = click.option(
    "--authority", metavar="CODE", help="Act for this authority of the node, not for the one that runs it."
)


def with_node(command: Callable[Concatenate[Node, P], R]) -> Callable[P, R]:
    """Give the command the open node as its first argument, found by ``--node``."""

    @node_option
    @wraps(command)
    def opened(*args: P.args, node_folder: Path | None, **rest: P.kwargs) -> R:  # type: ignore[valid-type]  # click passes every option by name
        from cairn.records.node import default_folder  # noqa: PLC0415 - keeps `--help` instant
        from cairn.services.node import open_node  # noqa: PLC0415 - as above

        return command(open_node(node_folder or default_folder()), *args, **rest)

    return opened  # type: ignore[return-value]  # as above
