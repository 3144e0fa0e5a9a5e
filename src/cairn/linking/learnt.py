"""What a learnt model shows: two pictures that it describes alike, and whose model that is.

A model gives one number and no reason. So the evidence names the model by its digest, says what its operator
has measured, and that nothing can be checked by eye but the pictures themselves.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from cairn.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

_STEPS: Final = 10_000
_SHOWN_DIGITS: Final = 16


@dataclass(frozen=True, slots=True)
class LearntNear:
    """A learnt model describes two pictures alike.

    Attributes:
        policy: The model's name and version.
        sha256: Of the model's file, as hexadecimal digits.
        licence: Under which it is used.
        link: ``duplicate`` or ``scene``: what its operator says that likeness means.
        similarity: The cosine of the two vectors, at most 1.
        threshold: From which on there is a link.
        measured: On what the operator has measured that; empty where nothing is said.
    """

    policy: str
    sha256: str
    licence: str
    link: str
    similarity: float
    threshold: float
    measured: str


def learnt_in_words(found: LearntNear) -> Sentence:
    """Answer the evidence as sentences.

    >>> found = LearntNear("places/2", "ab" * 32, "MIT", "scene", 0.91234, 0.8, "")
    >>> learnt_in_words(found)[:60]
    'Perhaps the same place: the learnt model places/2 (SHA-256 a'
    """
    is_place = found.link == "scene"
    return Sentence(
        "%(what)s: the learnt model %(model)s (SHA-256 %(sha256)s…, licence %(licence)s) describes both "
        "alike, cosine %(cosine)s of 1. Its operator links from %(threshold)s on, %(measured)s. A model "
        "gives no reason: look at both",
        what=Sentence("Perhaps the same place") if is_place else Sentence("Perhaps an altered copy"),
        model=found.policy,
        sha256=found.sha256[:_SHOWN_DIGITS],
        licence=found.licence,
        cosine=f"{found.similarity:.3f}",
        threshold=f"{found.threshold:.3f}",
        measured=measured_in_words(found.measured),
    )


def measured_in_words(measured: str) -> Sentence:
    """Answer what the operator says to have measured, to stand within a sentence."""
    if measured:
        return Sentence("measured as: %(said)s", said=measured)
    return Sentence("of which nothing is said to be measured")


def stored_learnt(found: LearntNear) -> dict[str, object]:
    """Answer the evidence as values that a table of links keeps."""
    return {
        "kind": "learnt-near",
        **asdict(found),
        "similarity": round(found.similarity * _STEPS) / _STEPS,
    }


def learnt_from_stored(values: Mapping[str, object]) -> LearntNear | None:
    """Answer stored evidence as a value; ``None`` where it is of another kind, or lacks something."""
    found = {name: value for name, value in values.items() if name != "kind"}
    if values.get("kind") != "learnt-near" or found.keys() != set(LearntNear.__slots__):
        return None
    return LearntNear(**found)  # type: ignore[arg-type]  # as the node itself has stored it
