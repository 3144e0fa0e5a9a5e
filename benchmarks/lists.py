"""How many entries a second are read from each kind of hash list that comes with millions.

The lists are written to a file first. ``lines`` is what Python takes to read and split the file: a floor for
what reads text. Seconds are those of one core's work, so that other work on the machine does not count.
"""

from __future__ import annotations

import argparse
import base64
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING

import numpy as np

from cairn.intake.lists import Hash, Recognised, read_list, recognise_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TARGET_A_SECOND = 10_000_000 / 180
"""Ten million entries are to be imported within three minutes; reading them must be a small part of it."""

_ICSE = (
    "MD5;SHA1;PhotoDNA;Image ID;Is distributed;Victim identified;Offender identified;Series name;"
    "Number of submissions;File Available;Media Type;Baseline\n"
)
_SHARED = '<queryResult xmlns="https://example.org/v2"><images count="1">'


def main() -> None:
    """Write each list, read it, and print the rates."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--entries", type=int, default=500_000)
    chosen = arguments.parse_args(sys.argv[2:])
    with tempfile.TemporaryDirectory(prefix="cairn-bench-") as place:
        for name, write in _KINDS.items():
            file = Path(place) / "list"
            write(file, chosen.entries)
            floor, rate = _floor(file), _rate(file, chosen.entries)
            size_mb = file.stat().st_size / 1e6
            print(
                f"  {name:30} {size_mb:6.0f} MB  {rate:12,.0f} entries/s   lines {floor:12,.0f} /s",
                flush=True,
            )
            file.unlink()
    print(f"  asked for: {TARGET_A_SECOND:,.0f} entries/s to be imported, of which reading is one part")


def _rate(file: Path, entries: int) -> float:
    found = recognise_file(file, bare_64=Hash.SHA256)
    assert isinstance(found, Recognised), found  # noqa: S101 - a benchmark of nothing is worth nothing
    start = process_time()
    read = sum(len(batch) for batch in read_list(file, found))
    seconds = process_time() - start
    assert read == entries  # noqa: S101 - as above
    return entries / seconds


def _floor(file: Path) -> float:
    start = process_time()
    with file.open(encoding="utf-8", errors="replace") as stream:
        count = sum(1 for _ in stream)
    return count / (process_time() - start)


def _hashes(entries: int, length: int) -> Iterator[str]:
    """Yield made-up hashes as digits."""
    values = np.random.default_rng(1).integers(0, 256, (entries, length), dtype=np.uint8)
    for value in values:
        yield value.tobytes().hex()


def _write_lines(template: str, length: int) -> Callable[[Path, int], None]:
    def write(file: Path, entries: int) -> None:
        with file.open("w", encoding="utf-8") as stream:
            stream.writelines(
                template.format(each, number) for number, each in enumerate(_hashes(entries, length))
            )

    return write


def _write_icse(file: Path, entries: int) -> None:
    photodna = base64.b64encode(bytes(range(144))).decode()
    with file.open("w", encoding="utf-8") as stream:
        stream.write(_ICSE)
        both = zip(_hashes(entries, 16), _hashes(entries, 20), strict=True)
        for number, (md5, sha1) in enumerate(both):
            value = photodna if number % 10 == 0 else ""
            stream.write(f"{md5};{sha1};{value};{number};y;n;n;Series {number % 100};3;Y;Image;Y\n")


def _write_nsrl(file: Path, entries: int) -> None:
    with file.open("w", encoding="utf-8") as stream:
        stream.write(
            '"SHA-1","MD5","CRC32","FileName","FileSize","ProductCode","OpSystemCode","SpecialCode"\n'
        )
        both = zip(_hashes(entries, 20), _hashes(entries, 16), strict=True)
        for number, (sha1, md5) in enumerate(both):
            stream.write(f'"{sha1}","{md5}","00000000","file{number}.dll",{number},1,"358",""\n')


def _write_database(file: Path, entries: int) -> None:
    with closing(sqlite3.connect(file)) as connection:
        columns = "sha256, sha1, md5, file_name, file_size INTEGER, package_id INTEGER"
        connection.execute(f"CREATE TABLE FILE ({columns})")
        three = zip(_hashes(entries, 32), _hashes(entries, 20), _hashes(entries, 16), strict=True)
        rows = ((*each, f"f{number}", number, 1) for number, each in enumerate(three))
        connection.executemany("INSERT INTO FILE VALUES (?, ?, ?, ?, ?, ?)", rows)
        connection.commit()


def _write_shared(file: Path, entries: int) -> None:
    with file.open("w", encoding="utf-8") as stream:
        stream.write(_SHARED)
        for number, md5 in enumerate(_hashes(entries, 16)):
            stream.write(
                '<image><member id="42">M</member><timestamp>2024-01-01T00:00:00Z</timestamp>'
                f"<id>{number}</id><classification>A1</classification><fingerprints><md5>{md5}</md5></fingerprints></image>\n"
            )
        stream.write("</images></queryResult>")


_KINDS: dict[str, Callable[[Path, int], None]] = {
    "plain MD5": _write_lines("{}\n", 16),
    "sha256sum with names": _write_lines("{}  DCIM/{}.jpg\n", 32),
    "pdq lines": _write_lines("pdq {}\n", 32),
    "CSV, two columns": _write_lines("{},{}\n", 16),
    "ICSE, one in ten with PhotoDNA": _write_icse,
    "NSRL text": _write_nsrl,
    "NSRL database": _write_database,
    "shared entries (XML)": _write_shared,
}

if __name__ == "__main__":
    sys.argv.insert(1, "lists")
    main()
