"""How much one file may cost before it is given up; each number has its reason."""

from __future__ import annotations

from dataclasses import dataclass, replace

MIB = 1 << 20

KEPT_BYTES = 128 * MIB
"""Memory that a process may keep of one file for the next, beside what the next may take."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one file may take.

    Attributes:
        memory_bytes: Address space for decoding one file, above what the decoders need at rest and beside
            the file itself. 1 GiB holds a 250-megapixel colour picture with room for its decoder, and eight
            workers at their limit still fit a small workstation.
        cpu_s: Processor seconds for one file. The slowest honest pictures that we met take under 3 s.
        wall_s: Seconds on the clock for one file, waiting included; well above ``cpu_s``, so that a busy
            machine does not turn honest files into "timed out".
        file_bytes: The largest file that is decoded; larger ones keep their digests only. No picture format
            of a camera comes near.
        files_per_worker: How many files one process decodes before a fresh one takes its place, so that
            whatever a hostile file left behind in a process does not meet the rest of the seizure.
        watch_s: Processor seconds for all of one video. Of a video, ``cpu_s`` and ``wall_s`` hold from one
            sign of life to the next, and twice this time on the clock for all of it.
        attempts: How often a file that ends its decoder is tried, each time alone after the first.
    """

    memory_bytes: int = 1024 * MIB
    cpu_s: int = 20
    wall_s: float = 60.0
    file_bytes: int = 512 * MIB
    files_per_worker: int = 500
    watch_s: int = 0
    attempts: int = 2


VIDEO_LIMITS = Limits(cpu_s=30, wall_s=60.0, file_bytes=0, files_per_worker=50, watch_s=3600)
"""For videos: a film of three hours takes some ten minutes of a core. Its file is read as it is needed, not
mapped: so its size is not bounded."""

SOUND_LIMITS = Limits(cpu_s=600, wall_s=1800.0, file_bytes=0, files_per_worker=50)
"""For sound: six hours of it take some minutes of a core. Its file is read as it is needed, as above."""

LEAST_WATCH_S = 6
"""A decoder needs a second of this before it has shown anything of a large video."""


def video_limits(work_s: int) -> Limits:
    """Answer the limits of a video that may take so many processor seconds in all.

    For files of calls, whose callers wait: tried once, and on the clock twice that time.
    """
    watch_s = max(LEAST_WATCH_S, work_s)
    cpu_s = min(VIDEO_LIMITS.cpu_s, watch_s)
    return replace(VIDEO_LIMITS, cpu_s=cpu_s, wall_s=2.0 * cpu_s, watch_s=watch_s, attempts=1)


def sound_limits(work_s: int) -> Limits:
    """Answer the limits of a sound that may take so many processor seconds; as above."""
    cpu_s = max(LEAST_WATCH_S, work_s)
    return replace(SOUND_LIMITS, cpu_s=cpu_s, wall_s=2.0 * cpu_s, attempts=1)


STILLS_LIMITS = Limits(cpu_s=60, wall_s=80.0, file_bytes=0, files_per_worker=50)
"""For frames to look at: all of them take a third of this at most, by ``stills.WORK_S`` and a frame. The
file is read as it is needed, as above."""
