"""Packed chunks in, unpacked chunks out, never more than 64 KiB of them at once.

Every decoder here is the C library that the whole world uses for the format, and is asked for a bounded
piece at a time, so that a few packed bytes cannot fill the memory.
"""

from __future__ import annotations

import bz2
import importlib
import lzma
import zlib
from typing import TYPE_CHECKING, Any, Protocol

from cairn.errors import InputError
from cairn.intake.containers.reading import damaged
from cairn.intake.containers.scratch import over_limit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

_PIECE_BYTES = 64 * 1024
"""What one call may unpack: as much as a damage takes with it, because a call that fails answers nothing."""

_GZIP = 31  # 15 bits of window, and 16 for the gzip header.
_LZMA_SETTINGS_BYTES = 5
_SMALLEST_DICTIONARY = 4096
_ENDS_EARLY = "The packed data ends too early."


class _Decoder(Protocol):
    """What the decoders of all formats have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Zlib:
    """A zlib decoder with the manners of the younger ones."""

    def __init__(self, wbits: int) -> None:
        self._decoder = zlib.decompressobj(wbits)

    @property
    def eof(self) -> bool:
        return self._decoder.eof

    @property
    def needs_input(self) -> bool:
        return not self._decoder.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._decoder.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._decoder.decompress(self._decoder.unconsumed_tail + data, max_length)


def _decode(decoder: _Decoder, chunk: bytes) -> Iterator[bytes]:
    """Yield everything that the decoder can make of the chunk."""
    while True:
        try:
            piece = decoder.decompress(chunk, _PIECE_BYTES)
        except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, _zstd_error()) as error:
            raise _refusal(error) from error
        if piece:
            yield piece
        chunk = b""
        if decoder.eof or (decoder.needs_input and not piece):
            return


def _refusal(error: Exception) -> InputError:
    if isinstance(error, lzma.LZMAError) and "Memory usage limit" in str(error):
        return over_limit("Its LZMA decoder needs more memory than the limit for dictionaries.")
    return damaged("The packed data is damaged.")


def _one_stream(decoder: _Decoder, chunks: Iterable[bytes], *, length: int | None = None) -> Iterator[bytes]:
    """Yield one stream, up to ``length`` bytes where its end is known only from outside."""
    left = length
    for chunk in chunks:
        for piece in _decode(decoder, chunk):
            yield piece if left is None else piece[:left]
            left = None if left is None else left - len(piece)
            if left is not None and left <= 0:
                return
        if decoder.eof:
            break
    if not decoder.eof or left:
        raise damaged(_ENDS_EARLY)


def _every_stream(make: Callable[[], _Decoder], chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield stream after stream. What follows a whole stream and is none itself is padding: left out."""
    decoder, complete, has_output = make(), 0, False
    for chunk in chunks:
        rest = chunk
        while rest:
            try:
                for piece in _decode(decoder, rest):
                    has_output = True
                    yield piece
            except InputError:
                if complete and not has_output:
                    return
                raise
            if not decoder.eof:
                break
            rest = decoder.unused_data.lstrip(b"\0")
            decoder, complete, has_output = make(), complete + 1, False
    if has_output or not complete:
        raise damaged(_ENDS_EARLY)


def inflate(chunks: Iterable[bytes], *, wbits: int = -15) -> Iterator[bytes]:
    """Yield what a Deflate stream unpacks to; what follows its end is not read.

    Args:
        chunks: The packed data.
        wbits: As in ``zlib``: -15 for a bare stream, 15 with a zlib header.

    Raises:
        InputError: The data is damaged or ends too early; so for all decoders here.
    """
    yield from _one_stream(_Zlib(wbits), chunks)


def bunzip(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what one BZip2 stream unpacks to."""
    yield from _one_stream(bz2.BZ2Decompressor(), chunks)


def unlzma(
    chunks: Iterable[bytes], *, filters: Sequence[Mapping[str, Any]], length: int | None
) -> Iterator[bytes]:
    """Yield what a bare LZMA or LZMA2 stream unpacks to.

    Args:
        chunks: The packed data.
        filters: As in ``lzma``; the caller has checked the size of the dictionary.
        length: Unpacked length, for streams that do not mark their end.
    """
    if length == 0:
        return
    try:
        decoder = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=list(filters))
    except (lzma.LZMAError, ValueError, OverflowError) as error:
        raise damaged("The settings of the packed data make no sense.") from error
    yield from _one_stream(decoder, chunks, length=length)


def lzma_filter(settings: bytes, size_bytes: int, dictionary_bytes: int) -> Mapping[str, Any]:
    """Read the five bytes that describe an LZMA stream.

    Args:
        settings: One byte of bit counts, then the dictionary's size.
        size_bytes: Unpacked size: a decoder never needs a dictionary larger than that.
        dictionary_bytes: The limit.

    Raises:
        InputError: They make no sense, or the dictionary is larger than the limit.
    """
    if len(settings) != _LZMA_SETTINGS_BYTES or settings[0] >= 9 * 5 * 5:
        raise damaged("The settings of the packed data make no sense.")
    rest, literal_context = divmod(settings[0], 9)
    position, literal_position = divmod(rest, 5)
    return {
        "id": lzma.FILTER_LZMA1,
        "dict_size": dictionary(int.from_bytes(settings[1:], "little"), size_bytes, dictionary_bytes),
        "lc": literal_context,
        "lp": literal_position,
        "pb": position,
    }


def dictionary(stated_bytes: int, size_bytes: int, dictionary_bytes: int) -> int:
    """Answer the size of dictionary that a decoder gets.

    Raises:
        InputError: It is larger than the limit.
    """
    needed = max(_SMALLEST_DICTIONARY, min(stated_bytes, size_bytes))
    if needed > dictionary_bytes:
        raise over_limit(f"Its LZMA dictionary is larger than the limit of {dictionary_bytes:,} bytes.")
    return needed


def unzstd(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what one Zstandard frame unpacks to, or say that no decoder is installed."""
    yield from _one_stream(_zstd_decoder(), chunks)


def gunzip_all(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what all members of a gzip file unpack to, one after the other."""
    yield from _every_stream(lambda: _Zlib(_GZIP), chunks)


def bunzip_all(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what all streams of a bzip2 file unpack to, one after the other."""
    yield from _every_stream(bz2.BZ2Decompressor, chunks)


def unxz_all(chunks: Iterable[bytes], *, dictionary_bytes: int) -> Iterator[bytes]:
    """Yield what all streams of an xz or lzma file unpack to, with at most this much memory."""
    yield from _every_stream(
        lambda: lzma.LZMADecompressor(lzma.FORMAT_AUTO, memlimit=dictionary_bytes), chunks
    )


def unzstd_all(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what all frames of a Zstandard file unpack to, one after the other."""
    yield from _every_stream(_zstd_decoder, chunks)


def _zstd() -> Any:
    """Find the standard library's module (Python 3.14), or the one that brings it to older versions."""
    for name in ("compression.zstd", "backports.zstd"):
        try:
            return importlib.import_module(name)
        except ImportError:
            continue
    return None


def _zstd_decoder() -> _Decoder:
    module = _zstd()
    if module is None:
        raise InputError(
            "It is packed with Zstandard, for which no decoder is installed. Unpack it first.",
            code="input.unsupported",
        )
    decoder: _Decoder = module.ZstdDecompressor()
    return decoder


def _zstd_error() -> type[Exception]:
    """Name the error lazily: it is asked for only when another decoder has raised."""
    error: type[Exception] = getattr(_zstd(), "ZstdError", ValueError)
    return error
