"""A tiny ONNX model, written byte by byte: no weights of anybody, and no package that writes models.

It flattens a picture and multiplies it with a matrix. ONNX is protocol buffers, of which a few field numbers
are needed; source: onnx.proto of ONNX 1.17.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

SIDE, SIZE = 8, 12
_FLOAT = 1
_IR_VERSION, _OPSET = 8, 13


def tiny_model(*, zeros: bool = False) -> bytes:
    """A model from ``(n, 3, 8, 8)`` to 12 numbers; with ``zeros`` it says the same of every picture."""
    shape = (3 * SIDE * SIDE, SIZE)
    weights = np.zeros(shape) if zeros else np.random.default_rng(7).standard_normal(shape)
    graph = b"".join(
        [
            _bytes(1, _node("Flatten", ["picture"], "flat")),
            _bytes(1, _node("MatMul", ["flat", "weights"], "vector")),
            _bytes(2, b"tiny"),
            _bytes(5, _tensor("weights", weights.astype("<f4"))),
            _bytes(11, _value("picture", [1, 3, SIDE, SIDE])),
            _bytes(12, _value("vector", [1, SIZE])),
        ]
    )
    return _number(1, _IR_VERSION) + _bytes(7, graph) + _bytes(8, _number(2, _OPSET))


def described(
    folder: Path, *, model: bytes | None = None, link: str = "duplicate", threshold: float = 0.9
) -> Path:
    """Write a model and its description, and answer where the description lies."""
    data = tiny_model() if model is None else model
    (folder / "tiny.onnx").write_bytes(data)
    place = folder / "tiny.toml"
    place.write_text(
        DESCRIPTION.format(sha256=hashlib.sha256(data).hexdigest(), link=link, threshold=threshold)
    )
    return place


DESCRIPTION = """\
name = "tiny"
version = "1"
file = "tiny.onnx"
sha256 = "{sha256}"
licence = "Apache-2.0"
link = "{link}"
threshold = {threshold}
measured = "drawn pictures"

[input]
width = 8
height = 8
fit = "stretch"
layout = "nchw"
colours = "rgb"
scale = 255
mean = [0.5, 0.5, 0.5]
std = [0.25, 0.25, 0.25]

[output]
name = "vector"
l2_normalise = true
"""


def _node(kind: str, takes: list[str], gives: str) -> bytes:
    return b"".join(
        [*(_bytes(1, each.encode()) for each in takes), _bytes(2, gives.encode()), _bytes(4, kind.encode())]
    )


def _tensor(name: str, values: np.ndarray) -> bytes:
    sides = b"".join(_number(1, side) for side in values.shape)
    return sides + _number(2, _FLOAT) + _bytes(8, name.encode()) + _bytes(9, values.tobytes())


def _value(name: str, shape: list[int]) -> bytes:
    sides = b"".join(_bytes(1, _number(1, side)) for side in shape)
    kind = _bytes(1, _number(1, _FLOAT) + _bytes(2, sides))
    return _bytes(1, name.encode()) + _bytes(2, kind)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
