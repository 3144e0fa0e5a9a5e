"""How many media a second a VICS case is checked by its digests, records and audit included.

A node is made with as many recorded media as the case has, half of which the case states. The rate is that
of the whole check, by the clock; ``read`` is what reading the same file to values takes, in the same run.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from pathlib import Path

from cairn.intake.vics import Form, Kind, MediaRead, read_vics
from cairn.records.authorities import AuthorityKind
from cairn.records.lock import as_the_node
from cairn.services.casefiles.checking import check_case_files
from cairn.services.casefiles.finding import case_files
from cairn.services.checking.planning import CheckRequest
from cairn.services.directory.authorities import NewAuthority
from cairn.services.node.opening import create_node, open_node

HOME = NewAuthority("NL-UNIT", "Demonstration unit", AuthorityKind.UNIT, "NL", "desk@unit.nl.example")
FORM = Form("2.0", Kind.CASES, "US")


def main() -> None:
    """Register half of a case, check all of it, and print the rates."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--media", type=int, default=50_000)
    arguments.add_argument("--database", default="sqlite")
    chosen, _ = arguments.parse_known_args()
    with tempfile.TemporaryDirectory(prefix="cairn-bench-") as place:
        folder = Path(place)
        create_node(folder / "node", authority=HOME, database=chosen.database)
        with as_the_node("a benchmark sets its scene up"):
            node = open_node(folder / "node")
            half, whole = folder / "half.json", folder / "case.json"
            _write(half, chosen.media // 2)
            _write(whole, chosen.media)
            requests = [
                ("registered", half, CheckRequest((half,), case="K1", register=True)),
                ("checked, half known", whole, CheckRequest((whole,), case="K2")),
            ]
            for words, file, request in requests:
                start = time.perf_counter()
                answer = check_case_files(node, request, case_files([file], None))
                seconds = time.perf_counter() - start
                count = len(answer.files)
                print(f"  {words:22} {count:9,} media {count / seconds:9,.0f} media/s")
            start = time.perf_counter()
            with whole.open("rb") as stream:
                count = sum(isinstance(each, MediaRead) for each in read_vics(stream))
            print(f"  {'read':22} {count:9,} media {count / (time.perf_counter() - start):9,.0f} media/s")


def _write(file: Path, media: int) -> None:
    some = random.Random(1)  # noqa: S311 - the same records every time, and no secret
    with file.open("w", encoding="utf-8") as stream:
        stream.write(json.dumps({FORM.key: FORM.address})[:-1] + ', "value": [{"CaseNumber": "1", "Media": [')
        for number in range(media):
            row = {"MediaID": number, "MD5": some.randbytes(16).hex(), "SHA1": some.randbytes(20).hex()}
            row |= {"RelativeFilePath": f"Files\\{number}.jpg", "MediaSize": number}
            stream.write(("," if number else "") + json.dumps(row) + "\n")
        stream.write("]}]}")


if __name__ == "__main__":
    main()
