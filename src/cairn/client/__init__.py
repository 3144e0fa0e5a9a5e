"""A client of a node's HTTP API, for programs: the standard library and nothing else.

>>> from cairn.client import Client
>>> with Client("https://node.example", key="cairn_…") as node:  # doctest: +SKIP
...     for hit in node.look_up(sha256=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"]):
...         print(hit.verdict, hit.hash)
"""

from cairn.client.calls import Client, Hit
from cairn.client.connection import ApiError

__all__ = ["ApiError", "Client", "Hit"]
