"""What suggested links cost beside registering: rows for ten thousand files, a third of them near copies.

No picture is decoded: the hashes are random, so that only records, index and links are measured.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np

from cairn.linking import PDQ_31
from cairn.records.authorities import AuthorityKind
from cairn.records.cases import Case, Exhibit
from cairn.records.jobs import Check, CheckItem
from cairn.records.links import Link
from cairn.records.media import Media
from cairn.records.sightings import SightingSource, digest_of_address
from cairn.services.checking.register import Registration, register
from cairn.services.checking.suggesting import suggest
from cairn.services.directory.authorities import NewAuthority
from cairn.services.node.indexing import catch_up
from cairn.services.node.opening import Node, create_node
from cairn.types import ORIENTATIONS

HOME = NewAuthority("XX-BENCH", "Benchmark", AuthorityKind.UNIT, "XX", "nobody")
FLIPPED_BITS = 6
COPIES_OF_ONE = 3


def main() -> None:
    """Print the seconds of registering, of the index and of the links."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--files", type=int, default=10_000)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--database", default="sqlite")
    chosen = arguments.parse_args(sys.argv[2:])
    numbers = np.random.default_rng(1)
    with tempfile.TemporaryDirectory(prefix="cairn-bench-") as place:
        node = create_node(Path(place) / "node", authority=HOME, database=chosen.database)
        for number in range(chosen.rounds):
            check, registration = _measured(node, _hashes(numbers, chosen.files), number)
            met = {digest_of_address(item.address) for item in check.items.all()}
            registered = _seconds(lambda: register(check, registration, met=met))  # noqa: B023 - run at once
            indexed = _seconds(lambda: catch_up(node))
            linked = _seconds(lambda: suggest(node, policy=PDQ_31, check=check))  # noqa: B023 - as above
            print(
                f"{chosen.files:,} files: registering {registered:.2f} s, index {indexed:.2f} s, "
                f"links {linked:.2f} s; {Link.objects.count():,} links in all"
            )


def _hashes(numbers: np.random.Generator, files: int) -> list[bytes]:
    """Answer random hashes in eight orientations; each third and fourth lies near the one before."""
    raw = numbers.integers(0, 256, (files, len(ORIENTATIONS) * 32), np.uint8)
    for place in range(files):
        if place % COPIES_OF_ONE:
            raw[place] = raw[place - 1]
            raw[place, numbers.integers(0, raw.shape[1], FLIPPED_BITS)] ^= 1
    return [row.tobytes() for row in raw]


def _measured(node: Node, hashes: list[bytes], number: int) -> tuple[Check, Registration]:
    """Answer a check whose files are measured, and where they are to be registered."""
    digests = [hashlib.sha256(b"%d %d" % (number, place)).digest() for place in range(len(hashes))]
    Media.objects.bulk_create(
        Media(
            sha256=digest,
            sha1=digest[:20],
            md5=digest[:16],
            size_bytes=1,
            pdq=pdq,
            quality=100,
            method="pdq/1 fast",
        )
        for digest, pdq in zip(digests, hashes, strict=True)
    )
    case = Case.objects.create(authority=node.authority, reference=str(number))
    check = Check.objects.create(authority=node.authority, case=case, request_digest=digests[0])
    found = dict(Media.objects.values_list("sha256", "pk"))
    CheckItem.objects.bulk_create(
        CheckItem(
            check_run=check,
            address=digest.hex(),
            address_digest=digest_of_address(digest.hex()),
            is_done=True,
            media_id=found[digest],
        )
        for digest in digests
    )
    exhibit = Exhibit.objects.create(case=case, label="1")
    return check, Registration(node.operator, exhibit, None, None, SightingSource.SEIZURE, None)


def _seconds(act: object) -> float:
    start = perf_counter()
    act()  # type: ignore[operator]  # a function without arguments
    return perf_counter() - start


if __name__ == "__main__":
    sys.argv.insert(1, "suggesting")
    main()
