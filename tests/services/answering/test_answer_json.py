from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import subprocess
from dataclasses import asdict, astuple, replace
from datetime import timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cairn.errors import InputError
from cairn.services.answering.answer_json import as_json, dump_json, write_json
from cairn.types import Digests, Verdict
from services.answers import (
    NOON,
    answer_of,
    empty_answer,
    hostile_answer,
    large_answer,
    picture,
    sample_answer,
)

if TYPE_CHECKING:
    from cairn.services.answering.answer import Answer

FORMAT_PAGE = Path(__file__).parents[3] / "docs" / "answer-format.md"


def _dumped(answer: Answer) -> str:
    stream = io.StringIO()
    dump_json(answer, stream)
    return stream.getvalue()


def _read(answer: Answer) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(_dumped(answer))
    return document


@pytest.mark.parametrize("make", [sample_answer, hostile_answer, empty_answer])
def test_what_is_written_is_what_the_values_say(make: Any) -> None:
    assert _read(make()) == as_json(make())


def _keys(value: object, prefix: str = "") -> set[str]:
    if isinstance(value, list):
        return {key for entry in value for key in _keys(entry, prefix)}
    if not isinstance(value, dict):
        return set()
    return {prefix + key for key in value} | {
        key for name, entry in value.items() for key in _keys(entry, f"{prefix}{name}.")
    }


def _documented() -> set[str]:
    """The keys of the page, each with the path that its section stands for."""
    found: set[str] = set()
    for section in FORMAT_PAGE.read_text("utf-8").split("\n## ")[1:]:
        title, _, body = section.partition("\n")
        of_list = re.search(r"`([a-z_\[\].]+)\[\]`", title)
        prefix = of_list[1].replace("[]", "") + "." if of_list else ""
        found |= {prefix + key for key in re.findall(r"^\| `([a-z0-9_.-]+)` \|", body, re.MULTILINE)}
    return found


def test_every_key_is_documented_and_every_documented_key_is_written() -> None:
    assert _keys(as_json(sample_answer())) == _documented()


def test_a_file_stands_on_one_line() -> None:
    lines = _dumped(sample_answer()).splitlines()
    assert sum('"verdict": ' in line for line in lines) == 150


def test_the_text_is_ascii_and_hostile_names_come_back_unchanged() -> None:
    answer = hostile_answer()
    text = _dumped(answer)
    assert text.isascii()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text)
    assert [file["address"] for file in json.loads(text)["files"]] == [file.address for file in answer.files]


def test_digests_are_lower_case_hexadecimal() -> None:
    digests = Digests(b"\xab" * 16, b"\xcd" * 20, b"\xef" * 32)
    file = _read(answer_of([replace(picture("1.jpg", Verdict.NEW), digests=digests)]))["files"][0]
    assert (file["md5"], file["sha1"], file["sha256"]) == ("ab" * 16, "cd" * 20, "ef" * 32)


def test_times_are_utc_whatever_zone_they_were_taken_in() -> None:
    there = NOON.astimezone(timezone(timedelta(hours=-8)))
    assert _read(replace(empty_answer(), finished_at=there))["finished_at"] == "2026-03-02T12:00:05Z"


def test_the_verdicts_sum_up_to_the_files() -> None:
    document = _read(sample_answer())
    assert document["counts"] == {
        "identified": 58,
        "known": 20,
        "similar": 9,
        "new": 49,
        "irrelevant": 7,
        "not-comparable": 7,
    }
    assert sum(document["counts"].values()) == document["input"]["files"] == len(document["files"])
    assert (document["unreadable"], document["copies"], document["looks_avoided"]) == (2, 4, 86)


@pytest.mark.parametrize("make", [sample_answer, hostile_answer])
def test_every_plain_fact_of_a_file_is_written_under_its_own_name(make: Any) -> None:
    names = (
        "address",
        "verdict",
        "size_bytes",
        "media_type",
        "width",
        "height",
        "quality",
        "unreadable",
        "copy_of",
    )
    for file, row in zip(make().files, _read(make())["files"], strict=True):
        assert [row[name] for name in names] == [getattr(file, name) for name in names]
        assert row["not_comparable"] == (
            None
            if file.why_not is None
            else {"reason": file.why_not.reason, "sentence": file.why_not.sentence}
        )


def test_every_plain_fact_of_a_series_is_written_under_its_own_name() -> None:
    names = ("id", "name", "status", "handling_code", "handling_words", "tlp", "media")
    told = ("owner", "owner_name", "country", "contact", "contact_hours", "contact_channel")
    for met, row in zip(sample_answer().series, _read(sample_answer())["series"], strict=True):
        assert [row[name] for name in names] == [getattr(met.facts, name) for name in names]
        assert row["status_since"] == met.facts.status_since.isoformat()
        assert tuple(row[name] for name in told) == astuple(met.facts.owner)
        assert tuple(row["lead"].values()) == astuple(met.facts.lead)
        assert row["met"] == {"exact": met.exact, "similar": met.similar}


def test_who_works_on_a_series_is_told_with_hours_and_channel() -> None:
    (lantern,) = (row for row in _read(sample_answer())["series"] if row["name"] == "Green Lantern")
    assert lantern["workers"] == [
        {
            "authority": "SE-UNIT",
            "name": "National Unit, Sweden",
            "country": "SE",
            "contact": "desk@unit.example.se",
            "contact_hours": "Mon-Fri 8-17 CET",
            "contact_channel": "SIENA",
            "since": "2026-02-03T09:00:00Z",
        }
    ]


def test_the_whole_answer_says_the_strictest_handling_of_what_it_met() -> None:
    words = ["Ask Sweden before anybody is told."]
    assert _read(sample_answer())["handling"] == {"codes": ["H1", "H3"], "words": words, "tlp": "TLP:RED"}
    assert _read(empty_answer())["handling"] is None


def test_method_and_coverage_are_written_under_their_own_names() -> None:
    document = _read(hostile_answer())
    assert document["method"] == asdict(hostile_answer().method)
    assert document["coverage"] == {
        "compared_at": "2026-03-02T12:00:00Z",
        "is_complete": False,
        "near_sought": True,
    }


def test_holders_say_whom_to_ask_and_since_when() -> None:
    file = next(file for file in _read(sample_answer())["files"] if file["verdict"] == "identified")
    assert file["matches"][0]["holders"][0] == {
        "authority": "NL-UNIT",
        "country": "NL",
        "contact": "vid@unit.example.nl, +31 00 000 0000",
        "sightings": 3,
        "first_recorded_at": "2024-05-01T08:00:00Z",
    }
    assert (file["matches"][0]["series"], file["matches"][0]["categories"]) == ([1], ["baseline:1"])


def test_evidence_says_its_kind_and_its_words() -> None:
    files = {Path(file["address"]).name: file for file in _read(sample_answer())["files"]}
    assert files["IMG_0001.jpg"]["verdict"] == "new"
    assert files["icon_0.png"]["matches"][0]["evidence"] == {
        "kind": "digest-equal",
        "link": None,
        "points": None,
        "learnt": None,
        "sound": None,
        "at_s": None,
        "clip": None,
        "photodna": None,
        "distance_bits": None,
        "orientation": None,
        "words": "SHA-256 is equal: the same content, byte for byte",
    }
    assert files["photo_5.jpg"]["matches"][0]["evidence"] == {
        "kind": "pdq-near",
        "link": "duplicate",
        "points": None,
        "learnt": None,
        "sound": None,
        "at_s": None,
        "clip": None,
        "photodna": None,
        "distance_bits": 15,
        "orientation": "flipped-left-right",
        "words": "PDQ distance 15 of 256 bits, mirrored left to right",
    }
    (listed,) = files["1.jpg"]["listed"]
    assert listed["evidence"]["photodna"] == {"distance": 1_204, "policy": "photodna-40000/1"}
    assert (listed["evidence"]["kind"], listed["evidence"]["link"]) == ("photodna-near", "duplicate")


def test_an_unreadable_file_has_a_reason_and_no_digest() -> None:
    (diary,) = (
        file for file in _read(sample_answer())["files"] if file["address"].endswith("Private/diary.jpg")
    )
    assert diary["unreadable"] == "/mnt/exhibit-4/Private/diary.jpg may not be read by this user."
    assert diary["sha256"] is diary["size_bytes"] is diary["not_comparable"] is None


def test_a_large_answer_is_written_in_small_pieces() -> None:
    class Listening(io.StringIO):
        longest = 0

        def write(self, text: str) -> int:
            self.longest = max(self.longest, len(text))
            return super().write(text)

    stream = Listening()
    dump_json(large_answer(2000), stream)
    assert stream.longest < 2000
    assert len(json.loads(stream.getvalue())["files"]) == 2000


def test_the_file_is_written_whole(tmp_path: Path) -> None:
    write_json(sample_answer(), tmp_path / "answer.json")
    assert json.loads((tmp_path / "answer.json").read_text()) == as_json(sample_answer())


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no folder"):
        write_json(sample_answer(), tmp_path / "none" / "answer.json")


def test_the_digest_of_the_input_list_can_be_made_from_the_answer() -> None:
    document = _read(sample_answer())
    lines = (f"{file['sha256'] or '-'}  {file['address']}\n" for file in document["files"])
    assert hashlib.sha256("".join(lines).encode()).hexdigest() == document["input"]["sha256"]


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="this machine has no sha256sum")
def test_the_documented_command_prints_the_digest_of_the_input_list(tmp_path: Path) -> None:
    contents = {
        "b/2.jpg": b"two",
        "b/ä ö.jpg": b"umlauts",
        "a 1.jpg": b"one",
        "a-1.jpg": b"dash",
        "b.jpg": b"",
    }
    files = []
    for name, content in contents.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
        digests = Digests(b"", b"", hashlib.sha256(content).digest())
        files.append(
            replace(picture(name, Verdict.NEW), address=str(tmp_path.resolve() / name), digests=digests)
        )
    (command,) = re.findall(r"^find .*$", FORMAT_PAGE.read_text("utf-8"), re.MULTILINE)
    command = command.replace("/FULL/PATH", f"'{tmp_path.resolve()}'")
    printed = subprocess.run(["sh", "-c", command], check=True, capture_output=True, text=True).stdout
    assert printed.split()[0] == as_json(answer_of(files))["input"]["sha256"]  # type: ignore[index] # an object
