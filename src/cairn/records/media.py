"""Media: unique content, by its SHA-256, and what was measured of it; or by digests that somebody states.

A row says that this node has once measured such content. It is *recorded* only where somebody has a
sighting of it, so a check that registers nothing leaves facts that save decoding it again, and no more.
"""

from __future__ import annotations

from django.db import models

from cairn.types import StatedDigests


class Media(models.Model):
    """Unique content and its fingerprints.

    Content that nobody here has read is known by the digests that a case file states of it. It has no
    SHA-256, nothing measured, and ``stated``, by which the same statement is found again. Once the content
    itself is read, that is another media: nothing that was stated is taken for read.

    ``pdq`` holds the eight orientations of 32 bytes each in the order of ``cairn.types.ORIENTATIONS``; it is
    ``None`` where ``reason`` says why the content is not comparable. ``method`` names the version of the
    method and how the pixels were decoded, so that a newer method knows what to measure again.
    """

    sha256 = models.BinaryField(max_length=32, unique=True, null=True)
    sha1 = models.BinaryField(max_length=20, db_index=True, null=True)
    md5 = models.BinaryField(max_length=16, db_index=True, null=True)
    stated = models.BinaryField(max_length=16, unique=True, null=True)
    size_bytes = models.BigIntegerField(null=True)
    media_type = models.CharField(max_length=100, null=True)  # noqa: DJ001 - unknown is not empty
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    moves = models.BooleanField(default=False, help_text="there may be more frames than one to look at")
    pdq = models.BinaryField(max_length=256, null=True)
    quality = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=32, blank=True)
    sentence = models.CharField(max_length=500, blank=True)
    method = models.CharField(max_length=32)
    measured_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        """Answer the id; digests do not belong into logs."""
        return f"media {self.pk}"

    @property
    def digests(self) -> StatedDigests:
        """The digests; all three of a content that was read."""
        found = (None if each is None else bytes(each) for each in (self.md5, self.sha1, self.sha256))
        return StatedDigests(*found)

    @property
    def name(self) -> str:
        """How people name it: its SHA-256; of what nobody has read, another digest with its kind."""
        return self.digests.named.removeprefix("sha256:")


class IndexMark(models.Model):
    """How far the index was when this node last wrote to it: an index that does not fit is not to be trusted.

    One row a node. An index folder that was deleted, or put back from an older copy, is behind its mark; if
    the records were put back, it is ahead. Where two nodes share one database, what one takes into its index
    deletes the other's mark: that one then makes its index anew.
    """

    node = models.CharField(max_length=36, primary_key=True)
    generation = models.BigIntegerField()
    entries = models.BigIntegerField()

    def __str__(self) -> str:
        """Answer how far."""
        return f"generation {self.generation}, {self.entries} entries"


class PendingIndexEntry(models.Model):
    """A recorded media whose fingerprint the index does not hold yet.

    Written in the transaction that records it and deleted once the index has it on disk, so that a crash
    between the two is mended by the next one who asks.
    """

    media = models.OneToOneField(Media, on_delete=models.CASCADE, primary_key=True)

    def __str__(self) -> str:
        """Answer which media waits."""
        return f"media {self.pk} waits for the index"


class PendingRemoval(models.Model):
    """A media of which a sighting was deleted: if nobody records it any more, it is to leave the index.

    Written in the transaction that deletes and deleted once the index has let go of it.
    """

    media = models.OneToOneField(Media, on_delete=models.CASCADE, primary_key=True)

    def __str__(self) -> str:
        """Answer which media waits."""
        return f"media {self.pk} waits to be forgotten"
