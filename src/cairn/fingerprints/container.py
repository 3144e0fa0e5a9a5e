"""Opening a video with the one demuxer for its type, from an open file alone, and what it says of itself.

FFmpeg can open other files, addresses and devices that a container names. Here it gets a format by name, a
list of formats and codecs that may be used, no protocol at all, and one object to read from: so nothing but
these bytes is ever read, whatever they say. Outside the sandbox this module is for use as a library only.
"""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NoReturn

import av
import av.logging

from cairn.frames import StreamFacts, VideoFacts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

    from cairn.fingerprints.source import Source

av.logging.set_level(av.logging.PANIC)

FORMATS: Final = {
    "application/ogg": "ogg",
    "application/vnd.rn-realmedia": "rm",
    "video/mp2t": "mpegts",
    "video/mp4": "mov",
    "video/mpeg": "mpeg",
    "video/quicktime": "mov",
    "video/x-flv": "flv",
    "video/x-matroska": "matroska",
    "video/x-ms-asf": "asf",
    "video/x-msvideo": "avi",
    "audio/aac": "aac",
    "audio/amr": "amr",
    "audio/flac": "flac",
    "audio/mpeg": "mp3",
    "audio/wav": "wav",
}
"""FFmpeg's demuxer of each of ``media_type.SOUND_TYPES``."""

_RAW_MPEG: Final = b"\x00\x00\x01\xb3"
"""The head of MPEG video without a container, which has the same media type."""

CODECS: Final = (
    *("h264", "hevc", "libdav1d", "vp8", "vp9", "vp6", "vp6f", "vp6a", "vp5", "theora"),
    *("mpeg4", "msmpeg4", "msmpeg4v2", "msmpeg4v1", "h263", "h263p", "h263i", "flv"),
    *("mpeg1video", "mpeg2video", "wmv1", "wmv2", "wmv3", "vc1", "rv10", "rv20", "rv30", "rv40"),
    *("mjpeg", "mjpegb", "prores", "dvvideo", "cinepak", "svq1", "svq3", "indeo3", "indeo5"),
    *("rawvideo", "ffv1", "huffyuv", "ffvhuff", "utvideo", "png", "qtrle", "msrle", "msvideo1", "rpza"),
    *("flashsv", "flashsv2", "tscc", "zmbv"),
)
"""The decoders that may be used: what cameras, phones, web sites and screen recorders write, and no more."""

SOUND_CODECS: Final = (
    *(
        "aac",
        "aac_latm",
        "mp3",
        "mp3float",
        "mp2",
        "mp2float",
        "mp1",
        "mp1float",
        "opus",
        "libopus",
        "vorbis",
    ),
    *(
        "flac",
        "alac",
        "ac3",
        "eac3",
        "amrnb",
        "amrwb",
        "libopencore_amrnb",
        "libopencore_amrwb",
        "gsm",
        "speex",
    ),
    *("libspeex", "wmav1", "wmav2", "cook", "sipr", "real_144", "real_288", "nellymoser", "qdm2", "mace6"),
    *("pcm_s16le", "pcm_s16be", "pcm_u8", "pcm_s8", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_f32le"),
    *("pcm_alaw", "pcm_mulaw", "adpcm_ms", "adpcm_ima_wav", "adpcm_ima_qt", "adpcm_swf", "adpcm_g726"),
)
"""The decoders of sound that may be used; as ``CODECS``."""

INDEPENDENT: Final = frozenset(
    {"mjpeg", "mjpegb", "prores", "dvvideo", "rawvideo", "ffv1", "huffyuv", "ffvhuff", "utvideo", "png"}
)
"""Codecs in which every frame stands by itself, so that those between need not be decoded."""

_PROBED_BYTES: Final = 5_000_000
_PROBED_MICROSECONDS: Final = 5_000_000
_BUFFER_BYTES: Final = 1 << 18
_MOST_STREAMS: Final = 64
_LONGEST_TEXT: Final = 120
_LONGEST_S: Final = 10_000_000.0
_HIGHEST_RATE: Final = 10_000.0
_QUARTER: Final = 90

_MAKES: Final = ("com.apple.quicktime.make", "com.android.manufacturer", "make", "manufacturer")
_MODELS: Final = ("com.apple.quicktime.model", "com.android.model", "model", "device_model")
_ENCODERS: Final = (
    "encoder",
    "com.apple.quicktime.software",
    "com.android.version",
    "software",
    "encoded_by",
)
_TIMES: Final = ("com.apple.quicktime.creationdate", "creation_time", "date_utc", "date")


def open_container(source: Source, kind: str, *, codecs: tuple[str, ...] = CODECS) -> InputContainer:
    """Open a video or a sound, reading no more than its header and the first packets.

    Args:
        source: The bytes.
        kind: One of the keys of ``FORMATS``, as found in these bytes.
        codecs: The decoders that may be used to look at the first packets.

    Raises:
        Exception: Whatever FFmpeg says; ``av.error.FFmpegError`` is the root.
    """
    name = FORMATS[kind]
    if kind == "video/mpeg":
        head = source.read(len(_RAW_MPEG))
        source.seek(0)
        name = "mpegvideo" if head == _RAW_MPEG else name
    allowed = {
        "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,asf,flv,mpeg,mpegvideo,mpegts,ogg,rm,"
        "aac,amr,flac,mp3,wav",
        "codec_whitelist": ",".join(codecs),
        "protocol_whitelist": "none",
        "probesize": str(_PROBED_BYTES),
        "analyzeduration": str(_PROBED_MICROSECONDS),
        "max_streams": str(_MOST_STREAMS),
    }
    return av.open(
        source,
        mode="r",
        format=name,
        container_options=allowed,
        metadata_errors="replace",
        buffer_size=_BUFFER_BYTES,
        io_open=_nothing_else,
    )


def _nothing_else(*_: object) -> NoReturn:
    """Refuse to open what a container names beside itself."""
    raise PermissionError


def first_video(container: InputContainer) -> VideoStream | None:
    """Answer the first stream that moves; ``None`` where there is none: a cover picture is no video."""
    for stream in container.streams.video[:_MOST_STREAMS]:
        if not is_cover(stream) and stream.codec_context is not None:
            return stream
    return None


def states_own_length(container: InputContainer, stream: VideoStream) -> bool:
    """Answer whether the stated length is that of the pictures, and not perhaps of a longer sound."""
    return bool(stream.duration) or len(container.streams) == 1


def begins_s(container: InputContainer, stream: VideoStream) -> float:
    """Answer how many seconds of the stated length lie before the first frame; a stream's own has none."""
    return 0.0 if stream.duration else (container.start_time or 0) / av.time_base


def is_cover(stream: VideoStream) -> bool:
    """Answer whether a stream is a picture that players show beside the sound."""
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def facts_of(container: InputContainer, stream: VideoStream | None) -> VideoFacts:
    """Answer what a container and its video stream say; numbers that no video has are left out."""
    tags = {key.lower(): value for key, value in _tags(container, stream).items()}
    context = None if stream is None else stream.codec_context
    return VideoFacts(
        container=_clean(container.format.name),
        codec="" if context is None else _clean(context.codec.canonical_name),
        width=0 if context is None else context.width,
        height=0 if context is None else context.height,
        duration_s=_duration_s(container, stream),
        frame_rate=_rate(stream),
        created_at=_time(_first(tags, _TIMES)),
        encoder=_first(tags, _ENCODERS),
        make=_first(tags, _MAKES),
        model=_first(tags, _MODELS),
        streams=tuple(_stream_facts(each) for each in list(container.streams)[:_MOST_STREAMS]),
    )


def rotation_of(frame: VideoFrame) -> int:
    """Answer how far the player turns a frame, counter-clockwise: 0, 90, 180 or 270 degrees."""
    return round((frame.rotation or 0) / _QUARTER) * _QUARTER % 360


def _tags(container: InputContainer, stream: VideoStream | None) -> Mapping[str, str]:
    return (dict(stream.metadata) if stream is not None else {}) | dict(container.metadata)


def _stream_facts(stream: object) -> StreamFacts:
    kind = str(getattr(stream, "type", "") or "data")
    if kind == "video" and is_cover(stream):  # type: ignore[arg-type]
        kind = "cover"
    name = ""
    with contextlib.suppress(Exception):  # an unknown codec has no name, and FFmpeg says so in many ways
        name = str(stream.codec_context.codec.canonical_name)  # type: ignore[attr-defined]
    return StreamFacts(kind if kind in _KINDS else "data", _clean(name))


_KINDS: Final = frozenset({"video", "audio", "subtitle", "data", "attachment", "cover"})


def _duration_s(container: InputContainer, stream: VideoStream | None) -> float | None:
    if stream is not None and stream.duration and stream.time_base:
        found = float(stream.duration * stream.time_base)
    elif container.duration:
        found = container.duration / av.time_base
    else:
        return None
    return found if 0 < found <= _LONGEST_S else None


def _rate(stream: VideoStream | None) -> float | None:
    rate = None if stream is None else stream.average_rate or stream.base_rate
    return float(rate) if rate and 0 < rate <= _HIGHEST_RATE else None


def _first(tags: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((_clean(tags[name]) for name in names if tags.get(name)), "")


def _clean(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)[:_LONGEST_TEXT].strip()


def _time(text: str) -> datetime | None:
    """Answer a stated time in UTC; one without a zone is UTC by the container's rule."""
    try:
        stated = datetime.fromisoformat(text)
        known = stated if stated.tzinfo else stated.replace(tzinfo=UTC)
        return known.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
