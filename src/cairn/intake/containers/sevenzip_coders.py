"""The steps that unpack a 7z folder, in the order in which the bytes pass through them.

Read are: stored, LZMA, LZMA2, Deflate, BZip2, the filters Delta and BCJ (x86, PowerPC, IA-64, ARM, ARM
Thumb, SPARC), and AES-256. Not read are PPMd, BCJ2, Deflate64 and what takes more than one stream.
Source: "Methods.txt" and "7zFormat.txt" of the 7-Zip LZMA SDK.
"""

from __future__ import annotations

import functools
import hashlib
import lzma
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cairn.errors import InputError
from cairn.intake.containers import decoders
from cairn.intake.containers.reading import damaged
from cairn.intake.containers.scratch import over_limit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cairn.intake.containers.reading import PartSource
    from cairn.intake.containers.rules import ContainerRules
    from cairn.intake.containers.sevenzip_header import Coder, Folder

_COPY, _LZMA, _LZMA2, _DELTA = b"\0", b"\3\1\1", b"\x21", b"\3"
_DEFLATE, _BZIP2, _AES = b"\4\1\x08", b"\4\2\2", b"\6\xf1\7\1"
_FILTERS = {
    b"\4": lzma.FILTER_X86,
    b"\3\3\1\3": lzma.FILTER_X86,
    b"\5": lzma.FILTER_POWERPC,
    b"\3\3\2\5": lzma.FILTER_POWERPC,
    b"\6": lzma.FILTER_IA64,
    b"\3\3\4\1": lzma.FILTER_IA64,
    b"\7": lzma.FILTER_ARM,
    b"\3\3\5\1": lzma.FILTER_ARM,
    b"\x08": lzma.FILTER_ARMTHUMB,
    b"\3\3\7\1": lzma.FILTER_ARMTHUMB,
    b"\x09": lzma.FILTER_SPARC,
    b"\3\3\x08\5": lzma.FILTER_SPARC,
}
_NAMES = {b"\3\4\1": "PPMd", b"\3\3\1\x1b": "BCJ2", b"\4\1\x09": "Deflate64", b"\x0a": "BCJ for ARM64"}
_KNOWN = {_COPY, _LZMA, _LZMA2, _DELTA, _DEFLATE, _BZIP2, _AES, *_FILTERS}

_MOST_KEY_ROUNDS_POWER = 22
"""7-Zip writes 19, half a second of work; each one more doubles it, and a false header may say 62."""

_HIGHEST_LZMA2_BITS = 40
_LZMA2_CHUNK_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Step:
    """One coder, and the size of what comes out of it."""

    coder: Coder
    size_bytes: int
    dictionary_bytes: int

    @property
    def needs_password(self) -> bool:
        """True where the step decrypts."""
        return self.coder.method == _AES


def chain(folder: Folder, rules: ContainerRules) -> list[Step]:
    """Answer the folder's steps, from the packed stream to the files.

    Raises:
        InputError: A coder is not read (``input.unsupported``), or the coders form no chain
            (``input.damaged``).
    """
    for coder in folder.coders:
        if coder.method not in _KNOWN or (coder.inputs, coder.outputs) != (1, 1):
            name = _NAMES.get(coder.method, f"method {coder.method.hex()}")
            raise InputError(
                f"It is packed with {name}, which Cairn does not read. Unpack the 7z and check the folder.",
                code="input.unsupported",
            )
    takes = {output: taken for taken, output in folder.bonds.items()}
    place: int | None = folder.packed[0] if folder.packed else None
    steps: list[Step] = []
    while place is not None and place < len(folder.coders) and len(steps) < len(folder.coders):
        steps.append(Step(folder.coders[place], folder.sizes[place], rules.dictionary_bytes))
        place = takes.get(place)
    if len(steps) != len(folder.coders) or place is not None:
        raise damaged("The 7z's coders are tied in a way that makes no sense.")
    return steps


def key_settings(steps: list[Step]) -> set[bytes]:
    """Answer what the keys of the steps are made of, beside the password: each costs half a second."""
    settings = [_aes_settings(step.coder.settings) for step in steps if step.needs_password]
    return {bytes([power]) + salt for power, salt, _ in settings}


def run(steps: list[Step], packed: PartSource, password: str | None) -> Iterator[bytes]:
    """Yield what comes out of the last step.

    Raises:
        InputError: The data is damaged, or a limit is exceeded.
    """
    chunks = packed.chunks()
    for step in steps:
        chunks = _run_step(step, chunks, password)
    yield from chunks


def _run_step(step: Step, chunks: Iterator[bytes], password: str | None) -> Iterator[bytes]:
    method, settings = step.coder.method, step.coder.settings
    if method in (_LZMA, _LZMA2):
        filters = [_lzma(step) if method == _LZMA else _lzma2(step)]
        return decoders.unlzma(chunks, filters=filters, length=step.size_bytes)
    if method in (_DEFLATE, _BZIP2):
        return (decoders.inflate if method == _DEFLATE else decoders.bunzip_all)(chunks)
    if method in _FILTERS:
        return _filtered(chunks, {"id": _FILTERS[method]}, step)
    if method == _DELTA:
        return _filtered(chunks, {"id": lzma.FILTER_DELTA, "dist": (settings or b"\0")[0] + 1}, step)
    plain = _decrypt(chunks, settings, password or "") if method == _AES else chunks
    return _cut(plain, step.size_bytes)


def _lzma(step: Step) -> Mapping[str, Any]:
    return decoders.lzma_filter(step.coder.settings, step.size_bytes, step.dictionary_bytes)


def _cut(chunks: Iterator[bytes], length: int) -> Iterator[bytes]:
    """Yield the first ``length`` bytes: what is encrypted is padded to whole blocks."""
    for chunk in chunks:
        yield chunk[:length]
        length -= len(chunk)
        if length <= 0:
            return


def _lzma2(step: Step) -> dict[str, int]:
    """Read the one byte that states the dictionary: 4 KiB times two or three, doubled again and again."""
    bits = (step.coder.settings or b"\xff")[0]
    if bits > _HIGHEST_LZMA2_BITS:
        raise damaged("The settings of the packed data make no sense.")
    stated = (2 | bits & 1) << (bits // 2 + 11)
    size = decoders.dictionary(stated, step.size_bytes, step.dictionary_bytes)
    return {"id": lzma.FILTER_LZMA2, "dict_size": size}


def _filtered(chunks: Iterator[bytes], reverse: dict[str, int], step: Step) -> Iterator[bytes]:
    """Undo a filter. The library undoes one only below LZMA2, so the bytes are wrapped in that, unpacked."""
    filters = [reverse, {"id": lzma.FILTER_LZMA2, "dict_size": _LZMA2_CHUNK_BYTES}]
    return decoders.unlzma(_as_stored_lzma2(chunks), filters=filters, length=step.size_bytes)


def _as_stored_lzma2(chunks: Iterator[bytes]) -> Iterator[bytes]:
    control = b"\1"  # The first chunk resets the dictionary.
    for chunk in chunks:
        for start in range(0, len(chunk), _LZMA2_CHUNK_BYTES):
            piece = chunk[start : start + _LZMA2_CHUNK_BYTES]
            yield control + (len(piece) - 1).to_bytes(2, "big") + piece
            control = b"\2"
    yield b"\0"


def _decrypt(chunks: Iterator[bytes], settings: bytes, password: str) -> Iterator[bytes]:
    """Undo AES-256 in CBC mode."""
    from cryptography.hazmat.primitives.ciphers import (  # noqa: PLC0415  # few seizures need it
        Cipher,
        algorithms,
        modes,
    )

    power, salt, start = _aes_settings(settings)
    cipher = Cipher(algorithms.AES(_key(password, salt, power)), modes.CBC(start.ljust(16, b"\0")))
    decryptor = cipher.decryptor()
    for chunk in chunks:
        yield decryptor.update(chunk)


def _aes_settings(settings: bytes) -> tuple[int, bytes, bytes]:
    """Answer the power of rounds, the salt, and the first block."""
    first, second = settings.ljust(2, b"\0")[:2]
    salt_bytes = (first >> 7 & 1) + (second >> 4)
    start_bytes = (first >> 6 & 1) + (second & 0x0F)
    power = first & 0x3F
    if power > _MOST_KEY_ROUNDS_POWER:
        raise over_limit(
            f"Its key takes more than the limit of 2 to the power {_MOST_KEY_ROUNDS_POWER} rounds."
        )
    return power, settings[2 : 2 + salt_bytes], settings[2 + salt_bytes : 2 + salt_bytes + start_bytes]


@functools.lru_cache(maxsize=8)
def _key(password: str, salt: bytes, power: int) -> bytes:
    """Make the key: SHA-256 over salt, password and a counter, two to the power of rounds times."""
    seed = salt + password.encode("utf-16-le")
    digest = hashlib.sha256()
    batch = 1 << min(power, 12)
    for start in range(0, 1 << power, batch):
        digest.update(b"".join(seed + number.to_bytes(8, "little") for number in range(start, start + batch)))
    return digest.digest()
