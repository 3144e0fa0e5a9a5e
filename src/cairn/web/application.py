"""The desk as an application: for granian's workers, and for the tests."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

from django.core.handlers.wsgi import WSGIHandler
from django.template import engines
from django.urls import reverse

from cairn.index import warm_up_where_kept
from cairn.records.connection import keep_connections
from cairn.records.node import default_folder
from cairn.services.node.opening import Node, open_node
from cairn.services.node.this_process import answer_for
from cairn.web import settings
from cairn.web.orphans import end_with_parent
from cairn.web.receiving import Receiver

ADDRESS_VARIABLE = "CAIRN_ADDRESS"
THREADS = 16
"""Of each worker: a page waits for the database most of its time, and a look-up for the end of its step. So
many look-ups of 1,000 hashes, each in a step of 0.2 s, leave room for 80,000 hashes a second and worker."""
TURN_S = 0.001
"""How long a thread that computes keeps the interpreter from others. Each statement lets go of it, and
whoever writes to SQLite holds all other writers up meanwhile: Python's own 5 ms would add up."""
KEPT_S = 600
"""How long a thread keeps its connection to the records: opening one anew costs SQLite its cache."""


def application() -> Receiver:
    """Answer the desk of the node that the environment names; every worker calls it once.

    Raises:
        ConfigurationError: The node cannot be opened.
    """
    end_with_parent()
    logging.basicConfig(level=logging.INFO, format="time=%(asctime)s level=%(levelname)s %(message)s")
    # Django's own lines hold traces with values; `refusals` tells what an operator needs.
    logging.getLogger("django").propagate = False
    logging.getLogger("fido2").propagate = False  # They hold what passkeys are called by.
    folder = os.environ.get("CAIRN_NODE")
    node = open_node(Path(folder) if folder else default_folder())
    # Without them the first batch of look-ups would take seconds, and hold up the others.
    warm_up_where_kept()
    sys.setswitchinterval(TURN_S)
    desk = desk_of(node, settings.Address.parse(os.environ.get(ADDRESS_VARIABLE, "")))
    read_all_pages()
    return Receiver(desk, threads=THREADS)


def read_all_pages() -> None:
    """Read what Django reads when it is first asked for: the addresses with what answers them, the templates.

    Else whoever asks first after a start waits for it, in each process anew.
    """
    reverse("start")
    engine = engines["django"]
    for folder in map(Path, engine.template_dirs):
        for file in sorted(folder.rglob("*.html")):
            engine.get_template(file.relative_to(folder).as_posix())


def desk_of(node: Node, address: settings.Address = settings.Address()) -> WSGIHandler:  # noqa: B008 - frozen
    """Answer the desk of an open node; this process is the desk of no other from now on."""
    settings.apply(node.config, address)
    keep_connections(KEPT_S)
    answer_for(node)
    return WSGIHandler()
