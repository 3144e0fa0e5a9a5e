"""A learnt model, opened: pictures in, vectors of length 1 out.

``onnxruntime`` runs it, where the extra ``cairn[onnx]`` is installed. The file is read once and its SHA-256
compared before the engine sees a byte of it, so what runs is what the description names. The engine gets one
thread, keeps no memory between pictures, and sends nothing to anybody: its telemetry is turned off, and the
model is handed over as bytes, so it has no folder from which it could load more.
"""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cairn.errors import ConfigurationError
from cairn.fingerprints.learnt.tensor import tensor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cairn.fingerprints.learnt.description import Description
    from cairn.types import Preview

LARGEST_MODEL_BYTES: Final = 2 << 30
"""2 GiB: as much as one ONNX file can hold; larger ones lie in several."""
MOST_NUMBERS: Final = 4_096
"""The longest vector: 16 kB a picture. Published copy and place descriptors have 256 to 4,096 numbers."""
_LENGTH_TOLERANCE: Final = 0.01
_ERRORS_ALONE: Final = 3
"""The engine's own words reach nobody but through an error."""


class OpenedModel:
    """A model that describes pictures; made by ``open_model``.

    Attributes:
        description: What its operator says of it.
        size: How many numbers its vectors have; 0 until it has described a picture.
    """

    def __init__(self, description: Description, session: Any) -> None:
        """Take the engine; ``open_model`` has looked at it."""
        self.description = description
        self.size = 0
        self._session = session

    def describe(self, previews: Sequence[Preview]) -> NDArray[np.float32]:
        """Answer the vectors of some pictures.

        Args:
            previews: As the sandbox hands them out; at least one.

        Returns:
            ``(n, size) float32``, each of length 1.

        Raises:
            ConfigurationError: The model does not give what its description says (``learnt.output``).
        """
        rows = np.concatenate([self._run(preview) for preview in previews])
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        if not np.isfinite(rows).all() or (lengths <= np.finfo(np.float32).tiny).any():
            raise _output("numbers that are none, or nothing but zeros")
        if not self.description.output.l2_normalise and (abs(lengths - 1) > _LENGTH_TOLERANCE).any():
            raise _output("vectors that are not of length 1, though l2_normalise is false")
        return np.asarray(rows / lengths, np.float32)

    def _run(self, preview: Preview) -> NDArray[np.float32]:
        """Answer one picture's vector; one at a time, since many models take exactly one."""
        takes, gives = self.description.input, self.description.output
        named = takes.name or self._session.get_inputs()[0].name
        wanted = gives.name or self._session.get_outputs()[0].name
        try:
            (found,) = self._session.run([wanted], {named: tensor([preview], takes)})
        # Which errors the engine raises is written nowhere, and all mean that the model does not fit.
        except Exception as error:
            raise _output(f"an error of the kind {type(error).__name__}") from error
        row = np.asarray(found).reshape(1, -1)
        if (
            row.dtype.kind != "f"
            or not 0 < row.shape[1] <= MOST_NUMBERS
            or self.size not in {0, row.shape[1]}
        ):
            raise _output(f"{math.prod(np.shape(found)):,} values of the type {row.dtype}")
        self.size = row.shape[1]
        return row.astype(np.float32)


def open_model(description: Description) -> OpenedModel:
    """Answer the model, once its file has been found to be the one that is described.

    Raises:
        ConfigurationError: ``onnxruntime`` is not installed (``learnt.engine``), the file cannot be read
            (``learnt.unreadable``), is another one (``learnt.digest``), or no model that fits its
            description (``learnt.model``).
    """
    data = _verified(description)
    try:
        import onnxruntime  # noqa: PLC0415 - an extra, loaded where it is used
    except ImportError:
        raise ConfigurationError(
            "Learnt models need onnxruntime, which is not installed: pip install 'cairn[onnx]'.",
            code="learnt.engine",
        ) from None
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False
    options.log_severity_level = _ERRORS_ALONE
    try:
        session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    # As above.
    except Exception as error:
        raise _unfit(f"the engine refuses it with {type(error).__name__}") from error
    _require_named(description.input.name, session.get_inputs(), "input")
    _require_named(description.output.name, session.get_outputs(), "output")
    return OpenedModel(description, session)


def _verified(description: Description) -> bytes:
    """Read the model's file whole, and answer it where its digest is the one that is described."""
    try:
        with description.file.open("rb") as stream:
            data = stream.read(LARGEST_MODEL_BYTES + 1)
    except OSError as error:
        raise ConfigurationError(
            f"The file of the model {description.name} cannot be read: {error.strerror}.",
            code="learnt.unreadable",
        ) from error
    if len(data) > LARGEST_MODEL_BYTES:
        raise _unfit("it is longer than one ONNX file can be")
    if hashlib.sha256(data).hexdigest() != description.sha256:
        raise ConfigurationError(
            f"The file of the model {description.name} is not the one that is described: its SHA-256 is "
            "another. Nothing of it was used.",
            code="learnt.digest",
        )
    return data


def _require_named(name: str, there: Sequence[Any], what: str) -> None:
    if name and name not in {each.name for each in there}:
        raise _unfit(f"it has no {what} of the name '{name}'")
    if not name and len(there) != 1:
        raise _unfit(f"it has {len(there)} {what}s, so the description must name one")


def _unfit(why: str) -> ConfigurationError:
    return ConfigurationError(f"The model cannot be used: {why}.", code="learnt.model")


def _output(what: str) -> ConfigurationError:
    return ConfigurationError(
        f"The model does not give what its description says: it gave {what}.", code="learnt.output"
    )
