"""The tables of signed heads: the node's own, what witnesses said of them, and heads of others' logs."""

from __future__ import annotations

from django.db import models

from cairn.transparency import HASH_BYTES, SignedHead, VerifierKey, parse_head


class AuditHead(models.Model):
    """A head of this node's log that its key has signed; one for a length."""

    size = models.BigIntegerField(unique=True)
    root = models.BinaryField(max_length=HASH_BYTES)
    note = models.TextField()

    def __str__(self) -> str:
        """Answer the length that it speaks of."""
        return f"head of {self.size}"

    @property
    def signed(self) -> SignedHead:
        """The head as it was signed.

        Raises:
            InputError: It can no longer be read (``head.invalid``).
        """
        return parse_head(self.note)


class AuditCosignature(models.Model):
    """A witness, such as another node, has signed a head of this log too."""

    head = models.ForeignKey(AuditHead, on_delete=models.PROTECT, related_name="cosignatures")
    key = models.CharField(max_length=300)
    line = models.TextField()

    class Meta:
        """A witness signs a head once."""

        constraints = [models.UniqueConstraint(fields=["head", "key"], name="cosignature_once")]

    def __str__(self) -> str:
        """Answer the witness."""
        return self.verifier.name

    @property
    def verifier(self) -> VerifierKey:
        """The witness's public key.

        Raises:
            InputError: It can no longer be read (``key.invalid``).
        """
        return VerifierKey.parse(self.key)


class WitnessedHead(models.Model):
    """A head of another node's log that this node has countersigned; each is longer than the one before."""

    origin = models.CharField(max_length=200)
    key = models.CharField(max_length=300)
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=HASH_BYTES)
    note = models.TextField()
    witnessed_at = models.DateTimeField()

    class Meta:
        """One for each length of each log."""

        constraints = [models.UniqueConstraint(fields=["origin", "size"], name="witnessed_head_once")]

    def __str__(self) -> str:
        """Answer the log and its length."""
        return f"{self.origin} {self.size}"
