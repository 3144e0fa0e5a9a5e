"""Locked ZIP members open with the right password among several, and never with a wrong one."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from cairn.intake import STANDARD_RULES, Item, walk
from cairn.intake.containers import zip_crypto
from intake.containers.making import OTHER, PICTURE, found
from intake.containers.test_zip_archive import one_member

if TYPE_CHECKING:
    from pathlib import Path

LOCKED = replace(STANDARD_RULES, passwords=("falsch", "geheim", "später"))
NO_KEY = replace(STANDARD_RULES, passwords=("falsch",))


def pkzip_locked(content: bytes, password: bytes, check: int) -> bytes:
    """Encrypt as PKZIP does: the cipher is the decryption with plain bytes moving the keys."""
    keys = [0x12345678, 0x23456789, 0x34567890]

    def step(key: int, byte: int) -> int:
        return (key >> 8) ^ table[(key ^ byte) & 0xFF]

    def move(byte: int) -> None:
        keys[0] = step(keys[0], byte)
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = step(keys[2], keys[1] >> 24)

    table = [crc_step(byte) for byte in range(256)]
    for byte in password:
        move(byte)
    locked = bytearray()
    for byte in bytes(11) + bytes([check]) + content:
        mixed = (keys[2] | 2) & 0xFFFF
        locked.append(byte ^ (mixed * (mixed ^ 1) >> 8) & 0xFF)
        move(byte)
    return bytes(locked)


def crc_step(value: int) -> int:
    for _ in range(8):
        value = value >> 1 ^ (0xEDB88320 if value & 1 else 0)
    return value


def aes_locked(content: bytes, password: bytes, *, bits: int = 256) -> bytes:
    """Encrypt as WinZip does: salt, verification, counter mode from one, authentication code."""
    key_bytes, salt = bits // 8, bytes(range(bits // 16))
    derived = hashlib.pbkdf2_hmac("sha1", password, salt, 1000, 2 * key_bytes + 2)
    cipher = Cipher(algorithms.AES(derived[:key_bytes]), modes.ECB()).encryptor()  # noqa: S305  # WinZip's
    blocks = -(-len(content) // 16)
    stream = b"".join(cipher.update((number + 1).to_bytes(16, "little")) for number in range(blocks))
    locked = bytes(a ^ b for a, b in zip(content, stream, strict=False))
    code = hmac.new(derived[key_bytes : 2 * key_bytes], locked, "sha1").digest()[:10]
    return salt + derived[-2:] + locked + code


def aes_zip(content: bytes, *, version: int = 2, bits: int = 256, change: int | None = None) -> bytes:
    packed = zlib.compress(content, 9, -15)
    locked = bytearray(aes_locked(packed, b"geheim", bits=bits))
    if change is not None:
        locked[change] ^= 1
    extra = struct.pack("<HHH2sBH", 0x9901, 7, version, b"AE", bits // 64 - 1, 8)
    crc = 0 if version == 2 else None
    return one_member(bytes(locked), content, method=99, flags=1, crc=crc, extra=extra)


def test_a_pkzip_member_opens_with_the_password_that_fits(tmp_path: Path) -> None:
    check = zlib.crc32(PICTURE) >> 24
    zipped = one_member(pkzip_locked(PICTURE, b"geheim", check), PICTURE, flags=1)
    assert found(tmp_path, zipped, LOCKED) == {"!/1.jpg": PICTURE}
    assert "none of the passwords fits" in str(found(tmp_path, zipped, NO_KEY)["!/1.jpg"])


def test_a_wrong_password_that_passes_the_check_byte_is_told_by_the_checksum(tmp_path: Path) -> None:
    check = zlib.crc32(OTHER) >> 24
    locked = pkzip_locked(OTHER, b"geheim", check)
    wrong = next(
        str(number)
        for number in range(5000)
        if zip_crypto.pkzip_keys(str(number).encode(), locked[:12], check) is not None
    )
    rules = replace(STANDARD_RULES, passwords=(wrong, "geheim"))
    assert found(tmp_path, one_member(locked, OTHER, flags=1), rules) == {"!/1.jpg": OTHER}


def test_a_pkzip_member_that_is_cut_off_does_not_open(tmp_path: Path) -> None:
    assert "encrypted" in str(found(tmp_path, one_member(b"123", b"", flags=1), LOCKED)["!/1.jpg"])


@pytest.mark.parametrize("bits", [128, 192, 256])
@pytest.mark.parametrize("version", [1, 2])
def test_an_aes_member_opens_with_the_password_that_fits(tmp_path: Path, version: int, bits: int) -> None:
    zipped = aes_zip(PICTURE, version=version, bits=bits)
    assert found(tmp_path, zipped, LOCKED) == {"!/1.jpg": PICTURE}
    assert str(found(tmp_path, zipped, NO_KEY)["!/1.jpg"]).startswith("input.encrypted")


def test_an_aes_member_that_was_changed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(aes_zip(OTHER, change=-1))
    _, member = walk([path], containers=LOCKED)
    assert isinstance(member, Item)
    with pytest.raises(Exception, match="authentication code does not hold"):
        member.open()


@pytest.mark.parametrize("extra", [b"", struct.pack("<HHH2sBH", 0x9901, 7, 2, b"AE", 9, 8)])
def test_aes_settings_that_make_no_sense_are_damage(tmp_path: Path, extra: bytes) -> None:
    zipped = one_member(b"x" * 90, b"x", method=99, flags=1, extra=extra)
    assert "make no sense" in str(found(tmp_path, zipped, LOCKED)["!/1.jpg"])


LOCKED_BY_INFO_ZIP = base64.b64decode(
    "UEsDBBQACQAIAAAAIVB8CxMvQgAAAEQAAAAFAAAAMS50eHShmFs84CqOMD0C+VFUNWx1U4wYWgYzxAt72yKgV+CHZUcKzMc5"
    "es+JpidM+rD/MJhPv9jfpYawfdtQQSnAZ/A9++lQSwcIfAsTL0IAAABEAAAAUEsBAh4DFAAJAAgAAAAhUHwLEy9CAAAARAAA"
    "AAUAAAAAAAAAAQAAAKSBAAAAADEudHh0UEsFBgAAAAABAAEAMwAAAHUAAAAAAA=="
)
"""Written by Info-ZIP 3.0: ``zip -X -P geheim a.zip 1.txt``."""


def test_a_member_that_the_zip_program_locked_opens(tmp_path: Path) -> None:
    words = b"a cairn is a pile of stones, a pile of stones that travellers add to"
    assert found(tmp_path, LOCKED_BY_INFO_ZIP, LOCKED) == {"!/1.txt": words}


def test_the_compiled_loop_is_kept_nowhere() -> None:
    kernel: Any = zip_crypto._kernel()
    assert type(kernel._cache).__name__ == "NullCache"


def test_the_compiled_loop_is_the_written_one(monkeypatch: pytest.MonkeyPatch) -> None:
    locked = pkzip_locked(OTHER[:500], b"geheim", 7)

    def opened() -> bytes:
        keys = zip_crypto.pkzip_keys(b"geheim", locked[:12], 7)
        assert keys is not None
        return b"".join(zip_crypto.pkzip_decrypt([locked[12:100], locked[100:]], keys))

    compiled = opened()
    monkeypatch.setattr(zip_crypto, "_kernel", lambda: zip_crypto._crypt)
    assert opened() == compiled == OTHER[:500]
