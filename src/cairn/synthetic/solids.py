"""Round things: vases, bowls, balls, rings, cones, made by turning a profile about an axis.

A solid is a mesh of small four-sided facets, each with one colour. A light blur of colour and cover together
smooths its outline and hides the facets, as glaze does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from cairn.synthetic.viewpoint import NEAR_M, Point, Viewpoint

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEGMENTS = 72
"""Facets around a solid: at 300 pixels across, one facet is at most thirteen pixels wide."""
SUBPIXEL_BITS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Solid:
    """A closed mesh with a colour for every facet.

    Attributes:
        vertices: ``(n, 3)`` float64, metres in the world.
        facets: ``(m, 4)`` int, numbers of vertices, anticlockwise as seen from outside.
        colours: ``(m, 3)`` float32 RGB from 0 to 1, before or after light falls on it.
    """

    vertices: NDArray[np.float64]
    facets: NDArray[np.intp]
    colours: NDArray[np.float32]

    def centre(self) -> NDArray[np.float64]:
        """Answer the mean of the vertices, ``(3,)``."""
        middle: NDArray[np.float64] = self.vertices.mean(axis=0)
        return middle

    def centres(self) -> NDArray[np.float64]:
        """Answer the middle of every facet, ``(m, 3)``."""
        middles: NDArray[np.float64] = self.vertices[self.facets].mean(axis=1)
        return middles

    def normals(self) -> NDArray[np.float64]:
        """Answer the outward unit vector of every facet, ``(m, 3)``."""
        a, b, c, d = np.moveaxis(self.vertices[self.facets], 1, 0)
        outward = np.cross(c - a, d - b)
        unit: NDArray[np.float64] = outward / np.maximum(
            np.linalg.norm(outward, axis=1, keepdims=True), 1e-12
        )
        return unit

    def coloured(self, colours: NDArray[np.float32]) -> Solid:
        """Answer the same mesh with other colours."""
        return replace(self, colours=colours)


def revolve(profile: NDArray[np.float64], foot: Point, colours: NDArray[np.float32]) -> Solid:
    """Turn a profile about the vertical axis.

    Args:
        profile: ``(n, 2)`` radius and height in metres, from the foot up along the outside.
        foot: Where height 0 of the axis stands.
        colours: ``(n - 1, SEGMENTS, 3)`` RGB from 0 to 1, a colour for every facet.

    Returns:
        A solid of ``(n - 1)·SEGMENTS`` facets.
    """
    angles = np.arange(SEGMENTS) * 2 * np.pi / SEGMENTS
    radius, height = profile[:, 0][:, np.newaxis], profile[:, 1][:, np.newaxis]
    x, y = foot[0] + radius * np.cos(angles), foot[1] + radius * np.sin(angles)
    z = foot[2] + np.broadcast_to(height, x.shape)
    vertices = np.stack([x, y, z], axis=-1).reshape(-1, 3)
    row = np.arange(len(profile) - 1)[:, np.newaxis] * SEGMENTS
    this, following = np.arange(SEGMENTS), (np.arange(SEGMENTS) + 1) % SEGMENTS
    facets = np.stack(
        [row + this, row + following, row + SEGMENTS + following, row + SEGMENTS + this], axis=-1
    )
    return Solid(vertices, facets.reshape(-1, 4), colours.reshape(-1, 3).astype(np.float32))


def draw_solid(canvas: NDArray[np.uint8], solid: Solid, view: Viewpoint) -> None:
    """Draw a solid onto a picture, over whatever is there; nothing is drawn unless all of it is in front.

    Args:
        canvas: ``(h, w, 3)`` uint8 RGB, changed in place.
        solid: What to draw, its colours lit.
        view: From where.
    """
    size = (canvas.shape[1], canvas.shape[0])
    if float(view.to_camera(solid.vertices)[:, 2].min()) < NEAR_M:
        return
    pixels = view.project(solid.vertices, size)
    low = np.clip(np.floor(pixels.min(axis=0)) - 2, 0, size).astype(int)
    high = np.clip(np.ceil(pixels.max(axis=0)) + 3, 0, size).astype(int)
    if np.any(high - low <= 0):
        return
    patch = _facets(solid, view, pixels=pixels - low, box=(int(high[0] - low[0]), int(high[1] - low[1])))
    below = canvas[low[1] : high[1], low[0] : high[0]]
    open_share = cv2.cvtColor(255 - patch[..., 3], cv2.COLOR_GRAY2RGB)
    shining = cv2.multiply(below, open_share, scale=1 / 255)
    below[:] = cv2.add(cv2.cvtColor(patch, cv2.COLOR_RGBA2RGB), shining)


def _facets(
    solid: Solid, view: Viewpoint, *, pixels: NDArray[np.float64], box: tuple[int, int]
) -> NDArray[np.uint8]:
    """Draw the facets that face the camera, far ones first, as ``(h, w, 4)`` colour and cover of 0 to 255."""
    centres = solid.centres()
    toward = np.array(view.position) - centres
    facing = np.flatnonzero(np.einsum("ij,ij->i", toward, solid.normals()) > 0)
    order = facing[np.argsort(-np.linalg.norm(toward[facing], axis=1))]
    patch = np.zeros((box[1], box[0], 4), dtype=np.uint8)
    corners = np.round(pixels[solid.facets[order]] * 2**SUBPIXEL_BITS).astype(np.int32)
    paints = np.clip(solid.colours[order] * 255, 0, 255).tolist()
    for polygon, paint in zip(corners, paints, strict=True):
        cv2.fillConvexPoly(patch, polygon, (*paint, 255), shift=SUBPIXEL_BITS)
    return np.asarray(cv2.GaussianBlur(patch, (5, 5), 0.9), dtype=np.uint8)
