"""Which node this process answers for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cairn.services.node.opening import Node

_open: list[Node] = []


def answer_for(node: Node) -> None:
    """Let this process answer for an open node, and for no other from now on."""
    _open[:] = [node]


def is_answered_for(node: Node) -> bool:
    """Answer whether this process answers for the node, rather than running one command on it."""
    return bool(_open) and _open[0].config.folder == node.config.folder


def this_node() -> Node:
    """Answer the node of this process."""
    return _open[0]
