"""Videos: hostile bytes to frames, hashes and the seconds at which they are shown."""

from __future__ import annotations

from cairn.frames import Frames, StreamFacts, VideoFacts, VideoFingerprint, VideoMode, no_frames

__all__ = ["Frames", "StreamFacts", "VideoFacts", "VideoFingerprint", "VideoMode", "no_frames"]
