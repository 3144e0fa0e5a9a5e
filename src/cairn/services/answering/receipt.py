"""The receipt of a check: every item with its digests and its verdict, and the counts that reconcile.

It says nothing of what others have recorded, so that it can be filed with a case or shown to the defence. It
says only what may be done with it: its verdicts come from series whose owners may have restricted that. Its
own SHA-256 is written beside it as ``sha256sum -c`` reads it, and printed: who keeps the digest can prove
later that the receipt was not changed.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from cairn.services.answering.answer_json import digest_row, handling_row, write_object
from cairn.services.checking.whole_file import digest_place, written_whole

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from cairn.services.answering.answer import Answer, FileAnswer

RECEIPT_FORMAT = "cairn-receipt/1"


def write_receipt(answer: Answer, path: Path) -> str:
    """Write the receipt to ``path`` and its digest to ``path`` + ``.sha256``; answer the digest in hex.

    Raises:
        InputError: The place cannot hold a file.
        ConfigurationError: The disk is full or reports an error.
    """
    with written_whole(path) as stream:
        write_object(stream, _head(answer), [("items", map(_item, answer.files))])
    with path.open("rb") as written:
        digest = hashlib.file_digest(written, "sha256").hexdigest()
    with written_whole(digest_place(path)) as stream:
        stream.write(f"{digest}  {path.name}\n")
    return digest


def _head(answer: Answer) -> dict[str, Any]:
    return {
        "format": RECEIPT_FORMAT,
        "cairn": answer.method.cairn,
        "node": answer.node,
        "authority": answer.authority,
        "case": answer.case,
        "exhibit": answer.exhibit,
        "started_at": answer.started_at.isoformat(),
        "finished_at": answer.finished_at.isoformat(),
        "paths": list(answer.paths),
        "input_sha256": answer.input_digest,
        "items_in": len(answer.files),
        "counts": {verdict.value: count for verdict, count in answer.counts.items()},
        "unreadable": len(answer.unreadable),
        "near_sought": answer.coverage.near_sought,
        "registered": answer.registered,
        "handling": handling_row(answer),
    }


def _item(file: FileAnswer) -> dict[str, Any]:
    return {
        "address": file.address,
        "verdict": file.verdict.value,
        "size_bytes": file.size_bytes,
        **digest_row(file),
        "reason": file.unreadable or (file.why_not.sentence if file.why_not else None),
    }
