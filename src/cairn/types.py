"""The value types that every room shares; immutable, and free of I/O."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cairn.errors import NotComparable
    from cairn.frames import VideoFingerprint

PDQ_BITS = 256
PDQ_BYTES = 32


class Orientation(StrEnum):
    """The eight ways in which a picture can lie, in the order in which Cairn stores their hashes.

    Rotations are counter-clockwise. Source: the dihedral transforms of the PDQ reference.
    """

    ORIGINAL = "original"
    ROTATED_90 = "rotated-90"
    ROTATED_180 = "rotated-180"
    ROTATED_270 = "rotated-270"
    FLIPPED_TOP_BOTTOM = "flipped-top-bottom"
    FLIPPED_LEFT_RIGHT = "flipped-left-right"
    TRANSPOSED = "transposed"
    TRANSVERSED = "transversed"


ORIENTATIONS: tuple[Orientation, ...] = tuple(Orientation)


class PdqMode(StrEnum):
    """How the pixels behind a PDQ hash were decoded."""

    EXACT = "exact"
    """Full decode and the reference's 512×512 step: bit for bit the reference hash."""
    FAST = "fast"
    """The brightness alone of JPEGs above 131,072 pixels: a few bits at most from exact, and faster."""


@dataclass(frozen=True, slots=True)
class Digests:
    """The three cryptographic digests of one content, as raw bytes."""

    md5: bytes
    sha1: bytes
    sha256: bytes

    @property
    def named(self) -> str:
        """The strongest of them, with its kind before it."""
        return f"sha256:{self.sha256.hex()}"


@dataclass(frozen=True, slots=True)
class StatedDigests:
    """What somebody says of a content that is not at hand; ``None`` where nothing is said."""

    md5: bytes | None = None
    sha1: bytes | None = None
    sha256: bytes | None = None

    @property
    def named(self) -> str:
        """The strongest of them with its kind before it, such as ``sha1:4f…``; ``""`` where there is none."""
        kinds = (("sha256", self.sha256), ("sha1", self.sha1), ("md5", self.md5))
        return next((f"{kind}:{digest.hex()}" for kind, digest in kinds if digest is not None), "")


@dataclass(frozen=True, slots=True)
class Pdq:
    """A PDQ perceptual hash, in all eight orientations.

    Attributes:
        hashes: Eight times 32 bytes in the order of ``ORIENTATIONS``; each is the 64-digit hexadecimal
            form read as bytes, so bit 255 of the reference is the first bit of the first byte.
        quality: 0 to 100; below 50 a hash is not comparable.
        mode: How the pixels were decoded.
    """

    hashes: tuple[bytes, ...]
    quality: int
    mode: PdqMode

    @property
    def hex(self) -> str:
        """The hash of the picture as it lies, as 64 lower-case hexadecimal digits."""
        return self.hashes[0].hex()


LOCAL_METHOD = "rootsift-400/1"
"""The version of the way from pixels to local features; stored beside them, raised when they would change."""

POINT_BYTES = 8
DESCRIPTOR_BYTES = 128


@dataclass(frozen=True, slots=True)
class LocalFeatures:
    """Points of a picture that are found again after cropping, turning, pasting; the strongest first.

    Attributes:
        width: Of the picture as it was looked at, in working pixels; positions lie in this frame.
        height: As width.
        points: 8 bytes each, four little-endian uint16: x and y in 1/64 working pixels, the octave of the
            size in 1/4096, and the angle in 1/65536 of a turn. ``fingerprints.local`` writes them.
        descriptors: 128 bytes each, in the order of the points: RootSIFT, times 512, cut off at 255.
    """

    width: int
    height: int
    points: bytes
    descriptors: bytes

    def __len__(self) -> int:
        """Answer the number of points."""
        return len(self.points) // POINT_BYTES


SOUND_METHOD = "constellation-16/1"
"""The version of the way from samples to the points of a sound; stored beside them."""

SOUND_POINT_BYTES = 6


@dataclass(frozen=True, slots=True)
class SoundPoints:
    """Points of time and pitch that stand out in a sound, and are found again after it was changed.

    Attributes:
        duration_ms: Of the sound that was listened to.
        points: 6 bytes each, in the order of time, little-endian: the time in milliseconds (uint32), and a
            uint16 with the pitch above (in 1/1024 octaves over 250 Hz) and the rank in its lowest four bits:
            how many points within half a second are stronger. ``fingerprints.audio`` writes them.
    """

    duration_ms: int
    points: bytes

    def __len__(self) -> int:
        """Answer the number of points."""
        return len(self.points) // SOUND_POINT_BYTES


PREVIEW_SIDE = 1024
"""The longest side of what a person looks at, in pixels."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A small picture for a person to look at, as plain pixels.

    Attributes:
        width: In pixels, at most ``PREVIEW_SIDE``.
        height: As width.
        orientation: How the file asks to be turned, 1 to 8 as in EXIF; the pixels are not turned.
        pixels: ``3 * width * height`` bytes: red, green, blue, row by row.
        full_width: Of the picture as stored.
        full_height: As full_width.
    """

    width: int
    height: int
    orientation: int
    pixels: bytes
    full_width: int
    full_height: int


@dataclass(frozen=True, slots=True)
class Picture:
    """What the bytes of a file show, found by looking at the bytes and never at the name.

    Attributes:
        media_type: Such as ``image/jpeg``; ``None`` where the content was not recognised.
        width: Pixels as stored, before any EXIF rotation; ``None`` where unknown.
        height: As width.
        comparison: The PDQ hash, or why there is none.
        features: Its local features; ``None`` where none were asked for, or nothing was decoded.
        preview: To look at; ``None`` where that was not asked for, or nothing was decoded.
        moves: True where there may be more than one frame to look at: a video, an animated picture, a motion
            photo.
        video: Its frames; ``None`` where they were not asked for, or it is no video.
        sound: What is heard; ``None`` where that was not asked for, or nothing was decoded.
    """

    media_type: str | None
    width: int | None
    height: int | None
    comparison: Pdq | NotComparable
    features: LocalFeatures | None = None
    preview: Preview | None = None
    moves: bool = False
    video: VideoFingerprint | None = None
    sound: SoundPoints | None = None


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """Everything that is measured of one file: its digests always, its picture where it has one."""

    size_bytes: int
    digests: Digests
    picture: Picture


class Verdict(StrEnum):
    """What a check says of one file."""

    IDENTIFIED = "identified"
    """In a series whose victim is identified: by whom, since when, whom to ask."""
    KNOWN = "known"
    """Recorded, and not in an identified series."""
    SIMILAR = "similar"
    """Not recorded itself, but linked to recorded media."""
    NEW = "new"
    """Nobody whom the asker may see has recorded it: a person must look."""
    IRRELEVANT = "irrelevant"
    """On a known-good list: of no interest."""
    NOT_COMPARABLE = "not-comparable"
    """Its digests are unknown, and its picture cannot be compared."""


class SeriesStatus(StrEnum):
    """How far the work on a series has come; only a person changes it."""

    UNIDENTIFIED = "unidentified"
    IN_PROGRESS = "in-progress"
    IDENTIFIED = "identified"
    SAFEGUARDED = "safeguarded"

    @property
    def is_settled(self) -> bool:
        """True once the victim is identified, so that nobody needs to look again."""
        return self in {SeriesStatus.IDENTIFIED, SeriesStatus.SAFEGUARDED}


class VictimStatus(StrEnum):
    """How far the work for a victim has come; only a person changes it."""

    UNIDENTIFIED = "unidentified"
    IDENTIFIED = "identified"
    SAFEGUARDED = "safeguarded"


class OffenderStatus(StrEnum):
    """How far the work on an offender has come; only a person changes it."""

    UNIDENTIFIED = "unidentified"
    IDENTIFIED = "identified"
    ARRESTED = "arrested"


class Handling(StrEnum):
    """Who may learn that a series exists."""

    ALLIANCE = "alliance"
    """Every police authority of the alliance."""
    NAMED = "named"
    """The owner and the authorities that the owner names."""
    BLIND = "blind"
    """The owner alone."""


HANDLING_CODES: Mapping[str, str] = {
    "H0": "for preventing and fighting crime",
    "H1": "not in court without permission",
    "H2": "not passed on without permission",
    "H3": "other restrictions, in words",
}
"""What a receiver may do with a record. Source: Europol handling codes."""

TLP_STRICTEST_FIRST = ("TLP:RED", "TLP:AMBER+STRICT", "TLP:AMBER", "TLP:GREEN", "TLP:CLEAR")
"""How far a record may be passed on. Source: FIRST, Traffic Light Protocol 2.0."""
