"""Two pictures compared point by point: the same picture altered, else the same place, else nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from cairn.linking.altered import Change, best_agreement, is_enough
from cairn.linking.keypoints import keypoints
from cairn.linking.places import some
from cairn.linking.points import PlaceAgrees, PointsAgree
from cairn.linking.policy import ALTERED_10_11, SCENE_1, AlteredPolicy, ScenePolicy
from cairn.linking.scene import scene_agreement

if TYPE_CHECKING:
    from cairn.linking.altered import Agreement
    from cairn.linking.keypoints import Keypoints
    from cairn.linking.left_out import LeftOut
    from cairn.linking.scene import SameScene
    from cairn.types import LocalFeatures


Frames = tuple[tuple[int, int], tuple[int, int]]
"""Width and height of the file's picture and of the known one, in working pixels."""

_SECOND_PLANE: Final = 10
"""Of 353 copies that a perspective fits best, the largest second part had 9 places (``scenes.md``)."""


@dataclass(frozen=True, slots=True)
class DetailPolicies:
    """The thresholds of both questions, by name."""

    altered: AlteredPolicy = ALTERED_10_11
    scene: ScenePolicy = SCENE_1


class Compared:
    """A file's picture, ready to be compared with many."""

    def __init__(
        self, file: LocalFeatures, policies: DetailPolicies, left_out: tuple[LeftOut, ...] = ()
    ) -> None:
        """Unpack the file's points once.

        Args:
            file: Without what is over-common.
            policies: The thresholds, by name.
            left_out: What was over-common, to be told with each link.
        """
        self._file: Keypoints = keypoints(file)
        self._policies = policies
        self._left_out = left_out

    def with_known(self, known: LocalFeatures) -> PointsAgree | PlaceAgrees | None:
        """Answer what links the file to a recorded picture, or ``None`` where the policies see nothing.

        Args:
            known: Of the recorded media.
        """
        theirs = keypoints(known)
        altered, scene = self._policies.altered, self._policies.scene
        agreement = best_agreement(self._file, theirs, policy=altered)
        is_altered = agreement is not None and is_enough(agreement, altered)
        if agreement is not None and is_altered and agreement.change is Change.SIMILARITY:
            return replace(_points(agreement, altered, self._frames(theirs)), left_out=self._left_out)
        found = scene_agreement(self._file, theirs, policy=scene)
        if agreement is not None and is_altered and not _has_depth(found):
            return replace(_points(agreement, altered, self._frames(theirs)), left_out=self._left_out)
        if found.likelihood_ratio < scene.least_ratio:
            return None
        return replace(_place(found, scene, self._frames(theirs)), left_out=self._left_out)

    def _frames(self, theirs: Keypoints) -> Frames:
        return (self._file.width, self._file.height), (theirs.width, theirs.height)


def _has_depth(found: SameScene) -> bool:
    """Answer whether a second flat part changes otherwise than the first: a picture of a picture has one."""
    return len(found.planes) > 1 and found.planes[1].places >= _SECOND_PLANE


def _points(found: Agreement, policy: AlteredPolicy, frames: Frames) -> PointsAgree:
    return PointsAgree(
        policy=policy.name,
        change=found.change.value,
        is_mirrored=found.is_mirrored,
        places=found.places,
        alike=found.alike,
        spanned_of_file=found.spanned_of_file,
        spanned_of_known=found.spanned_of_known,
        shared=found.shared,
        outline=found.outline,
        lines=some(found.lines),
        file_frame=frames[0],
        known_frame=frames[1],
        tried=tuple((way.change.value, way.is_mirrored, way.places) for way in found.tried),
        unrelated_pairs=policy.unrelated_pairs,
        chance_links=policy.chance_links,
    )


def _place(found: SameScene, policy: ScenePolicy, frames: Frames) -> PlaceAgrees:
    on_planes = tuple(line for plane in found.planes for line in plane.lines)
    return PlaceAgrees(
        policy=found.policy,
        planes=tuple(plane.places for plane in found.planes),
        in_motion=found.in_motion,
        alike=found.alike,
        likelihood_ratio=found.likelihood_ratio,
        lines=some(max(on_planes, found.motion_lines, key=len)),
        file_frame=frames[0],
        known_frame=frames[1],
        same_places=policy.same_places,
        different_places=policy.different_places,
        chance_links=policy.chance_links,
    )
