"""Videos and sounds that come with a call are followed, a few at a time and each within a bound.

Looking at a picture takes milliseconds, following a film takes minutes. So files of calls are followed beside
the decoder that pictures wait for, by decoders of their own, and no further than the node's file says. Only
a few are followed at once, and few calls wait for that: whoever comes then is told that the file was not
followed, and has the rest of the answer. A server has more threads than wait here.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from cairn.errors import CairnError, ConfigurationError, InputError, NotComparable, Reason
from cairn.fingerprints.sandbox import DecoderPool, Job
from cairn.fingerprints.sandbox.limits import sound_limits, video_limits
from cairn.frames import VideoFacts, VideoFingerprint, VideoMode, no_frames
from cairn.services.footage.watching import seen_in
from cairn.types import PdqMode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from cairn.services.checking.measuring import Pool
    from cairn.services.footage.watching import VideoPool
    from cairn.types import Picture, SoundPoints

MOST_AT_ONCE: Final = 2
MOST_WAITING: Final = 4
"""Calls that wait for the two before them; with these a third of a server's threads."""

PATIENCE_S: Final = 30.0
"""How long one waits."""

_SHARE_OF_SOUND: Final = 1 / 3
"""Of the bound: sound is followed twenty times as fast as pictures, so that this reaches much further."""

_BUSY: Final = NotComparable(
    Reason.TIMED_OUT,
    "The file was not followed, because the node was following others; ask again in a minute.",
)
_TURNED_OFF: Final = NotComparable(
    Reason.UNSUPPORTED, "The file was not followed: this node does not follow files that come with a call."
)


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard of a file.

    Attributes:
        sound: Its points; ``None`` where nothing could be decoded.
        stopped: Why it was listened to no further; ``None`` at its end.
    """

    sound: SoundPoints | None
    stopped: NotComparable | None

    @property
    def is_comparable(self) -> bool:
        """True where something stands out that can be compared."""
        return self.sound is not None and len(self.sound) > 0

    @property
    def covered_s(self) -> float:
        """How far it was listened to."""
        return 0.0 if self.sound is None else self.sound.duration_ms / 1000


@dataclass(frozen=True, slots=True)
class Followed:
    """What was seen and heard of a file.

    Attributes:
        video: Its frames; ``None`` where it is no video, or was not to be followed.
        heard: Its sound; ``None`` where it has none, or was not to be listened to.
    """

    video: VideoFingerprint | None = None
    heard: Heard | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be followed of a file."""

    video: bool = False
    sound: bool = False


class OpenPools(Protocol):
    """Opens what follows one file; the sandbox, or what stands in for it in a test."""

    def videos(self, work_s: int) -> AbstractContextManager[VideoPool]:
        """Answer a pool of one worker for a video that may take so many processor seconds."""
        ...

    def sounds(self, work_s: int) -> AbstractContextManager[Pool]:
        """Answer the same for a sound."""
        ...


class _Sandboxes:
    """Real decoder processes: new ones for every file, which takes a second and shares nothing."""

    def videos(self, work_s: int) -> AbstractContextManager[VideoPool]:
        return DecoderPool(workers=1, mode=PdqMode.FAST, video=VideoMode.EVEN, limits=video_limits(work_s))

    def sounds(self, work_s: int) -> AbstractContextManager[Pool]:
        return DecoderPool(workers=1, mode=PdqMode.FAST, with_sound=True, limits=sound_limits(work_s))


class Follower:
    """Follows the files of a server's calls, for many threads; each call works in its own."""

    def __init__(self, pools: OpenPools | None = None, *, patience_s: float = PATIENCE_S) -> None:
        """Take where hostile bytes are decoded, and how long a call waits for its turn."""
        self._pools = pools or _Sandboxes()
        self._patience_s = patience_s
        self._turns = threading.BoundedSemaphore(MOST_AT_ONCE)
        self._seats = threading.BoundedSemaphore(MOST_AT_ONCE + MOST_WAITING)

    @contextmanager
    def following(self, open_file: Callable[[], int], wanted: Wanted, *, work_s: int) -> Iterator[Followed]:
        """Answer what is seen and heard of one file, as far as the bound reaches; never an error.

        The turn ends with the block, so that no more files are compared at once than are followed.

        Args:
            open_file: Answers a read-only descriptor, which is then closed here.
            wanted: What is to be followed.
            work_s: Processor seconds for all of it; 0 to follow nothing.
        """
        if not (wanted.video or wanted.sound):
            yield Followed()
        elif not work_s:
            yield _refused(wanted, _TURNED_OFF)
        else:
            with self._turn() as is_ours:
                yield self._followed(open_file, wanted, work_s) if is_ours else _refused(wanted, _BUSY)

    def _followed(self, open_file: Callable[[], int], wanted: Wanted, work_s: int) -> Followed:
        for_sound = round(work_s * _SHARE_OF_SOUND) if wanted.video else work_s
        heard = self._listened(open_file, for_sound) if wanted.sound else None
        for_video = work_s - for_sound if wanted.sound else work_s
        return Followed(self._watched(open_file, for_video) if wanted.video else None, heard)

    def _listened(self, open_file: Callable[[], int], work_s: int) -> Heard | None:
        try:
            with self._pools.sounds(work_s) as pool:
                return _heard(_one(pool, open_file))
        except CairnError as error:  # What its pictures and its digests say is told all the same.
            return Heard(None, _failed(error))

    def _watched(self, open_file: Callable[[], int], work_s: int) -> VideoFingerprint | None:
        try:
            with self._pools.videos(work_s) as pool:
                return _seen(_one(pool, open_file))
        except CairnError as error:
            return _not_seen(_failed(error))

    @contextmanager
    def _turn(self) -> Iterator[bool]:
        """Wait for a turn where few wait; answer whether it has come."""
        if not self._seats.acquire(blocking=False):
            yield False
            return
        try:
            if not self._turns.acquire(timeout=self._patience_s):
                yield False
                return
            try:
                yield True
            finally:
                self._turns.release()
        finally:
            self._seats.release()


def _one(pool: Pool | VideoPool, open_file: Callable[[], int]) -> Picture:
    """Answer what one file shows.

    Raises:
        CairnError: It cannot be read, or the decoders do not start.
    """
    (done,) = pool.measure_all([Job(0, open_file)])
    if isinstance(done.result, CairnError):
        raise done.result
    return done.result.picture


def _refused(wanted: Wanted, why: NotComparable) -> Followed:
    """Answer that nothing was followed of what was wanted, and why."""
    return Followed(_not_seen(why) if wanted.video else None, Heard(None, why) if wanted.sound else None)


def _not_seen(why: NotComparable) -> VideoFingerprint:
    return VideoFingerprint(VideoFacts("", "", 0, 0), no_frames(), VideoMode.EVEN, 0.0, why)


def _failed(error: CairnError) -> NotComparable:
    """Answer why a half was not followed: the file cannot be read, or the decoders do not start."""
    match error:
        case InputError():
            reason = Reason.NOT_AT_HAND
        case ConfigurationError():
            reason = Reason.UNSUPPORTED
        case _:
            reason = Reason.DECODER_CRASHED
    return NotComparable(reason, f"The file was not followed: {error.sentence}")


def _seen(picture: Picture) -> VideoFingerprint | None:
    """Answer what was seen; a picture that turned out not to move is answered as a picture."""
    video = seen_in(picture, VideoMode.EVEN)
    is_still = not len(video.frames) and (picture.media_type or "").startswith("image/")
    return None if is_still else video


def _heard(picture: Picture) -> Heard | None:
    """Answer what was heard; that a file has no sound, or counts by it, is no reason to have stopped."""
    why = picture.comparison if isinstance(picture.comparison, NotComparable) else None
    why = None if why is None or why.reason is Reason.UNSUPPORTED else why
    if picture.sound is not None:
        return Heard(picture.sound, why)
    return None if why is None else Heard(None, why)
