"""The door before every walk over files: the node's own folder is none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.errors import InputError
from cairn.evidence import printable
from cairn.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from cairn.services.node.opening import Node


def require_node_outside(node: Node, paths: Iterable[Path], *, is_check: bool = True) -> None:
    """Evidence is never written to, and a node that lay in it would be checked while it is written.

    Args:
        node: The open node.
        paths: What is to be walked over.
        is_check: False where recorded files are looked at again, which is done at the command line alone.

    Raises:
        InputError: The node's folder lies at or below one of the paths (``check.node-inside``).
    """
    folder = node.config.folder.resolve()
    for path in paths:
        if folder.is_relative_to(path.resolve()):
            name = printable(folder)
            raise InputError(_in_a_check(name) if is_check else _again(name), code="check.node-inside")


def _in_a_check(folder: str) -> str:
    return Sentence(
        "The node %(folder)s lies in what is being checked, and evidence is never "
        "written to. Name the folders beside it, or keep the node elsewhere.",
        folder=folder,
    )


def _again(folder: str) -> str:
    return (
        f"The node {folder} lies in what is to be looked at again, and evidence is never "
        "written to. Name the folders beside it, or keep the node elsewhere."
    )
