"""What a file is, told by its first bytes and never by its name.

Names and extensions in a seizure are chosen by the person who hid the file. The first bytes are what a
decoder acts on, so they decide. Types that Cairn cannot compare are still named, because "this is a video"
tells an investigator more than "unsupported".

Source: the signature of each format's specification; ISO/IEC 14496-12 section 4.3 for ``ftyp`` brands.
"""

from __future__ import annotations

HEAD_BYTES = 512
"""Enough for every signature below, and for an ``ftyp`` box with some hundred brands."""

PICTURE_TYPES = frozenset(
    {
        "image/avif",
        "image/bmp",
        "image/gif",
        "image/heic",
        "image/heif",
        "image/jp2",
        "image/jpeg",
        "image/j2c",
        "image/png",
        "image/tiff",
        "image/webp",
    }
)
"""The types that Cairn decodes and compares."""

VIDEO_TYPES = frozenset(
    {
        "application/ogg",
        "application/vnd.rn-realmedia",
        "video/mp2t",
        "video/mp4",
        "video/mpeg",
        "video/quicktime",
        "video/x-flv",
        "video/x-matroska",
        "video/x-ms-asf",
        "video/x-msvideo",
    }
)
"""The types that may hold a video, and of which frames are compared."""

SOUND_TYPES = VIDEO_TYPES | {"audio/aac", "audio/amr", "audio/flac", "audio/mpeg", "audio/wav"}
"""The types that may hold sound, which is compared."""

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"II+\x00", "image/tiff"),
    (b"MM\x00+", "image/tiff"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "image/jp2"),
    (b"\xff\x4f\xff\x51", "image/j2c"),
    (b"8BPS", "image/vnd.adobe.photoshop"),
    (b"\x00\x00\x01\x00", "image/x-icon"),
    (b"\xff\x0a", "image/jxl"),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "image/jxl"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\x1a\x45\xdf\xa3", "video/x-matroska"),
    (b"\x00\x00\x01\xba", "video/mpeg"),
    (b"\x00\x00\x01\xb3", "video/mpeg"),
    (b"FLV\x01", "video/x-flv"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"),
    (b"OggS", "application/ogg"),
    (b".RMF", "application/vnd.rn-realmedia"),
    (b"ID3", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"#!AMR", "audio/amr"),
    (b"SQLite format 3\x00", "application/vnd.sqlite3"),
    (b"\x7fELF", "application/x-executable"),
)

_SYNC = 0x47
"""The first byte of a packet of an MPEG transport stream. Source: ISO/IEC 13818-1, section 2.4.3.2."""

_WEBP_ANIMATED = 0x02
"""In the flags of an extended WebP. Source: RFC 9649, section 2.7.1."""

_RIFF_FORMS = {b"WEBP": "image/webp", b"AVI ": "video/x-msvideo", b"WAVE": "audio/wav"}

_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_HEIF_BRANDS = frozenset({b"mif1", b"mif2", b"mif3", b"msf1", b"miaf", b"jpeg", b"jpgs", b"avci", b"avcs"})

_BMP_HEADER_SIZES = frozenset({12, 16, 40, 52, 56, 64, 108, 124})
"""Lengths of the second header; ``BM`` alone would claim too many texts."""


def media_type(head: bytes) -> str | None:
    """Answer the media type of a content from its first bytes, or ``None`` where they say nothing.

    Args:
        head: The first ``HEAD_BYTES`` of the content, or all of it where it is shorter.
    """
    for signature, found in _SIGNATURES:
        if head.startswith(signature):
            return found
    if head[:4] == b"RIFF":
        return _RIFF_FORMS.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _brand_type(head)
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADER_SIZES:
        return "image/bmp"
    return "video/mp2t" if _is_transport_stream(head) else _sound_frame(head)


def moves(head: bytes, kind: str | None) -> bool:
    """Answer whether a content may show more than one picture: a video, or a picture that is animated.

    Args:
        head: As for ``media_type``.
        kind: What ``media_type`` answered.
    """
    match kind:
        case "image/gif":
            return True
        case "image/webp":
            return head[12:16] == b"VP8X" and bool(head[20] & _WEBP_ANIMATED)
        case "image/avif":
            return b"avis" in head[8 : int.from_bytes(head[:4], "big")]
        case "image/png":
            return b"acTL" in head
        case _:
            return kind in VIDEO_TYPES


def _sound_frame(head: bytes) -> str | None:
    """Answer the type of sound that begins with a frame and no header.

    Source: ISO/IEC 11172-3, section 2.4.1.3, layers II and III; ISO/IEC 13818-7, section 6.2 (ADTS).
    """
    if len(head) < 4 or head[0] != 0xFF:  # noqa: PLR2004 - the first byte of the sync word
        return None
    if head[1] & 0xF6 == 0xF0 and head[2] & 0x3C <= 0x30:  # noqa: PLR2004 - layer 0, a known rate
        return "audio/aac"
    layer, bits, rate = head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    is_frame = head[1] & 0xE0 == 0xE0 and head[1] >> 3 & 3 != 1 and layer in {1, 2}  # noqa: PLR2004 - as above
    return "audio/mpeg" if is_frame and 0 < bits < 15 and rate < 3 else None  # noqa: PLR2004 - as above


def _is_transport_stream(head: bytes) -> bool:
    """Answer whether every packet in sight begins with the sync byte; cameras put a time before each."""
    for start, step in ((0, 188), (4, 192)):
        syncs = head[start::step]
        if len(syncs) > 2 and set(syncs) == {_SYNC}:  # noqa: PLR2004 - two could be chance
            return True
    return False


def _brand_type(head: bytes) -> str:
    """Answer the type of an ISO base media file: still pictures by their brand, everything else a video."""
    end = min(int.from_bytes(head[:4], "big"), len(head))
    major = head[8:12]
    brands = {major} | {head[start : start + 4] for start in range(16, end - 3, 4)}
    if major in _AVIF_BRANDS:
        return "image/avif"
    if major in _HEIC_BRANDS:
        return "image/heic"
    if major in _HEIF_BRANDS:
        # The major brand is only the container's; the compatible brands name the codec.
        if brands & _AVIF_BRANDS:
            return "image/avif"
        return "image/heic" if brands & _HEIC_BRANDS else "image/heif"
    return "video/quicktime" if major == b"qt  " else "video/mp4"
