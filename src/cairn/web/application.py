"""The desk as a WSGI application, for granian's threads and for the tests."""

from __future__ import annotations

import logging
import os
import threading
from pathlib import Path

from django.core.handlers.wsgi import WSGIHandler

from cairn.index import warm_up_where_kept
from cairn.records.connection import keep_connections
from cairn.records.node import default_folder
from cairn.services.node.opening import Node, open_node
from cairn.services.node.this_process import answer_for
from cairn.web import settings

ADDRESS_VARIABLE = "CAIRN_ADDRESS"
KEPT_S = 600
"""How long a thread keeps its connection to the records: opening one anew costs SQLite its cache."""


def application() -> WSGIHandler:
    """Answer the desk of the node that the environment names; every worker calls it once.

    Raises:
        ConfigurationError: The node cannot be opened.
    """
    logging.basicConfig(level=logging.INFO, format="time=%(asctime)s level=%(levelname)s %(message)s")
    # Django's own lines hold traces with values; `refusals` tells what an operator needs.
    logging.getLogger("django").propagate = False
    logging.getLogger("fido2").propagate = False  # They hold what passkeys are called by.
    folder = os.environ.get("CAIRN_NODE")
    node = open_node(Path(folder) if folder else default_folder())
    # Without them the first batch of look-ups would take seconds, and hold up the others.
    threading.Thread(target=warm_up_where_kept, name="cairn-kernels", daemon=True).start()
    return desk_of(node, settings.Address.parse(os.environ.get(ADDRESS_VARIABLE, "")))


def desk_of(node: Node, address: settings.Address = settings.Address()) -> WSGIHandler:  # noqa: B008 - frozen
    """Answer the desk of an open node; this process is the desk of no other from now on."""
    settings.apply(node.config, address)
    keep_connections(KEPT_S)
    answer_for(node)
    return WSGIHandler()
