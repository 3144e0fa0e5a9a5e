"""Where a camera stands and looks: a pinhole with a pose.

World: metres, x to the right, y away, z up. Camera: x to the right, y down, z forward, so a point at camera
coordinates (x, y, z) falls on the picture at ``(f·x/z + cx, f·y/z + cy)``. One scene seen from two viewpoints
therefore differs exactly as two photographs of one room do, which is what links between scenes rest on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Point = tuple[float, float, float]
"""A place or a direction in the world, in metres."""

NEAR_M = 0.05
"""What lies nearer than this to the pinhole is not drawn."""


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """The place, the direction and the field of view of a camera.

    Attributes:
        position: Of the pinhole.
        yaw: Radians; 0 looks along y, positive turns to the right.
        pitch: Radians, positive looks up.
        roll: Radians, positive turns the camera clockwise as seen from behind.
        focal: Focal length as a share of the picture's width; 0.7 is a usual phone.
    """

    position: Point
    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    focal: float = 0.75

    def rotation(self) -> NDArray[np.float64]:
        """Answer the ``(3, 3)`` rotation whose rows are the camera's right, down and forward in the world."""
        sy, cy, sp, cp = np.sin(self.yaw), np.cos(self.yaw), np.sin(self.pitch), np.cos(self.pitch)
        forward = np.array([sy * cp, cy * cp, sp])
        right = np.array([cy, -sy, 0.0])
        down = np.cross(forward, right)
        sr, cr = np.sin(self.roll), np.cos(self.roll)
        return np.stack([cr * right + sr * down, cr * down - sr * right, forward])

    def intrinsic(self, size: tuple[int, int]) -> NDArray[np.float64]:
        """Answer the ``(3, 3)`` calibration matrix for a picture of ``size`` (width, height) pixels."""
        focal = self.focal * size[0]
        return np.array([[focal, 0, (size[0] - 1) / 2], [0, focal, (size[1] - 1) / 2], [0, 0, 1]])

    def to_camera(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Answer ``(n, 3)`` world points in camera coordinates; the last column is the depth in metres."""
        moved: NDArray[np.float64] = (points - np.array(self.position)) @ self.rotation().T
        return moved

    def project(self, points: NDArray[np.float64], size: tuple[int, int]) -> NDArray[np.float64]:
        """Answer where ``(n, 3)`` world points fall, as ``(n, 2)`` pixels; every depth must be positive."""
        seen = self.to_camera(points) @ self.intrinsic(size).T
        pixels: NDArray[np.float64] = seen[:, :2] / seen[:, 2:]
        return pixels

    def distance_to(self, point: NDArray[np.float64]) -> float:
        """Answer the distance in metres from the pinhole to a point."""
        return float(np.linalg.norm(point - np.array(self.position)))
