"""Fingerprints as values for JSON, one object a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.errors import CairnError
from cairn.fingerprints.pdq import PDQ_METHOD
from cairn.types import ORIENTATIONS, Pdq

if TYPE_CHECKING:
    from cairn.errors import NotComparable
    from cairn.types import Fingerprints


def as_json(address: str, result: Fingerprints | CairnError) -> dict[str, object]:
    """Answer what was measured of a file, or ``error`` with a code and a sentence where it was not read."""
    if isinstance(result, CairnError):
        return {"address": address, "error": {"code": result.code, "sentence": result.sentence}}
    picture, digests = result.picture, result.digests
    return {
        "address": address,
        "size_bytes": result.size_bytes,
        "md5": digests.md5.hex(),
        "sha1": digests.sha1.hex(),
        "sha256": digests.sha256.hex(),
        "media_type": picture.media_type,
        "width": picture.width,
        "height": picture.height,
        **_comparison(picture.comparison),
    }


def _comparison(comparison: Pdq | NotComparable) -> dict[str, object]:
    if not isinstance(comparison, Pdq):
        return {"not_comparable": {"code": str(comparison.reason), "sentence": comparison.sentence}}
    turned = zip(ORIENTATIONS, comparison.hashes, strict=True)
    return {
        "pdq": comparison.hex,
        "pdq_quality": comparison.quality,
        "pdq_orientations": {str(orientation): raw.hex() for orientation, raw in turned},
        "pdq_method": f"{PDQ_METHOD} {comparison.mode}",
    }
