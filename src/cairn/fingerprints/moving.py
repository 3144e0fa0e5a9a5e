"""The frames of a video in the order in which they are shown, as little decoded as the purpose allows.

Four of five frames are never needed. What no other frame depends on is not decoded at all, which leaves
hashes of the others bit for bit as they are (leaving out more, such as the loop filter or all frames that
look both ways, is faster still and moves hashes by 5 to 25 bits). Of a decoded frame only a few hundred
pixels are looked at, unless it is chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

import numpy as np

from cairn.fingerprints.container import INDEPENDENT, rotation_of
from cairn.fingerprints.operator import SAMPLES
from cairn.fingerprints.vpdq_luma import vpdq_luma
from cairn.frames import VideoMode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.container import InputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

_GLANCE_WIDTH: Final = 64
_GLANCE_HEIGHT: Final = 36

_INDEPENDENT_EVERY_S: Final = 0.2
"""How often a frame is decoded where every frame stands by itself: often enough to see a cut."""

_BLACK, _LEVELS, _WHITE = 16, 219, 255
"""The range of brightness in most video. Source: ITU-R BT.601, section 2.5.3."""

_FULL_RANGE: Final = 2
_QUARTER: Final = 90
_EIGHT_BIT: Final = frozenset(
    {"yuv420p", "yuv422p", "yuv444p", "yuv440p", "yuv411p", "yuv410p", "nv12", "nv21", "gray", "yuva420p"}
)
_FULL_EIGHT_BIT: Final = frozenset({"yuvj420p", "yuvj422p", "yuvj444p", "yuvj440p", "yuvj411p", "gray"})
_TEN_BIT: Final = frozenset({"yuv420p10le", "yuv422p10le", "yuv444p10le", "gray10le"})


_SKIPPED: Final[dict[VideoMode, Literal["NONREF", "NONKEY", "DEFAULT"]]] = {
    VideoMode.EVEN: "NONREF",
    VideoMode.KEY_FRAMES: "NONKEY",
    VideoMode.VPDQ: "DEFAULT",
}


class Shown(Protocol):
    """A frame that was decoded.

    Attributes:
        at_s: When it is shown, in seconds; ``None`` where nothing says so.
        rotation: How far it is turned to be shown, counter-clockwise, in degrees.
    """

    at_s: float | None
    rotation: int

    def glance(self) -> NDArray[np.uint8]:
        """Answer its brightness, some dozen pixels a side."""
        ...

    def luma(self) -> NDArray[np.float32]:
        """Answer its luma, 0 to 255, as it is shown, at the pixels of which a hash is made."""
        ...

    def grey(self) -> NDArray[np.uint8]:
        """Answer its brightness as it is shown, at the size at which local features are looked for."""
        ...


@dataclass(slots=True)
class VideoShown:
    """A frame of a video stream."""

    frame: VideoFrame
    at_s: float | None
    rotation: int

    def glance(self) -> NDArray[np.uint8]:
        """Answer its brightness, some dozen pixels a side; rotation does not matter for that."""
        plane, _, _ = _brightness(self.frame)
        height, width = plane.shape
        down, across = max(1, height // _GLANCE_HEIGHT), max(1, width // _GLANCE_WIDTH)
        return plane[down // 2 :: down, across // 2 :: across].astype(np.uint8)

    def luma(self) -> NDArray[np.float32]:
        """Answer its luma as it is shown."""
        plane, black, levels = _brightness(self.frame)
        picked: NDArray[np.float32] = _sampled(plane).astype(np.float32)
        if levels != _WHITE:
            picked = np.clip((picked - np.float32(black)) * np.float32(_WHITE / levels), 0, _WHITE)
        return np.ascontiguousarray(np.rot90(picked, self.rotation // _QUARTER))

    def grey(self) -> NDArray[np.uint8]:
        """Answer its brightness as it is shown, at the size at which local features are looked for."""
        from cairn.fingerprints.local import frame_picture  # noqa: PLC0415 - OpenCV, where it is needed

        plane, black, levels = _brightness(self.frame)
        small = frame_picture(plane)
        if levels != _WHITE:
            bright = (small.astype(np.float32) - black) * (_WHITE / levels)
            small = np.clip(np.rint(bright), 0, _WHITE).astype(np.uint8)
        return np.ascontiguousarray(np.rot90(small, self.rotation // _QUARTER))

    def full_luma(self) -> NDArray[np.float32]:
        """Answer its luma at full size and as it is stored, as vPDQ takes it."""
        return vpdq_luma(self.frame)


@dataclass(slots=True)
class LastPacket:
    """The packet that is shown last, of those that were met."""

    _at: int = -1
    _lasts: int = 0

    def meet(self, packet: Packet[Any]) -> None:
        """Keep the packet where it is shown after all others."""
        if packet.pts is not None and packet.pts > self._at:
            self._at, self._lasts = packet.pts, packet.duration or 0

    def lasts_s(self, stream: VideoStream) -> float:
        """Answer for how long it is shown, as is stated: the last frame of a recording may be held."""
        return float(self._lasts * stream.time_base) if stream.time_base else 0.0


def shown(
    container: InputContainer,
    stream: VideoStream,
    mode: VideoMode,
    *,
    every_s: float,
    last: LastPacket,
) -> Iterator[Shown]:
    """Yield the frames that are worth a glance.

    Args:
        container: Open.
        stream: Of the container.
        mode: Which frames are wanted.
        every_s: How often a frame is wanted at least, where all stand by themselves.
        last: Meets every packet, also those that are not decoded.

    Raises:
        Exception: Whatever FFmpeg raises on damage.
    """
    context = stream.codec_context
    context.thread_count = 1
    context.skip_frame = _SKIPPED[mode]
    wants = _Wanted(mode, context.name, every_s)
    broken = 0
    for packet in container.demux(stream):
        last.meet(packet)
        if packet.size and not wants.packet(packet):
            continue
        try:
            frames = packet.decode()
        except (ValueError, OSError, ArithmeticError, LookupError, RuntimeError):
            # One broken packet costs its frame; a stream of nothing else is given up.
            broken += 1
            if broken > MOST_BROKEN:
                raise
            continue
        for frame in frames:
            yield VideoShown(frame, frame.time, rotation_of(frame) if mode is not VideoMode.VPDQ else 0)


MOST_BROKEN: Final = 2_000
"""Packets that may fail to decode before a video is given up: a minute of it or so."""


class _Wanted:
    """Chooses packets, where that can be done before they are decoded."""

    def __init__(self, mode: VideoMode, codec: str, every_s: float) -> None:
        self._keys_only = mode is VideoMode.KEY_FRAMES
        self._thins = mode is not VideoMode.VPDQ and (codec in INDEPENDENT or self._keys_only)
        self._every_s = every_s if self._keys_only else min(every_s, _INDEPENDENT_EVERY_S)
        self._taken_s = float("-inf")

    def packet(self, packet: Packet[Any]) -> bool:
        if self._keys_only and not packet.is_keyframe:
            return False
        if not self._thins or packet.pts is None or not packet.time_base:
            return True
        at_s = float(packet.pts * packet.time_base)
        if 0 <= at_s - self._taken_s < self._every_s:
            return False
        self._taken_s = at_s
        return True


def _brightness(frame: VideoFrame) -> tuple[NDArray[np.uint8], int, int]:
    """Answer the brightness of a frame at full size, and which values are black and how many lie above."""
    name = frame.format.name
    if name in _EIGHT_BIT or name in _FULL_EIGHT_BIT:
        plane = frame.planes[0]
        pixels = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
        pixels = pixels[: frame.height, : frame.width]
    elif name in _TEN_BIT:
        plane = frame.planes[0]
        wide = np.frombuffer(memoryview(plane), "<u2").reshape(-1, plane.line_size // 2)
        pixels = np.minimum(wide[: frame.height, : frame.width] >> 2, _WHITE).astype(np.uint8)
    else:
        grey = frame.reformat(format="gray")
        plane = grey.planes[0]
        pixels = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[
            : grey.height, : grey.width
        ]
        return pixels, 0, _WHITE
    is_full = name in _FULL_EIGHT_BIT or frame.color_range == _FULL_RANGE
    return pixels, (0 if is_full else _BLACK), (_WHITE if is_full else _LEVELS)


def _sampled(plane: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Answer the pixels floor(k·n/512) of both axes where a side is above 512, as ``operator.sampled``."""
    height, width = plane.shape
    if max(height, width) <= SAMPLES:
        return plane
    step = np.arange(SAMPLES)
    picked: NDArray[np.uint8] = plane[step * height // SAMPLES][:, step * width // SAMPLES]
    return picked
