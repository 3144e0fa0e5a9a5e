"""How long it takes to import a hash list of millions, and to look up files in it.

Seconds by the clock, and those of this process's own work, so that other work on the machine can be told
apart. The import includes recognising and reading the file, its SHA-256, the records, and the index. What is
counted as new and as there already, and what is met afterwards, has to be right: else the run ends.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np

from cairn.linking import PDQ_31
from cairn.records.authorities import AuthorityKind
from cairn.records.lists import Audience
from cairn.records.lock import as_the_node
from cairn.services.directory.authorities import NewAuthority
from cairn.services.hash_lists.importing import NewList, import_list
from cairn.services.hash_lists.indexing import current_lists
from cairn.services.hash_lists.meeting import ListRecollection
from cairn.services.node.opening import create_node, open_node
from cairn.types import StatedDigests

HOME = NewAuthority("NL-UNIT", "Demonstration unit", AuthorityKind.UNIT, "NL", "desk@unit.nl.example")
TARGET_SECONDS_10M = 180
ASKED, BATCH = 50_000, 500


def main() -> None:
    """Import a list of plain MD5, a version of it that differs in a tenth, and ask for entries of it."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--entries", type=int, default=1_000_000)
    arguments.add_argument("--database", default="sqlite")
    chosen, _ = arguments.parse_known_args()
    with tempfile.TemporaryDirectory(prefix="cairn-bench-") as place:
        folder = Path(place)
        create_node(folder / "node", authority=HOME, database=chosen.database)
        values = np.random.default_rng(1).integers(0, 256, (chosen.entries, 16), dtype=np.uint8)
        with as_the_node("a benchmark sets its scene up"):
            node = open_node(folder / "node")
            for words, first in (("first version", 0), ("next version", chosen.entries // 10)):
                file = folder / "list.txt"
                _write(file, values, first)
                start, work = time.perf_counter(), time.process_time()
                new = NewList("List", audience=Audience.ALLIANCE)
                took = import_list(node, file, new, actor=node.operator).version
                seconds, work = time.perf_counter() - start, time.process_time() - work
                fresh = first or chosen.entries
                assert (took.fresh, took.repeated) == (fresh, chosen.entries - fresh)  # noqa: S101 - a rate of what was counted wrong is worth nothing
                print(
                    f"  {words:14} {took.entries:11,} entries {seconds:7.1f} s ({work:.1f} s of own work): "
                    f"{took.fresh:,} new, {took.repeated:,} there",
                    flush=True,
                )
            with current_lists(node) as lists:
                some = np.random.default_rng(2).integers(0, chosen.entries, ASKED)
                wanted = [StatedDigests(md5=values[each].tobytes()) for each in some]
                asked = ListRecollection(lists, node.operator, PDQ_31)
                start, work = time.perf_counter(), time.process_time()
                hits = sum(
                    len(row)
                    for first in range(0, ASKED, BATCH)
                    for row in asked.of(wanted[first : first + BATCH])
                )
                seconds, work = time.perf_counter() - start, time.process_time() - work
                rates = f"{ASKED / seconds:,.0f} look-ups/s ({ASKED / work:,.0f} a second of own work)"
                stand = int((some >= first).sum())
                assert hits == stand  # noqa: S101 - what the next version no longer names is met no more
                print(f"  {rates}, {hits:,} of {ASKED:,} met: all that the next version still names")
    print(f"  asked for: 10,000,000 entries within {TARGET_SECONDS_10M} s")


def _write(file: Path, values: np.ndarray[tuple[int, int], np.dtype[np.uint8]], first: int) -> None:
    """Write the values, with other ones in place of the first."""
    with file.open("w", encoding="ascii") as stream:
        stream.writelines(f"{number:032x}\n" for number in range(first))
        stream.writelines(f"{each.tobytes().hex()}\n" for each in values[first:])


if __name__ == "__main__":
    main()
