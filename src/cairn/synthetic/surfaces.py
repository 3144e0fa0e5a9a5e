"""Flat textured surfaces, and how they are drawn through a pinhole.

A plane seen through a pinhole is a homography of its texture, so a wall costs one perspective warp and is
exact from every viewpoint. The part of a surface behind the camera is clipped away first, because the
homography would fold it into the picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from cairn.synthetic.viewpoint import NEAR_M, Point, Viewpoint

if TYPE_CHECKING:
    from numpy.typing import NDArray

SUBPIXEL_BITS = 4
"""Polygon corners are given to the drawing functions in sixteenths of a pixel."""
SMALLEST_SHRINK = 0.6
"""A texture is halved while it would be drawn smaller than this, so that it does not flicker into moiré."""


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """A rectangle or parallelogram in the world, seen from its front only.

    Attributes:
        origin: The world point of the texture's top-left corner.
        across: From the texture's left edge to its right edge.
        along: From the texture's top edge to its bottom edge.
        texture: ``(h, w, 3)`` uint8 RGB, with light and shadow already in it.
    """

    origin: Point
    across: Point
    along: Point
    texture: NDArray[np.uint8]

    def corners(self) -> NDArray[np.float64]:
        """Answer the four corners in the world, ``(4, 3)``, clockwise from the texture's top left."""
        start, u, v = np.array(self.origin), np.array(self.across), np.array(self.along)
        return np.stack([start, start + u, start + u + v, start + v])

    def centre(self) -> NDArray[np.float64]:
        """Answer the middle of the surface, ``(3,)``."""
        middle: NDArray[np.float64] = self.corners().mean(axis=0)
        return middle

    def normal(self) -> NDArray[np.float64]:
        """Answer the unit vector that points from the surface to whoever looks at its front."""
        (ax, ay, az), (bx, by, bz) = self.along, self.across
        outward = np.array([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx])
        unit: NDArray[np.float64] = outward / np.sqrt(outward @ outward)
        return unit


def homography(surface: Surface, view: Viewpoint, size: tuple[int, int]) -> NDArray[np.float64]:
    """Answer the ``(3, 3)`` matrix from texture pixels to picture pixels, both counted from pixel middles.

    Args:
        surface: The plane.
        view: Where the camera stands.
        size: Width and height of the picture in pixels.
    """
    high, wide = surface.texture.shape[:2]
    basis = np.stack(
        [
            np.array(surface.across) / wide,
            np.array(surface.along) / high,
            np.array(surface.origin) - np.array(view.position),
        ],
        axis=1,
    )
    to_edge = np.array([[1.0, 0, 0.5], [0, 1.0, 0.5], [0, 0, 1.0]])
    matrix: NDArray[np.float64] = view.intrinsic(size) @ view.rotation() @ basis @ to_edge
    return matrix


def _clip_near(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cut away the part of a polygon in camera coordinates that is not in front of the pinhole."""
    kept: list[NDArray[np.float64]] = []
    for here, following in zip(points, np.roll(points, -1, axis=0), strict=True):
        if here[2] >= NEAR_M:
            kept.append(here)
        if (here[2] >= NEAR_M) != (following[2] >= NEAR_M):
            share = (NEAR_M - here[2]) / (following[2] - here[2])
            kept.append(here + share * (following - here))
    return np.array(kept).reshape(-1, 3)


def outline(surface: Surface, view: Viewpoint, size: tuple[int, int]) -> NDArray[np.float64]:
    """Answer the corners of what is seen of a surface, ``(n, 2)`` pixels; empty if nothing is seen."""
    toward = np.array(view.position) - surface.centre()
    if float(surface.normal() @ toward) <= 0:
        return np.empty((0, 2))
    seen = _clip_near(view.to_camera(surface.corners())) @ view.intrinsic(size).T
    pixels: NDArray[np.float64] = seen[:, :2] / seen[:, 2:]
    return pixels


def _bounds(polygon: NDArray[np.float64], size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Answer left, top, right and bottom of the polygon's part inside the picture."""
    low = np.clip(np.floor(polygon.min(axis=0)), 0, size)
    high = np.clip(np.ceil(polygon.max(axis=0)) + 1, 0, size)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def _shrunk(surface: Surface, polygon: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Answer the texture, halved as often as it will be drawn much smaller than it is."""
    texture = surface.texture
    drawn = cv2.contourArea(polygon.astype(np.float32))
    scale = float(np.sqrt(drawn / (texture.shape[0] * texture.shape[1])))
    while scale < SMALLEST_SHRINK and min(texture.shape[:2]) > 1:
        texture = np.asarray(
            cv2.resize(texture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8
        )
        scale *= 2
    return texture


def draw_surface(canvas: NDArray[np.uint8], surface: Surface, view: Viewpoint) -> None:
    """Draw a surface onto a picture, over whatever is there.

    Args:
        canvas: ``(h, w, 3)`` uint8 RGB, changed in place.
        surface: What to draw; its back is invisible.
        view: From where.
    """
    size = (canvas.shape[1], canvas.shape[0])
    polygon = outline(surface, view, size)
    if len(polygon) == 0:
        return
    left, top, right, bottom = _bounds(polygon, size)
    if right <= left or bottom <= top:
        return
    texture = _shrunk(surface, polygon)
    plain = Surface(surface.origin, surface.across, surface.along, texture)
    shift = np.array([[1.0, 0, -left], [0, 1.0, -top], [0, 0, 1.0]])
    box = (right - left, bottom - top)
    warped = cv2.warpPerspective(
        texture, shift @ homography(plain, view, size), box, borderMode=cv2.BORDER_REPLICATE
    )
    mask = np.zeros((box[1], box[0]), dtype=np.uint8)
    inside = np.clip(polygon - (left, top), -8 * max(size), 8 * max(size))
    cv2.fillConvexPoly(mask, np.round(inside * 2**SUBPIXEL_BITS).astype(np.int32), 255, shift=SUBPIXEL_BITS)
    cv2.copyTo(warped, mask, canvas[top:bottom, left:right])
