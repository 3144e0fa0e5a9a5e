from __future__ import annotations

import numpy as np
import pytest

from cairn.errors import InputError
from cairn.linking.keypoints import keypoints, mirrored
from cairn.synthetic.alterations import mirrored as mirrored_pixels
from cairn.types import LocalFeatures
from linking.local_pictures import busy, features, features_of, scattered


def test_stored_features_become_points_in_working_pixels() -> None:
    raw = np.array([[64, 128, 4096, 16384]], "<u2").tobytes()
    points = keypoints(LocalFeatures(10, 20, raw, bytes(range(128))))
    assert points.positions.tolist() == [[1.0, 2.0]]
    assert points.sizes.tolist() == [2.0]
    assert points.angles.tolist() == pytest.approx([np.pi / 2])
    assert points.descriptors[0].tolist() == list(range(128))


def test_no_features_are_no_points() -> None:
    assert len(keypoints(LocalFeatures(10, 20, b"", b""))) == 0


@pytest.mark.parametrize(("points", "descriptors"), [(8, 0), (0, 128), (7, 128), (8, 129)])
def test_features_that_do_not_fit_together_are_refused(points: int, descriptors: int) -> None:
    with pytest.raises(InputError, match="one description for each point"):
        keypoints(LocalFeatures(10, 20, bytes(points), bytes(descriptors)))


def test_mirroring_twice_changes_nothing() -> None:
    points = scattered(50)
    twice = mirrored(mirrored(points))
    assert np.allclose(twice.positions, points.positions)
    assert np.allclose(np.exp(1j * twice.angles), np.exp(1j * points.angles))
    assert np.array_equal(twice.descriptors, points.descriptors)


def test_mirrored_points_are_those_of_the_mirrored_picture() -> None:
    """The very claim that saves a second look; what is missing was not among the 1,000 of both."""
    ours = mirrored(keypoints(features_of(1)))
    theirs = keypoints(features(mirrored_pixels(busy(1))))
    apart = np.linalg.norm(ours.positions[:, np.newaxis] - theirs.positions, axis=2)
    alike = np.linalg.norm(ours.descriptors[:, np.newaxis] - theirs.descriptors, axis=2)
    met = ((apart < 1.5) & (alike < 100)).any(axis=1)
    assert met.mean() > 0.75
