"""The demonstration: an alliance filled from the generator's story, and the proof that its answer is true."""

from cairn.services.demonstration.filling import fill_node
from cairn.services.demonstration.truth import Difference, differences

__all__ = ["Difference", "differences", "fill_node"]
