"""From plain pixels to what a browser is sent: masked so far that no detail is left, or revealed and marked.

A masked picture is made from so few pixels that what it hides is not in it: nobody can take the mask off.
"""

from __future__ import annotations

from enum import StrEnum
from io import BytesIO
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

if TYPE_CHECKING:
    from cairn.types import Preview


class Mask(StrEnum):
    """How a picture is hidden until somebody reveals it."""

    BLUR = "blur"
    GREY = "grey"
    LINES = "lines"
    SMALL = "small"


class Look(StrEnum):
    """How a picture is revealed: colour off or small takes some of its weight away."""

    COLOUR = "colour"
    GREY = "grey"
    SMALL = "small"


MASK_PIXELS: Final = {Mask.BLUR: 16, Mask.GREY: 16, Mask.LINES: 48, Mask.SMALL: 24}
"""The longer side, in pixels, of all that a masked picture is made of. At 16 one tells day from night; at 48
a line drawing shows where large things stand."""
MASKED_SIDE: Final = 256
SMALL_SIDE: Final = 320
_QUALITY: Final = 82
_MARK_STEP: Final = 190
_MARK_OPACITY: Final = 96
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What turns a picture upright, by its EXIF orientation; source: TIFF 6.0, tag 274."""
MEDIA_TYPE: Final = "image/jpeg"

Region = tuple[float, float, float, float]
"""Left, top, width and height of a part, each a share of the whole from 0 to 1."""


def masked(preview: Preview, mask: Mask, *, upright: bool = True) -> bytes:
    """Answer a picture of which no detail can be told, as a JPEG."""
    return _encoded(_hidden(_picture(preview, upright=upright), mask))


def revealed(
    preview: Preview, look: Look, *, mark: str, region: Region | None = None, upright: bool = True
) -> bytes:
    """Answer the picture with the viewer's mark burnt in, as a JPEG.

    Args:
        preview: The pixels.
        look: How much of it is shown.
        mark: Who looks, and when.
        region: Only this part; the rest stays masked. ``None`` for the whole.
        upright: Turned as the file asks; false to lie as it is stored, as evidence speaks of it.
    """
    picture = _picture(preview, upright=upright)
    shown = picture
    if region is not None:
        shown = _hidden(picture, Mask.BLUR).resize(picture.size)
        box = _box(region, picture.size)
        shown.paste(picture.crop(box), box[:2])
    if look is Look.GREY:
        shown = ImageOps.grayscale(shown).convert("RGB")
    if look is Look.SMALL:
        shown.thumbnail((SMALL_SIDE, SMALL_SIDE))
    return _encoded(_marked(shown, mark))


def _picture(preview: Preview, *, upright: bool) -> Image.Image:
    picture = Image.frombytes("RGB", (preview.width, preview.height), preview.pixels)
    turn = _TURNS.get(preview.orientation) if upright else None
    return picture if turn is None else picture.transpose(turn)


def _hidden(picture: Image.Image, mask: Mask) -> Image.Image:
    full = _fitted(picture.size, MASKED_SIDE)
    few = picture.resize(_fitted(picture.size, MASK_PIXELS[mask]), Image.Resampling.BOX)
    match mask:
        case Mask.BLUR:
            return few.resize(full, Image.Resampling.BICUBIC)
        case Mask.GREY:
            return ImageOps.grayscale(few).resize(full, Image.Resampling.BICUBIC).convert("RGB")
        case Mask.LINES:
            lines = ImageOps.grayscale(few).filter(ImageFilter.GaussianBlur(1)).filter(ImageFilter.CONTOUR)
            return lines.resize(full, Image.Resampling.BICUBIC).convert("RGB")
        case Mask.SMALL:
            return few


def _fitted(size: tuple[int, int], side: int) -> tuple[int, int]:
    share = side / max(size)
    return max(1, round(size[0] * share)), max(1, round(size[1] * share))


def _box(region: Region, size: tuple[int, int]) -> tuple[int, int, int, int]:
    left, top, width, height = region
    return (
        round(left * size[0]),
        round(top * size[1]),
        round(min(1.0, left + width) * size[0]),
        round(min(1.0, top + height) * size[1]),
    )


def _marked(picture: Image.Image, mark: str) -> Image.Image:
    """Write who looks across the picture, often enough that no part of use is without it."""
    layer = Image.new("RGBA", picture.size)
    draw, font = ImageDraw.Draw(layer), ImageFont.load_default(15)
    rows = range(8, picture.height, _MARK_STEP // 2)
    for number, y in enumerate(rows):
        for x in range(
            8 - (number % 2) * _MARK_STEP // 2, picture.width, int(draw.textlength(mark, font)) + 60
        ):
            draw.text((x + 1, y + 1), mark, font=font, fill=(0, 0, 0, _MARK_OPACITY))
            draw.text((x, y), mark, font=font, fill=(255, 255, 255, _MARK_OPACITY))
    return Image.alpha_composite(picture.convert("RGBA"), layer).convert("RGB")


def _encoded(picture: Image.Image) -> bytes:
    stream = BytesIO()
    picture.save(stream, "JPEG", quality=_QUALITY)
    return stream.getvalue()
