"""What a small file says of a learnt model: where it lies, what it takes, what it gives, whose it is.

Cairn brings no model and fetches none. An operator who may use one puts it on the node's machine and writes a
description beside it, in TOML; every link names the model by what stands there. The model's file is known by
its SHA-256, so that a link made years ago still says exactly what made it. ``docs/models.md`` has the keys.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import tomllib
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from cairn.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

MARK_DIGITS: Final = 16
LARGEST_SIDE: Final = 1024
"""The decoder's small picture is no larger."""
LARGEST_DESCRIPTION_BYTES: Final = 64_000
LONGEST_NAME: Final = 40
LONGEST_VERSION: Final = 20
"""With the stroke between them, name and version fit into the 64 signs that a link's method may have."""
LONGEST_TEXT: Final = 300

_CHANNELS: Final = 3
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_SECTIONS: Final = {
    "": {"name", "version", "file", "sha256", "licence", "source", "link", "threshold", "measured"},
    "input": {"name", "width", "height", "fit", "layout", "colours", "scale", "mean", "std"},
    "output": {"name", "l2_normalise"},
}


class Fit(StrEnum):
    """How a picture is brought to the model's width and height."""

    STRETCH = "stretch"
    """Each side by itself: all is seen, and its shape is not kept."""
    CROP = "crop"
    """Its shape is kept, and what hangs over on two sides is cut off."""
    PAD = "pad"
    """Its shape is kept, and grey fills what is left."""


class Layout(StrEnum):
    """In which order the model takes its numbers: n pictures, c colours, h rows, w columns."""

    NCHW = "nchw"
    NHWC = "nhwc"


class Colours(StrEnum):
    """In which order the model takes the three colours."""

    RGB = "rgb"
    BGR = "bgr"


class Meaning(StrEnum):
    """In which way two pictures are the same where the model says so; as ``LinkKind`` names it.

    A model that compares faces has no kind: Cairn never says that two pictures show the same person.
    """

    DUPLICATE = "duplicate"
    SCENE = "scene"


@dataclass(frozen=True, slots=True)
class Input:
    """What the model takes.

    Attributes:
        name: Of the input; empty where the model has one alone.
        width: In pixels.
        height: As width.
        fit: How a picture is brought to that size.
        layout: The order of the numbers.
        colours: The order of the colours.
        scale: Brightness, 0 to 255, is divided by it.
        mean: Then this is taken away, by colour in the model's order.
        std: And the rest divided by this.
    """

    name: str
    width: int
    height: int
    fit: Fit
    layout: Layout
    colours: Colours
    scale: float
    mean: tuple[float, float, float]
    std: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Output:
    """What the model gives.

    Attributes:
        name: Of the output; empty where the model has one alone.
        l2_normalise: Its vectors are brought to length 1 here; else they must have it.
    """

    name: str
    l2_normalise: bool


@dataclass(frozen=True, slots=True)
class Description:
    """A learnt model, as its operator describes it.

    Attributes:
        name: As its makers call it.
        version: As its makers count it.
        file: Where the ONNX file lies.
        sha256: Of that file, as 64 hexadecimal digits.
        licence: Under which it may be used.
        source: Where it came from; empty where that is not said.
        link: What it means where two vectors are near.
        threshold: The cosine similarity from which on there is a link, above 0 and at most 1.
        measured: On what the operator has measured the threshold, and how often it links by chance.
        input: What it takes.
        output: What it gives.
    """

    name: str
    version: str
    file: Path
    sha256: str
    licence: str
    source: str
    link: Meaning
    threshold: float
    measured: str
    input: Input
    output: Output

    @property
    def mark(self) -> str:
        """Sixteen digits of what decides a vector: the file, what goes in, what comes out.

        Vectors of one mark can be compared, and no others; the threshold is not in it.
        """
        parts = [self.sha256, asdict(self.input), asdict(self.output)]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:MARK_DIGITS]

    @property
    def policy(self) -> str:
        """What links name as their method."""
        return f"{self.name}/{self.version}"


def read_description(path: Path) -> Description:
    """Read a description; the model itself is not touched.

    Raises:
        ConfigurationError: It cannot be read (``learnt.unreadable``), or does not say what it must
            (``learnt.description``).
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST_DESCRIPTION_BYTES + 1)
    except OSError as error:
        raise ConfigurationError(
            f"The description of the model cannot be read: {error.strerror}.", code="learnt.unreadable"
        ) from error
    try:
        if len(data) > LARGEST_DESCRIPTION_BYTES:
            raise _wrong("it is longer than any description")
        values = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise _wrong("it is no TOML") from None
    return _parsed(values, path.parent)


def _parsed(values: dict[str, Any], folder: Path) -> Description:
    sections = {name: values.pop(name, None) for name in ("input", "output")}
    for name, known in _SECTIONS.items():
        section = values if name == "" else sections[name]
        if not isinstance(section, dict):
            raise _wrong(f"the part [{name}] is missing")
        if section.keys() - known:
            raise _wrong(f"'{min(section.keys() - known)}' is no key of it")
    top, takes, gives = (_Section(each) for each in (values, sections["input"], sections["output"]))
    sha256 = top.text("sha256").lower()
    if not _SHA256.fullmatch(sha256):
        raise _wrong("'sha256' must be 64 hexadecimal digits")
    threshold = top.number("threshold")
    if not 0 < threshold <= 1:
        raise _wrong("'threshold' must lie above 0, and at most at 1")
    return Description(
        name=top.short("name", LONGEST_NAME),
        version=top.short("version", LONGEST_VERSION),
        file=folder / top.text("file"),
        sha256=sha256,
        licence=top.text("licence"),
        source=top.text("source", ""),
        link=Meaning(top.choice("link", [each.value for each in Meaning])),
        threshold=threshold,
        measured=top.text("measured", ""),
        input=_input(takes),
        output=Output(gives.text("name", ""), gives.truth("l2_normalise")),
    )


def _input(takes: _Section) -> Input:
    scale, std = takes.number("scale"), takes.three("std")
    if scale <= 0 or min(std) <= 0:
        raise _wrong("'scale' and 'std' must lie above 0")
    return Input(
        name=takes.text("name", ""),
        width=takes.side("width"),
        height=takes.side("height"),
        fit=Fit(takes.choice("fit", [each.value for each in Fit])),
        layout=Layout(takes.choice("layout", [each.value for each in Layout])),
        colours=Colours(takes.choice("colours", [each.value for each in Colours])),
        scale=scale,
        mean=takes.three("mean"),
        std=std,
    )


class _Section:
    """Reads one part of a description, and says by name what is wrong with it."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values

    def text(self, key: str, otherwise: str | None = None) -> str:
        """Answer a text; without a value for its absence it must be there, and say something."""
        value = self._values.get(key, otherwise)
        if not isinstance(value, str) or len(value) > LONGEST_TEXT or not value.isprintable():
            raise _wrong(f"'{key}' must be a text of at most {LONGEST_TEXT} printable signs")
        if otherwise is None and not value.strip():
            raise _wrong(f"'{key}' is empty")
        return value

    def short(self, key: str, longest: int) -> str:
        """Answer a name that can stand in a table."""
        value = self.text(key)
        if len(value) > longest or not _NAME.fullmatch(value):
            raise _wrong(f"'{key}' must be at most {longest} letters, digits, dots, hyphens or underscores")
        return value

    def choice(self, key: str, known: list[str]) -> str:
        """Answer one of some words."""
        value = self._values.get(key)
        if value not in known:
            raise _wrong(f"'{key}' must be one of: {', '.join(known)}")
        return str(value)

    def truth(self, key: str) -> bool:
        """Answer true or false."""
        value = self._values.get(key)
        if not isinstance(value, bool):
            raise _wrong(f"'{key}' must be true or false")
        return value

    def number(self, key: str) -> float:
        """Answer a finite number."""
        return _finite(key, self._values.get(key))

    def side(self, key: str) -> int:
        """Answer a number of pixels."""
        value = self._values.get(key)
        if type(value) is not int or not 1 <= value <= LARGEST_SIDE:
            raise _wrong(f"'{key}' must be a whole number from 1 to {LARGEST_SIDE}")
        return value

    def three(self, key: str) -> tuple[float, float, float]:
        """Answer three finite numbers, a colour each."""
        value = self._values.get(key)
        if not isinstance(value, list) or len(value) != _CHANNELS:
            raise _wrong(f"'{key}' must be a list of three numbers")
        red, green, blue = (_finite(key, each) for each in value)
        return red, green, blue


def _finite(key: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _wrong(f"'{key}' must be a number")
    return float(value)


def _wrong(what: str) -> ConfigurationError:
    return ConfigurationError(
        f"The description of the model does not hold: {what}.", code="learnt.description"
    )
