"""The API alone behind granian: ``python -m benchmarks.lookup_server PORT WORKERS THREADS``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from granian import Granian
from granian.constants import HTTPModes, Interfaces

if TYPE_CHECKING:
    from django.core.handlers.wsgi import WSGIHandler


def application() -> WSGIHandler:
    """Answer the API of the node that the environment names."""
    from django.conf import settings  # noqa: PLC0415 - each worker readies Django for itself
    from django.core.handlers.wsgi import WSGIHandler  # noqa: PLC0415 - as above
    from django.db import connections  # noqa: PLC0415 - as above

    from cairn.api.place import answer_for  # noqa: PLC0415 - as above
    from cairn.records.node import default_folder  # noqa: PLC0415 - as above
    from cairn.services.node.opening import open_node  # noqa: PLC0415 - as above

    node = open_node(default_folder())
    for each in (connections.settings["default"], connections["default"].settings_dict):
        each.update({"CONN_MAX_AGE": 600})
    settings.ROOT_URLCONF = "benchmarks.lookup_urls"
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    settings.MIDDLEWARE = []
    answer_for(node)
    return WSGIHandler()


if __name__ == "__main__":
    port, workers, threads = map(int, sys.argv[1:4])
    Granian(
        "benchmarks.lookup_server:application",
        factory=True,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        workers=workers,
        blocking_threads=threads,
        log_access=False,
    ).serve()
