"""The receipt accounts for every item, and its digest proves it."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

from cairn.services.answering.receipt import write_receipt
from services.answers import sample_answer

if TYPE_CHECKING:
    from pathlib import Path


def test_every_item_is_there_with_its_digests_and_its_verdict(tmp_path: Path) -> None:
    answer = sample_answer()
    write_receipt(answer, tmp_path / "receipt.json")
    values = json.loads((tmp_path / "receipt.json").read_text())
    assert values["format"] == "cairn-receipt/1"
    assert [item["address"] for item in values["items"]] == [file.address for file in answer.files]
    assert sum(values["counts"].values()) == values["items_in"] == len(answer.files)
    for item, file in zip(values["items"], answer.files, strict=True):
        assert item["verdict"] == file.verdict
        assert (item["sha256"] is None) == (file.unreadable is not None)
        assert (item["reason"] is None) == (file.unreadable is None and file.why_not is None)


def test_what_others_have_recorded_is_not_in_it(tmp_path: Path) -> None:
    answer = sample_answer()
    write_receipt(answer, tmp_path / "receipt.json")
    text = (tmp_path / "receipt.json").read_text()
    assert answer.series
    assert not any(met.facts.name in text or met.facts.owner.contact in text for met in answer.series)


def test_what_may_be_done_with_the_verdicts_is_in_it(tmp_path: Path) -> None:
    write_receipt(sample_answer(), tmp_path / "receipt.json")
    values = json.loads((tmp_path / "receipt.json").read_text())
    words = ["Ask Sweden before anybody is told."]
    assert values["handling"] == {"codes": ["H1", "H3"], "words": words, "tlp": "TLP:RED"}


def test_the_digest_beside_it_is_what_sha256sum_checks(tmp_path: Path) -> None:
    digest = write_receipt(sample_answer(), tmp_path / "receipt.json")
    checked = subprocess.run(
        ["sha256sum", "-c", "receipt.json.sha256"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "OK" in checked.stdout
    assert (tmp_path / "receipt.json.sha256").read_text() == f"{digest}  receipt.json\n"
