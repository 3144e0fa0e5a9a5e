"""vPDQ: the frames of a video by their number, in the form that other tools exchange.

Source: ThreatExchange, vPDQ; ``docs/method/video.md`` has the rules and how far the hashes differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cairn.frames import VideoFingerprint


def vpdq_lines(video: VideoFingerprint) -> Iterator[str]:
    """Yield a line ``frame,quality,hash,timestamp`` for every frame.

    Args:
        video: In the mode ``VPDQ``.
    """
    frames = video.frames
    rate = video.facts.frame_rate or 25.0
    for row in range(len(frames)):
        number = round(float(frames.at[row]) * rate)
        yield f"{number},{frames.quality[row]},{frames.hashes[row].tobytes().hex()},{frames.at[row]:.3f}"
