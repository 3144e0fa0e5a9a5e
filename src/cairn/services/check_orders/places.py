"""Where what is to be checked lies: below folders that the administrator has named, or sent to the node."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cairn.errors import InputError
from cairn.records.check_orders import OrderKind
from cairn.sentences import Sentence

if TYPE_CHECKING:
    from cairn.records.check_orders import CheckOrder
    from cairn.records.node import NodeConfig

_LONGEST_PATH = 4096


def place_on_server(config: NodeConfig, typed: str) -> Path:
    """Answer the file or folder of that path, links followed, below one of the folders that may be checked.

    That there is nothing, and that what is there may not be checked, is told in the same words.

    Raises:
        InputError: There is none that may be checked (``check.place``).
    """
    try:
        place = Path(typed).resolve(strict=True) if _is_path(typed) else None
    except (OSError, RuntimeError, ValueError):
        place = None
    roots = [root.resolve() for root in config.check_roots]
    if place is None or not any(place.is_relative_to(root) for root in roots):
        raise InputError(
            Sentence(
                "There is no such file or folder on the server that may be checked. Type it from the "
                "beginning, as the server knows it."
            ),
            code="check.place",
        )
    return place


def upload_folder(config: NodeConfig, order: CheckOrder) -> Path:
    """Answer where everything lies that was sent for an order."""
    return config.uploads_folder / str(order.pk)


def sent_folder(config: NodeConfig, order: CheckOrder) -> Path:
    """Answer where the files lie that were sent for an order and are complete."""
    return upload_folder(config, order) / "files"


def place_of(config: NodeConfig, order: CheckOrder) -> Path:
    """Answer where what an order is about lies.

    Raises:
        InputError: It is no longer there, or may no longer be checked (``check.place``).
    """
    if order.kind == OrderKind.UPLOAD:
        return sent_folder(config, order)
    return place_on_server(config, order.path)


def _is_path(typed: str) -> bool:
    return 0 < len(typed) <= _LONGEST_PATH and "\0" not in typed and Path(typed).is_absolute()
