"""Sandboxed decoder processes: the only place where Cairn lets a decoder meet a seized file."""

from cairn.fingerprints.sandbox.jobs import Done, Job, Recall, Tell
from cairn.fingerprints.sandbox.limits import Limits
from cairn.fingerprints.sandbox.pool import DecoderPool
from cairn.fingerprints.sandbox.protections import Protection, ProtectionState

__all__ = ["DecoderPool", "Done", "Job", "Limits", "Protection", "ProtectionState", "Recall", "Tell"]
