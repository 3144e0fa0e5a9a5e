"""Which changed and cut sounds are found again, which unrelated ones are linked, and what that costs.

The way is the one of a check: an index proposes, points decide. Beside it stands Chromaprint where its
library is installed, with the threshold that is best for it: the highest that links no unrelated pair here.
"""

from __future__ import annotations

import os
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.chromaprint_peer import chromaprint, error_rate
from benchmarks.sound_changes import RATE, changes, originals, written
from benchmarks.tables import print_table
from cairn.fingerprints import audio
from cairn.fingerprints.listening import listen
from cairn.fingerprints.source import Source
from cairn.index.sounds import open_sounds
from cairn.linking.audio import Heard
from cairn.linking.policy import SOUND_2
from cairn.synthetic import sounds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from benchmarks.chromaprint_peer import Chromaprint
    from cairn.index.sounds import SoundIndex
    from cairn.types import SoundPoints

    Sound = NDArray[np.float32]

CUTS_S = (10.0, 5.0, 3.0)
THIRTY_PERCENT = 0.3
INSERTED_S = 3.0
OTHERS = 60
"""Unrelated sounds that lie in the index beside the originals."""

UNRELATED = int(os.environ.get("CAIRN_BENCH_SOUNDS", "60"))
"""Unrelated sounds; each is compared with each."""

CORES = os.cpu_count() or 1


def main() -> None:
    """Measure, and print what it costs, what is found by change and length, and what is linked by chance."""
    known = originals()
    points = {name: sound_points(sound) for name, sound in known.items()}
    _print_cost(known)
    with tempfile.TemporaryDirectory() as folder:
        with open_sounds(Path(folder) / "sounds", writable=True) as index:
            index.add(enumerate(points.values()))
            index.add(enumerate((sound_points(each) for each in _strangers(OTHERS)), start=1000))
        with open_sounds(Path(folder) / "sounds") as index:
            _print_recall(index, known, points)
    _print_chance()


def sound_points(sound: Sound) -> SoundPoints:
    """Answer the points of a sound at the rate of the measurements."""
    return audio.sound_points([halved(sound)])


def halved(sound: Sound) -> Sound:
    """Answer a sound at half of its rate; what would fold back is taken out."""
    spectrum = np.fft.rfft(sound)
    many = len(sound) // 2
    return np.asarray(np.fft.irfft(spectrum[: many // 2 + 1], many) / 2, np.float32)


def _strangers(count: int) -> Iterator[Sound]:
    for seed in range(count):
        kind = sounds.KINDS[("voice", "tune", "voice", "tune", "noise")[seed % 5]]
        yield kind(5000 + seed, seconds=20, rate=RATE)


def _print_recall(index: SoundIndex, known: Mapping[str, Sound], points: Mapping[str, SoundPoints]) -> None:
    peer = chromaprint()
    theirs = {name: peer.fingerprint(sound, rate=RATE) for name, sound in known.items()} if peer else {}
    limit = _peer_limit(peer) if peer else 0.0
    lines = []
    for name, change in changes().items():
        changed = {each: change(sound) for each, sound in known.items()}
        row: list[object] = [name]
        for cut in _cuts():
            asked = {each: cut(sound) for each, sound in changed.items()}
            found = [_is_found(index, points, each, sound) for each, sound in asked.items()]
            row.append(_share(found))
            if peer:
                rates = [
                    error_rate(peer.fingerprint(sound, rate=RATE), theirs[each])
                    for each, sound in asked.items()
                ]
                row.append(_share([rate < limit for rate in rates]))
        lines.append(row)
    lengths = ("30 %", *(f"{seconds:.0f} s" for seconds in CUTS_S), "3 s in another")
    heads = [f"{length}{who}" for length in lengths for who in (("", ", Chromaprint") if peer else ("",))]
    print_table(
        f"Share of {len(known)} sounds linked to their original, among {OTHERS} others ({SOUND_2.name})",
        ("change", *heads),
        lines,
    )
    if peer:
        print(f"Chromaprint links below a bit error rate of {limit:.3f}.\n")


def _cuts() -> list[Callable[[Sound], Sound]]:
    def middle(sound: Sound, samples: int) -> Sound:
        start = (len(sound) - samples) // 2
        return sound[max(0, start) : max(0, start) + samples]

    other = sounds.voice(999, seconds=9, rate=RATE)
    return [
        lambda sound: middle(sound, int(THIRTY_PERCENT * len(sound))),
        *(lambda sound, seconds=seconds: middle(sound, int(seconds * RATE)) for seconds in CUTS_S),
        lambda sound: np.concatenate(
            [other[: 5 * RATE], middle(sound, int(INSERTED_S * RATE)), other[5 * RATE :]]
        ),
    ]


def _is_found(index: SoundIndex, points: Mapping[str, SoundPoints], name: str, sound: Sound) -> bool:
    asked = sound_points(sound)
    number = list(points).index(name)
    places = index.candidates(asked, speeds=SOUND_2.speeds).places.get(number)
    return places is not None and Heard(asked, SOUND_2).with_known(points[name], places) is not None


def _share(found: Sequence[bool]) -> str:
    return f"{sum(found) / len(found):.3f}".removeprefix("0") if not all(found) else "1"


def _peer_limit(peer: Chromaprint) -> float:
    """Answer the lowest error rate of cuts of three seconds with unrelated sounds."""
    prints = [peer.fingerprint(sound, rate=RATE) for sound in _strangers(40)]
    cuts = [each[len(each) // 2 :][:16] for each in prints]
    return min(
        error_rate(cut, known)
        for at, cut in enumerate(cuts)
        for there, known in enumerate(prints)
        if at != there
    )


def _print_chance() -> None:
    strangers = [*originals().values(), *_strangers(UNRELATED)]
    points = [sound_points(sound) for sound in strangers]
    jobs = [(points, at) for at in range(len(points))]
    with ProcessPoolExecutor(min(2, CORES)) as workers:
        scores = np.sort([score for row in workers.map(_scores, jobs) for score in row])
    print_table(
        f"Unrelated sounds, each with each other ({SOUND_2.name}: {SOUND_2.least_score:.0f} links)",
        ("pairs", "linked", "highest scores"),
        [
            (
                len(scores),
                int((scores >= SOUND_2.least_score).sum()),
                ", ".join(f"{s:.1f}" for s in scores[-5:]),
            )
        ],
    )


def _scores(job: tuple[list[SoundPoints], int]) -> list[float]:
    from dataclasses import replace  # noqa: PLC0415 - in the worker

    points, at = job
    heard = Heard(points[at], replace(SOUND_2, least_score=5.0))
    found = [heard.with_known(known) for other, known in enumerate(points) if other != at]
    return [each.score if each else 0.0 for each in found]


def _print_cost(known: Mapping[str, Sound]) -> None:
    long = np.concatenate(list(known.values()))
    seconds = len(long) / RATE
    half = halved(long)
    lines = [("points", f"{seconds / _cpu_s(lambda: audio.sound_points([half])):.0f} × real time")]
    for name, codec, bits_s, container in (
        ("AAC", "aac", 64_000, "adts"),
        ("MP3", "libmp3lame", 64_000, "mp3"),
    ):
        with tempfile.TemporaryFile() as stream:
            stream.write(written(long, codec, bits_s, container))
            stream.flush()
            source = Source(stream.fileno(), os.fstat(stream.fileno()).st_size)
            speed = seconds / _cpu_s(partial(listen, source))
        lines.append((f"decoding {name} and points", f"{speed:.0f} × real time"))
    points = audio.sound_points([half])
    lines.append(("points in the records", f"{60 * len(points.points) / seconds:,.0f} bytes a minute"))
    with tempfile.TemporaryDirectory() as folder, open_sounds(Path(folder), writable=True) as index:
        index.add((number, points) for number in range(60))
        index.compact()
        lines.append(("index", f"{index.stats().size_bytes / seconds:,.0f} bytes a minute"))
        begun = time.process_time()
        index.candidates(audio.sound_points([half[: 60 * audio.RATE]]), speeds=SOUND_2.speeds)
        lines.append(
            ("asking the index for a minute of sound, 13 speeds", f"{time.process_time() - begun:.2f} s")
        )
    print_table(f"Cost, of one core; {seconds:.0f} s of sound", ("what", "cost"), lines)


def _cpu_s(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun
