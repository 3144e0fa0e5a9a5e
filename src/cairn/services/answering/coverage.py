"""What an answer says of its own reach: what was compared with how much, and by which method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

BY_DIGESTS = "digests-alone"
"""The mode of a check that reads no file."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the files were compared with: everything recorded by then that the asker may see.

    Nothing here counts or names what is in the index: it holds what is hidden from the asker too.

    Attributes:
        compared_at: When the comparing began; what was recorded before is in it.
        is_complete: False where parts of the index were refused because their checksums do not hold.
        near_sought: False where only digests were at hand: near copies were not looked for, so that
            "new" says no more than that nobody has recorded these digests.
    """

    compared_at: datetime
    is_complete: bool
    near_sought: bool = True


@dataclass(frozen=True, slots=True)
class DetailedCoverage:
    """What was compared in detail, point by point.

    Nothing here depends on what the asker may not know: so it does not say whether few enough pictures are
    recorded that all were compared, and states what holds in any case.

    Attributes:
        asked: Files that were to be compared in detail, each content once.
        compared: Of these, the ones that were; the others could not be read or decoded again.
        stage: How candidates are found where not all pictures are compared.
        recall: Share of altered copies whose original was among the candidates, as measured: the lower bound.
        measured: Where that was measured.
        altered_policy: The name and version of the policy that says what an altered copy is.
        scene_policy: The same for views of one place.
        is_complete: No part of the index of features was refused.
        with_common: Files of which points were left out, because they are on the list of over-common ones.
        left_out: How many points that were.
        common: The names of what they belong to, as far as the asker may know the pictures that show it.
    """

    asked: int
    compared: int
    stage: str
    recall: float
    measured: str
    altered_policy: str
    scene_policy: str
    is_complete: bool
    with_common: int = 0
    left_out: int = 0
    common: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SoundCoverage:
    """What was compared by its sound.

    Attributes:
        asked: Files that were to be listened to, each content once.
        heard: Of these, the ones in which something is heard; they were compared.
        silent: Of these, the ones that have sound in which nothing stands out. The others have none, or could
            not be read or decoded.
        policy: The name of the policy that links.
        unrelated_pairs: How many pairs of unrelated sounds it was measured on.
        chance_links: How many of these it linked.
        is_complete: No part of the index of sounds was refused.
        with_common: Files in which a sound of the list of over-common ones was heard; it was left out.
        common: The names of those sounds.
    """

    asked: int
    heard: int
    silent: int
    policy: str
    unrelated_pairs: int
    chance_links: int
    is_complete: bool
    with_common: int = 0
    common: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LearntCoverage:
    """What was compared by a learnt model that the operator supplies, and whose model that is.

    Attributes:
        asked: Files that were to be described, each content once.
        described: Of these, the ones that were; the others could not be read or decoded again.
        model: Its name and version.
        sha256: Of its file, as hexadecimal digits.
        licence: Under which it is used.
        source: Where it came from; empty where that is not said.
        link: What likeness means, as its operator says: ``duplicate`` or ``scene``.
        threshold: The cosine from which on there is a link.
        measured: On what the operator has measured that; empty where nothing is said.
        is_complete: No part of the index of vectors was refused.
    """

    asked: int
    described: int
    model: str
    sha256: str
    licence: str
    source: str
    link: str
    threshold: float
    measured: str
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Method:
    """With what the answer was made: versions and thresholds."""

    cairn: str
    pdq: str
    mode: str
    duplicate_policy: str
    radius_bits: int
    minimum_quality: int
