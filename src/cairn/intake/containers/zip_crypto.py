"""Opening encrypted ZIP members with a password: the weak cipher of PKZIP, and AES as WinZip writes it.

A few bytes before the data tell most wrong passwords; the checksum or the authentication code of the whole
member tells the rest. Source: PKWARE APPNOTE.TXT 6.3.10, section 6.1; "AES Encryption Information:
Encryption Specification AE-1 and AE-2", WinZip, version 1.04.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cairn.intake.containers.reading import damaged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

PKZIP_HEADER_BYTES = 12
AES_CODE_BYTES = 10
_AES_ROUNDS = 1000
_AES_EXTRA_BYTES = 7
_AES_KEY_BYTES = {1: 16, 2: 24, 3: 32}
_AES_BLOCK = 16
_INITIAL_KEYS = (0x12345678, 0x23456789, 0x34567890)


def pkzip_keys(password: bytes, header: bytes, check: int) -> NDArray[np.uint32] | None:
    """Answer the state of the cipher after its header, or ``None`` where the password does not fit.

    Args:
        password: As bytes.
        header: The 12 bytes before the data.
        check: The byte that the last of them must decrypt to.

    Returns:
        ``(3,) uint32``. One wrong password in 256 gets an answer too.
    """
    keys = np.array(_INITIAL_KEYS, dtype=np.uint32)
    _kernel()(np.frombuffer(password, np.uint8), keys, _crc_table(), is_password=True)
    plain = _kernel()(np.frombuffer(header, np.uint8), keys, _crc_table(), is_password=False)
    return keys if len(plain) == PKZIP_HEADER_BYTES and int(plain[-1]) == check else None


def pkzip_decrypt(chunks: Iterable[bytes], keys: NDArray[np.uint32]) -> Iterator[bytes]:
    """Yield the decrypted chunks.

    Args:
        chunks: The encrypted data after its header.
        keys: The state from ``pkzip_keys``; left as it is.
    """
    state = keys.copy()
    for chunk in chunks:
        yield _kernel()(np.frombuffer(chunk, np.uint8), state, _crc_table(), is_password=False).tobytes()


@functools.cache
def _crc_table() -> NDArray[np.uint32]:
    """Answer the table of CRC-32 (reflected polynomial 0xEDB88320), which the cipher is made of."""
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ np.uint32(0xEDB88320), table >> 1).astype(np.uint32)
    return table


@functools.cache
def _kernel() -> Callable[..., Any]:
    """Compile the loop late: only who meets such a member pays for it.

    The compiled loop is not kept on disk: it takes a second to make, and numba would write it beside the
    program, fail where that is read-only, and read it back with pickle.
    """
    import numba  # noqa: PLC0415  # it costs a second to load, and few seizures hold such a member

    return numba.njit(nogil=True)(_crypt)


def _crypt(
    data: NDArray[np.uint8], keys: NDArray[np.uint32], table: NDArray[np.uint32], is_password: bool
) -> NDArray[np.uint8]:
    """Decrypt the data and move the keys on; a password only moves the keys, by its plain bytes."""
    plain = np.empty(len(data), np.uint8)
    key0, key1, key2 = np.int64(keys[0]), np.int64(keys[1]), np.int64(keys[2])
    for place in range(len(data)):
        mixed = (key2 | 2) & 0xFFFF
        byte = np.int64(data[place])
        if not is_password:
            byte ^= ((mixed * (mixed ^ 1)) >> 8) & 0xFF
        plain[place] = byte
        key0 = (key0 >> 8) ^ np.int64(table[(key0 ^ byte) & 0xFF])
        key1 = ((key1 + (key0 & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        key2 = (key2 >> 8) ^ np.int64(table[(key2 ^ (key1 >> 24)) & 0xFF])
    keys[0], keys[1], keys[2] = key0, key1, key2
    return plain


@dataclass(frozen=True, slots=True)
class AesLayout:
    """How WinZip laid out an encrypted member.

    Attributes:
        key_bytes: 16, 24 or 32.
        method: How the data is packed below the encryption.
        has_crc: False for AE-2, which leaves the checksum out.
    """

    key_bytes: int
    method: int
    has_crc: bool

    @property
    def salt_bytes(self) -> int:
        """The length of the salt before the data."""
        return self.key_bytes // 2

    @property
    def overhead_bytes(self) -> int:
        """Salt, two bytes of verification, and the authentication code."""
        return self.salt_bytes + 2 + AES_CODE_BYTES


def aes_layout(extra: bytes) -> AesLayout | None:
    """Read the extra field 0x9901; ``None`` where it makes no sense."""
    if len(extra) < _AES_EXTRA_BYTES or extra[4] not in _AES_KEY_BYTES:
        return None
    return AesLayout(
        key_bytes=_AES_KEY_BYTES[extra[4]],
        method=int.from_bytes(extra[5:7], "little"),
        has_crc=int.from_bytes(extra[:2], "little") == 1,
    )


@dataclass(frozen=True, slots=True)
class AesKeys:
    """The keys that a password gives with a member's salt."""

    cipher: bytes
    authentication: bytes


def aes_keys(password: bytes, head: bytes, layout: AesLayout) -> AesKeys | None:
    """Answer the keys, or ``None`` where the password does not fit.

    Args:
        password: As bytes.
        head: The salt and the two bytes of verification before the data.
        layout: From ``aes_layout``.

    Returns:
        Keys; one wrong password in 65,536 gets an answer too.
    """
    salt, stated = head[: layout.salt_bytes], head[layout.salt_bytes : layout.salt_bytes + 2]
    size = layout.key_bytes
    derived = hashlib.pbkdf2_hmac("sha1", password, salt, _AES_ROUNDS, 2 * size + 2)
    if not hmac.compare_digest(derived[2 * size :], stated):
        return None
    return AesKeys(derived[:size], derived[size : 2 * size])


def aes_decrypt(chunks: Iterable[bytes], keys: AesKeys, code: Callable[[], bytes]) -> Iterator[bytes]:
    """Yield the decrypted chunks, and check the authentication code at the end.

    Args:
        chunks: The encrypted data, without salt and code.
        keys: From ``aes_keys``.
        code: Reads the stored code; asked for when all chunks were read.

    Raises:
        InputError: The data was changed, or the password was wrong after all (``input.damaged``).
    """
    from cryptography.hazmat.primitives.ciphers import (  # noqa: PLC0415  # few seizures need it
        Cipher,
        algorithms,
        modes,
    )

    # ECB of a counter is CTR: WinZip counts with the lowest byte first, which no library offers.
    encryptor = Cipher(algorithms.AES(keys.cipher), modes.ECB()).encryptor()  # noqa: S305  # see above
    seal = hmac.new(keys.authentication, digestmod="sha1")
    counter, spare = 1, b""
    for chunk in chunks:
        seal.update(chunk)
        blocks = -(-max(0, len(chunk) - len(spare)) // _AES_BLOCK)
        numbers = np.zeros((blocks, 2), "<u8")
        numbers[:, 0] = np.arange(counter, counter + blocks, dtype=np.uint64)
        stream = spare + encryptor.update(numbers.tobytes())
        counter += blocks
        spare = stream[len(chunk) :]
        yield np.bitwise_xor(
            np.frombuffer(chunk, np.uint8), np.frombuffer(stream, np.uint8, len(chunk))
        ).tobytes()
    if not hmac.compare_digest(seal.digest()[:AES_CODE_BYTES], code()):
        raise damaged("Its authentication code does not hold: it was changed, or the password is wrong.")
