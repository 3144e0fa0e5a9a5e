"""Hostile bytes to fingerprints: digests, media type, PDQ. Pure: no database, no settings, no network."""

from cairn.fingerprints.digests import digest, digest_bytes
from cairn.fingerprints.measure import examine, measure

__all__ = ["digest", "digest_bytes", "examine", "measure"]
