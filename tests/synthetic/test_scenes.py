from __future__ import annotations

import cv2
import numpy as np
import pytest

from cairn.synthetic.pattern_scenes import pattern
from cairn.synthetic.rooms import room, shell
from cairn.synthetic.scenes import Scene, render
from cairn.synthetic.still_life import still_life
from cairn.synthetic.surfaces import homography

SIZE = (480, 360)


def far_wall_patch(scene: Scene, corners: np.ndarray) -> np.ndarray:
    """Unwarp one part of the far wall from a picture of the scene."""
    matrix = homography(scene.structure[1], scene.view, SIZE)
    seen = cv2.perspectiveTransform(corners[np.newaxis], matrix)[0].astype(np.float32)
    target = np.array([[0, 0], [95, 0], [95, 95], [0, 95]], np.float32)
    return cv2.warpPerspective(render(scene, SIZE), cv2.getPerspectiveTransform(seen, target), (96, 96))


@pytest.mark.parametrize("make", [room, still_life, pattern])
def test_one_seed_gives_one_picture(make: object) -> None:
    assert callable(make)
    first, again, other = (render(make(seed), SIZE) for seed in (3, 3, 4))
    assert first.shape == (360, 480, 3)
    assert np.array_equal(first, again)
    assert np.abs(first.astype(int) - other).mean() > 10


def test_one_room_keeps_its_wall_from_two_viewpoints() -> None:
    empty = room(8).with_things(())
    moved = empty.seen_from(room(8, standing=1).view)
    high, wide = empty.structure[1].texture.shape[:2]
    corners = np.array([[0.3, 0.1], [0.7, 0.1], [0.7, 0.5], [0.3, 0.5]]) * (wide, high)
    first, second = (far_wall_patch(scene, corners).astype(float) for scene in (empty, moved))
    alike = np.corrcoef(first.ravel(), second.ravel())[0, 1]
    strange = np.corrcoef(first.ravel(), far_wall_patch(room(9), corners).astype(float).ravel())[0, 1]
    assert not np.array_equal(render(empty, SIZE), render(moved, SIZE))
    assert alike > 0.85 > strange


def test_other_furniture_leaves_the_walls_as_they_are() -> None:
    first, second = room(11), room(11, furnishing=1)
    assert first.structure[1].texture is second.structure[1].texture
    assert not np.array_equal(render(first, SIZE), render(second, SIZE))


def test_posters_hang_and_light_falls_in_every_room() -> None:
    for seed in range(4):
        made = shell(seed)
        assert len(made.lit) >= 9, "ceiling, four walls, window, two curtains, a poster"
        assert len(made.level) == 2


def test_objects_of_a_still_life_do_not_stand_in_each_other() -> None:
    for arrangement in range(5):
        anchors = [np.array(thing.anchor) for thing in still_life(2, arrangement=arrangement).things]
        assert len(anchors) >= 2
        gaps = [np.linalg.norm(a - b) for i, a in enumerate(anchors) for b in anchors[:i]]
        assert min(gaps) > 0.1


def test_patterns_fill_the_frame() -> None:
    for seed in range(6):
        scene = pattern(seed)
        picture = render(Scene(scene.structure, (), scene.view, background=255), SIZE)
        dark = render(Scene(scene.structure, (), scene.view, background=0), SIZE)
        assert np.array_equal(picture, dark)
