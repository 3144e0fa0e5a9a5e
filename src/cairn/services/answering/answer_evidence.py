"""The answer as JSON: why a media or an entry of a list is met, in numbers and in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

from cairn.linking import DigestEqual, PdqNear, PhotoDnaNear, in_words
from cairn.linking.clip.link import ClipLink
from cairn.linking.evidence import kind_of_link, stored
from cairn.linking.footage import FrameNear
from cairn.linking.learnt import LearntNear
from cairn.linking.points import PlaceAgrees, PointsAgree
from cairn.linking.sound_spans import SoundAgrees

if TYPE_CHECKING:
    from cairn.linking import Evidence

Row = dict[str, Any]

_KEYS = ("distance_bits", "orientation", "points", "learnt", "sound", "at_s", "clip", "photodna")
_POINT_KEYS = (
    "policy",
    "alike",
    "places",
    "change",
    "mirrored",
    "spanned_of_known",
    "spanned_of_file",
    "shared",
    "outline",
    "planes",
    "in_motion",
    "likelihood_ratio",
    "left_out",
)


def evidence_row(evidence: Evidence) -> Row:
    """Answer the evidence: its kind, its sentence, and every key, most of them null."""
    row: Row = dict.fromkeys(_KEYS)
    row["words"] = in_words(evidence)
    match evidence:
        case DigestEqual(stated):
            return {"kind": "digest-stated" if stated else "digest-equal", "link": None, **row}
        case PdqNear(distance_bits, orientation):
            row |= {"distance_bits": distance_bits, "orientation": orientation.value}
        case PhotoDnaNear():
            row["photodna"] = {"distance": evidence.sum_of_squares, "policy": evidence.policy}
        case PointsAgree() | PlaceAgrees():
            row["points"] = _points(evidence)
        case SoundAgrees():
            row["sound"] = _sound(evidence)
        case LearntNear():
            row["learnt"] = {
                "model": evidence.policy,
                "sha256": evidence.sha256,
                "licence": evidence.licence,
                "similarity": round(evidence.similarity, 4),
                "threshold": evidence.threshold,
            }
        case FrameNear(distance_bits, orientation, at_s, _):
            row |= {"distance_bits": distance_bits, "orientation": orientation.value, "at_s": round(at_s, 3)}
        case ClipLink():
            row["clip"] = _clip(evidence)
        case _:
            assert_never(evidence)
    return {"kind": stored(evidence)["kind"], "link": kind_of_link(evidence).value, **row}


def _clip(evidence: ClipLink) -> Row:
    row = stored(evidence)
    return {key: row[key] for key in ("policy", "share_of_file", "share_of_known", "recording", "views")}


def _points(evidence: PointsAgree | PlaceAgrees) -> Row:
    """Answer what agrees, without the lines, which are for a drawing; of both kinds, every key."""
    row: Row = dict.fromkeys(_POINT_KEYS)
    row |= {"policy": evidence.policy, "alike": evidence.alike}
    row["left_out"] = [
        {"name": each.name, "points": each.points, "pictures": each.pictures} for each in evidence.left_out
    ]
    match evidence:
        case PointsAgree():
            return row | {
                "places": evidence.places,
                "change": evidence.change,
                "mirrored": evidence.is_mirrored,
                "spanned_of_known": round(evidence.spanned_of_known, 4),
                "spanned_of_file": round(evidence.spanned_of_file, 4),
                "shared": round(evidence.shared, 4),
                "outline": [list(corner) for corner in evidence.outline],
            }
        case PlaceAgrees():
            return row | {
                "places": sum(evidence.planes),
                "planes": list(evidence.planes),
                "in_motion": evidence.in_motion,
                "likelihood_ratio": evidence.likelihood_ratio,
            }
        case _:
            assert_never(evidence)


def _sound(found: SoundAgrees) -> Row:
    """Answer the spans that have one sound, in seconds."""
    return {
        "spans": [
            {
                "begin_seconds": span.begin_ms / 1000,
                "end_seconds": span.end_ms / 1000,
                "known_begin_seconds": span.known_begin_ms / 1000,
                "known_end_seconds": span.known_end_ms / 1000,
                "agreeing": span.agreeing,
                "compared": span.compared,
                "score": round(span.score, 1),
            }
            for span in found.spans
        ],
        "speed": round(found.speed, 5),
        "keeps_pitch": found.keeps_pitch,
        "shared_of_file": round(found.shared_of_file, 4),
        "shared_of_known": round(found.shared_of_known, 4),
    }
