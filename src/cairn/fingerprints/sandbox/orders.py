"""The few words between the pool and its nursery, which never sees a byte of a seized file."""

from __future__ import annotations

import struct

ORDER = struct.Struct(">cI")
"""From the pool: what, and the number of the worker. A line travels with the order to bring one up."""

HASHES_ONLY, WITH_FEATURES = "hashes", "features"
"""Told to the nursery when it starts: what its workers look for."""

BRING_UP, END = b"B", b"E"

ENDED = struct.Struct(">Ii")
"""From the nursery: the number of a worker that has ended, and its wait status."""
