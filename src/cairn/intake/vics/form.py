"""How a VICS file says what it is: the version and whether it holds cases or bare media."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

KNOWN_VERSIONS: Final = ("1.2", "1.3", "2.0")
HEAD_BYTES: Final = 64 * 1024
"""The statement is the first member in every file that was seen; in one of ours too."""

CONTEXT_KEYS: Final = ("@odata.context", "odata.metadata")
"""Version 2.0 says it under the first one, versions 1.x under the second."""

_ADDRESS = re.compile(
    r"projectvic/datamodels/(?P<version>\d+\.\d+)\.xml(?:/(?P<profile>\w+)/\$metadata)?#(?P<kind>\w+)",
    re.IGNORECASE,
)
_STATED = re.compile(r'"@?odata\.(?:context|metadata)"\s*:\s*"(?P<address>[^"]*)"')


class Kind(StrEnum):
    """What stands in ``value``."""

    CASES = "Cases"
    MEDIA = "Media"


@dataclass(frozen=True, slots=True)
class Form:
    """What a file says that it is.

    Attributes:
        version: Such as ``1.3``.
        kind: Cases with their media, or media alone: a hash set.
        profile: Version 2.0 only: ``Default``, ``US`` or ``CUSTOM``; it tells which scheme the categories
            are of.
    """

    version: str
    kind: Kind
    profile: str = ""

    @property
    def is_known(self) -> bool:
        """True for a version that Cairn was tested with; others are read in the same way."""
        return self.version in KNOWN_VERSIONS

    @property
    def key(self) -> str:
        """The name of the member that says so."""
        return CONTEXT_KEYS[0] if self.version.startswith("2") else CONTEXT_KEYS[1]

    @property
    def address(self) -> str:
        """The value of that member."""
        if self.version.startswith("2"):
            profile = self.profile or "Default"
            return (
                f"http://github.com/VICSDATAMODEL/ProjectVic/DataModels/{self.version}.xml/{profile}"
                f"/$metadata#{self.kind}"
            )
        return f"http://github.com/ICMEC/ProjectVic/DataModels/{self.version}.xml#{self.kind}"


def parse_form(address: object) -> Form | None:
    """Read the statement's value; ``None`` if it is of another data model."""
    found = _ADDRESS.search(address) if isinstance(address, str) else None
    if found is None or found["kind"] not in {*Kind}:
        return None
    return Form(found["version"], Kind(found["kind"]), found["profile"] or "")


def recognise_form(head: str) -> Form | None:
    """Find the statement in the first ``HEAD_BYTES`` of a file, decoded; ``None`` where there is none."""
    found = _STATED.search(head)
    return parse_form(found["address"].replace("\\/", "/")) if found else None
