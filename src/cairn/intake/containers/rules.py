"""How far a check looks into containers: limits with their reasons, passwords, and where unpacked bytes lie.

A limit keeps one hostile file from stopping the check of a whole seizure. What a limit stops is named, with
the limit, and everything else is still checked. The numbers are a policy: the caller passes it, and
``STANDARD_RULES`` is the one that Cairn ships.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.intake.containers.images import ImageReader
    from cairn.intake.containers.outside import OutsideReader

KIB, MIB, GIB = 1024, 1024**2, 1024**3

STANDARD_DEPTH = 5
"""A picture in a document, attached to a message, in a mailbox, in a packed backup: five containers deep."""

STANDARD_MEMBERS = 2_000_000
"""The full file system of a full telephone has about a million files; 42.zip asks for more than a million."""

STANDARD_MEMBER_BYTES = 64 * GIB
"""A day of video from a surveillance camera; larger members are checked by unpacking them first."""

STANDARD_TOTAL_BYTES = 4096 * GIB
"""More than the disk of any telephone that was packed into one file; 42.zip asks for four million GiB."""

STANDARD_SCRATCH_BYTES = 64 * GIB
"""One packed stream that must be unpacked as a whole; it needs so much room in the scratch folder."""

STANDARD_RATIO = 250
"""Pictures hardly shrink, plain text to a tenth, logs to a fiftieth; a bomb shrinks a thousandfold."""

STANDARD_RATIO_GRACE_BYTES = 64 * MIB
"""Up to this size the ratio is not asked, because an empty drawing canvas shrinks a thousandfold too."""

STANDARD_MEMORY_BYTES = 16 * MIB
"""Most photographs are smaller and never touch a disk when they are unpacked; what is larger does."""

STANDARD_DICTIONARY_BYTES = 256 * MIB
"""The memory of an LZMA decoder: 7-Zip's strongest ready-made setting; a false header asks for 4 GiB."""

STANDARD_ADDRESS_CHARACTERS = 1024
"""Longer member names are shortened in the address, and end in the digest of the whole name."""

BLOCKS_KEPT = 8
"""Unpacked containers kept at once: one for each level of the standard depth, and three that were left."""


@dataclass(frozen=True, slots=True)
class ContainerRules:
    """The policy for looking into containers; the attributes are explained at the constants of the same name.

    Attributes:
        depth: Containers inside each other that are opened; 1 opens a container and none inside it.
        members: Members listed below one file of the evidence, through all its levels.
        member_bytes: Size of one member when unpacked.
        total_bytes: Sizes of all members below one file of the evidence.
        scratch_bytes: Size of one packed stream (compressed TAR, solid block of 7z, nested container).
        ratio: Unpacked bytes for each packed byte.
        ratio_grace_bytes: Unpacked size from which the ratio is asked.
        memory_bytes: Unpacked size from which a member lies on disk instead of in memory.
        dictionary_bytes: Memory that an LZMA stream may ask for.
        address_characters: Length of a member's name in its address.
        passwords: Tried in this order on encrypted members.
        scratch_folder: Where larger unpacked members lie while they are read, as files without a name;
            ``None`` is the system's folder for temporary files. Never inside the evidence.
        outside_reader: Turns RAR, CAB and LHA archives into a TAR; ``None`` names these as not opened.
            ``cairn.readers`` has one, which confines the program ``bsdtar``.
        image_reader: Reads forensic and disk images; ``None`` names these as not opened. ``cairn.readers``
            has one, which needs the extra packages of ``cairn[forensic]``.
        look_behind: Also find a ZIP that was glued behind another file, such as a picture. It costs a look at
            the end of every file of the evidence, which on a spinning disk is a movement of its arm.
    """

    depth: int = STANDARD_DEPTH
    members: int = STANDARD_MEMBERS
    member_bytes: int = STANDARD_MEMBER_BYTES
    total_bytes: int = STANDARD_TOTAL_BYTES
    scratch_bytes: int = STANDARD_SCRATCH_BYTES
    ratio: int = STANDARD_RATIO
    ratio_grace_bytes: int = STANDARD_RATIO_GRACE_BYTES
    memory_bytes: int = STANDARD_MEMORY_BYTES
    dictionary_bytes: int = STANDARD_DICTIONARY_BYTES
    address_characters: int = STANDARD_ADDRESS_CHARACTERS
    passwords: tuple[str, ...] = field(default=(), repr=False)
    scratch_folder: Path | None = None
    outside_reader: OutsideReader | None = None
    image_reader: ImageReader | None = None
    look_behind: bool = False


STANDARD_RULES = ContainerRules()
