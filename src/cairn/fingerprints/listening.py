"""Files with sound: hostile bytes to the points of what is heard in them.

The first stream of sound is decoded, packet by packet, and the streams of pictures are passed over. Every
input ends in an answer: a sound is followed until its end, its damage, or a bound, and which of them it was
is said.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import av
import av.error
import numpy as np

from cairn.errors import NotComparable, Reason
from cairn.fingerprints.audio import RATE, sound_points
from cairn.fingerprints.container import SOUND_CODECS, open_container
from cairn.fingerprints.decode import DECODER_ERRORS
from cairn.fingerprints.media_type import HEAD_BYTES, SOUND_TYPES, media_type
from cairn.frames import clock
from cairn.types import Picture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from numpy.typing import NDArray

    from cairn.fingerprints.source import Source

SOUND_COUNTS: Final = NotComparable(Reason.UNSUPPORTED, "The content is sound: what is heard is compared.")
"""Stands where a picture has its hash."""

MOST_S: Final = 6 * 3600
"""No further: 2 MB of points."""

WORK_S: Final = 500.0
"""Processor seconds; six hours of everyday sound take about 150."""

_MOST_CHANNELS: Final = 16
_ERRORS: Final = (av.error.FFmpegError, *DECODER_ERRORS)


def listen(source: Source, *, work_s: float = WORK_S) -> Picture:
    """Answer what is heard in a file.

    Args:
        source: The bytes.
        work_s: Processor seconds after which it is listened to no further.
    """
    kind = media_type(source.read(HEAD_BYTES))
    source.seek(0)
    if kind not in SOUND_TYPES:
        return Picture(kind, None, None, NotComparable(Reason.UNSUPPORTED, "The content holds no sound."))
    try:
        with open_container(source, kind, codecs=SOUND_CODECS) as container:
            return _heard(container, kind, work_s)
    except MemoryError:
        return Picture(kind, None, None, _damaged("it needs more memory than there is"))
    except _ERRORS as error:
        return Picture(kind, None, None, _damaged(f"it cannot be opened ({type(error).__name__})"))


def _heard(container: InputContainer, kind: str, work_s: float) -> Picture:
    streams = container.streams.audio
    if not streams:
        return Picture(kind, None, None, NotComparable(Reason.UNSUPPORTED, "The file has no sound."))
    context = streams[0].codec_context
    if context.name not in SOUND_CODECS or not 0 < context.channels <= _MOST_CHANNELS:
        return Picture(kind, None, None, _damaged("its sound is of a kind that is not decoded"))
    listening = _Listening(container, work_s)
    sound = sound_points(listening.pieces())
    if not sound.duration_ms:
        why = listening.stopped or _damaged("nothing of it can be decoded")
        return Picture(kind, None, None, why)
    return Picture(kind, None, None, listening.stopped or SOUND_COUNTS, sound=sound)


@dataclass(slots=True)
class _Listening:
    """Decodes the first stream of sound.

    Attributes:
        container: The open file.
        work_s: Processor seconds that it may take.
        stopped: Why it was not followed to its end; ``None`` where it was.
    """

    container: InputContainer
    work_s: float
    stopped: NotComparable | None = None
    _samples: int = 0

    def pieces(self) -> Iterator[NDArray[np.float32]]:
        """Yield the sound, mono, at the rate that is compared."""
        stream = self.container.streams.audio[0]
        stream.codec_context.thread_count = 1
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        work_ends = time.process_time() + self.work_s
        try:
            for packet in self.container.demux(stream):
                for frame in self._frames(packet):
                    yield from self._resampled(resampler, frame)
                if self._samples > MOST_S * RATE or time.process_time() > work_ends:
                    self.stopped = NotComparable(
                        Reason.TOO_LARGE,
                        f"The sound was followed to {self._at} and no further: it is too long.",
                    )
                    return
            yield from self._resampled(resampler, None)
        except _ERRORS as error:
            self.stopped = _damaged(f"from {self._at} on its decoder gave up ({type(error).__name__})")

    def _frames(self, packet: av.Packet[AudioStream]) -> Iterator[av.AudioFrame]:
        """Yield what a packet holds; one that is damaged is a gap, as a player would have it."""
        try:
            yield from packet.decode()
        except av.error.InvalidDataError:
            return

    def _resampled(
        self, resampler: av.AudioResampler, frame: av.AudioFrame | None
    ) -> Iterator[NDArray[np.float32]]:
        if frame is not None:
            frame.pts = None  # Clocks that leap would be filled up with silence.
        for each in resampler.resample(frame):
            piece = np.nan_to_num(np.asarray(each.to_ndarray()[0], np.float32), posinf=0.0, neginf=0.0)
            self._samples += len(piece)
            yield np.clip(piece, -4.0, 4.0)

    @property
    def _at(self) -> str:
        return clock(self._samples / RATE)


def _damaged(how: str) -> NotComparable:
    return NotComparable(Reason.UNDECODABLE, f"The sound is damaged: {how}.")
