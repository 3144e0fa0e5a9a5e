"""The manifest of an export: what its files are, for whom, and what may be done with them; and its signature.

The signature is detached, in a signed note of two lines: the name of this kind of statement, and the digest
of the manifest. No head of a log reads so, and so no signature under one can be used for the other.

Source: C2SP signed-note; the signature lines are those of ``cairn.transparency.keys``.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from cairn.errors import InputError
from cairn.transparency.keys import VerifierKey, parse_signature

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cairn.transparency import Signature, Signer

MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
FORMAT: Final = "cairn-export"
VERSION: Final = 1
MOST_BYTES: Final = 1 << 20
"""Of a manifest: it names files, and an export of a case has a few, or one for each exhibit."""

_STATEMENT: Final = "cairn-export/v1"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_NOTE = re.compile(rf"{_STATEMENT}\nsha256 ([0-9a-f]{{64}})\n")


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file of the export.

    Attributes:
        name: Within the folder.
        size_bytes: Of the file.
        sha256: In hexadecimal.
        entries: How many records of the export stand in it.
    """

    name: str
    size_bytes: int
    sha256: str
    entries: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What stands in ``manifest.json``, in its order.

    Attributes:
        node: The name of the node.
        authority: The code of whose export it is.
        user: The login of who made it; ``None`` for the operator.
        made_at: ISO 8601, in UTC.
        recipient: For whom.
        purpose: Why, where it was said.
        subject: ``series`` or ``case``.
        name: Its name or reference.
        file_format: As asked for.
        handling: ``tlp``, ``codes`` and ``words``.
        permission: By which word of its owner it may be passed on, where it takes one.
        counts: How many media and sightings it holds, and how many were left out as withdrawn.
        files: Every file but the manifest and its signature.
        key: The public half of the key that signs. It proves nothing of itself.
    """

    node: str
    authority: str
    user: str | None
    made_at: str
    recipient: str
    purpose: str
    subject: str
    name: str
    file_format: str
    handling: Mapping[str, Any]
    permission: str
    counts: Mapping[str, int]
    files: tuple[FileLine, ...]
    key: str

    @property
    def text(self) -> str:
        """The file, in ASCII."""
        return json.dumps({"format": FORMAT, "version": VERSION, **asdict(self)}, indent=1) + "\n"


def parse_manifest(raw: bytes) -> Manifest:
    """Read a manifest. Nothing is verified yet.

    Raises:
        InputError: It is none (``export.invalid``).
    """
    try:
        values = json.loads(raw.decode("ascii"))
        if (values.pop("format"), values.pop("version")) != (FORMAT, VERSION):
            raise _no_manifest()
        files = tuple(FileLine(**each) for each in values.pop("files"))
        manifest = Manifest(files=files, **values)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise _no_manifest() from None
    names = [each.name for each in files]
    if len(set(names)) < len(names) or not all(map(_is_file_line, files)) or not _is_plain(manifest):
        raise _no_manifest()
    return manifest


def signed_note(manifest: str, *, signer: Signer, at_s: int) -> str:
    """Answer the signature's file: the statement, an empty line, and the signature."""
    text = f"{_STATEMENT}\nsha256 {sha256(manifest.encode()).hexdigest()}\n"
    return f"{text}\n{signer.sign(text, at_s=at_s).line}"


def signature_of(raw: bytes, note: bytes, key: VerifierKey) -> Signature | None:
    """Answer the signature that this key made over these bytes; ``None`` where it made none that holds.

    Raises:
        InputError: The note is none (``export.invalid``, ``note.invalid``).
    """
    try:
        statement, blank, below = note.decode().partition("\n\n")
    except UnicodeDecodeError:
        raise _no_note() from None
    text = f"{statement}\n"
    found = _NOTE.fullmatch(text)
    if found is None or not blank:
        raise _no_note()
    if found[1] != sha256(raw).hexdigest():
        return None
    lines = (parse_signature(line) for line in below.splitlines())
    return next((each for each in lines if each is not None and key.verifies(each, text)), None)


def _is_file_line(line: Any) -> bool:
    is_named = isinstance(line.name, str) and _NAME.fullmatch(line.name) is not None
    is_digested = isinstance(line.sha256, str) and _DIGEST.fullmatch(line.sha256) is not None
    is_counted = type(line.size_bytes) is int and type(line.entries) is int
    return is_named and is_digested and is_counted and line.name not in {MANIFEST, SIGNATURE}


def _is_plain(manifest: Any) -> bool:
    """Answer whether everything that is shown to people is what it says it is."""
    texts = (
        manifest.node,
        manifest.authority,
        manifest.user or "",
        manifest.made_at,
        manifest.recipient,
        manifest.purpose,
        manifest.subject,
        manifest.name,
        manifest.file_format,
        manifest.permission,
        manifest.key,
    )
    held = manifest.handling
    if not all(isinstance(each, str) for each in texts) or not isinstance(held, dict):
        return False
    lists = (held.get("codes"), held.get("words"))
    return isinstance(held.get("tlp"), str) and all(
        isinstance(each, list) and all(isinstance(word, str) for word in each) for each in lists
    )


def _no_manifest() -> InputError:
    return InputError(f"{MANIFEST} is no manifest of an export.", code="export.invalid")


def _no_note() -> InputError:
    return InputError(f"{SIGNATURE} is no signature of an export.", code="export.invalid")
