"""A filled node whose desk this process is, for all tests of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from web.people import fill

if TYPE_CHECKING:
    from cairn.services.node.opening import Node


@pytest.fixture(scope="module")
def desk(shared_node: Node) -> Node:
    """The desk of a node on SQLite, and on PostgreSQL where a server is."""
    fill(shared_node)
    return shared_node


@pytest.fixture(scope="module")
def sqlite_desk(shared_sqlite_node: Node) -> Node:
    """The desk of a node on SQLite, for what does not depend on the database."""
    fill(shared_sqlite_node)
    return shared_sqlite_node
