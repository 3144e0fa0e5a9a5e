"""The tables of the log: its entries, and the one row from which it grows."""

from __future__ import annotations

from django.db import models

from cairn.records.audit.entry import SALT_BYTES, Entry
from cairn.records.audit.stored import stored_bytes
from cairn.records.authorities import Authority
from cairn.records.users import User
from cairn.transparency import HASH_BYTES, Frontier


class AuditEvent(models.Model):
    """One act. The row's own number says nothing; its position in the log does."""

    position = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    tag = models.CharField(max_length=64)
    actor = models.ForeignKey(Authority, on_delete=models.PROTECT)
    actor_code = models.CharField(max_length=64)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    case_reference = models.CharField(max_length=200, blank=True)
    purpose = models.CharField(max_length=200, blank=True)
    record_ids = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    salt = models.BinaryField(max_length=SALT_BYTES)
    leaf_hash = models.BinaryField(max_length=HASH_BYTES)

    class Meta:
        """The statistics ask for the checks of an authority, and its auditors for its newest entries."""

        indexes = [
            models.Index(fields=["tag", "actor"], name="audit_by_tag_and_actor"),
            models.Index(fields=["actor", "position"], name="audit_by_actor"),
        ]

    def __str__(self) -> str:
        """Answer the tag and the position."""
        return f"{self.tag} {self.position}"

    @property
    def entry(self) -> Entry:
        """The act as it is hashed."""
        return Entry(
            position=self.position,
            at=self.at,
            tag=self.tag,
            authority=self.actor_code,
            user=self.user_id,
            case=self.case_reference,
            purpose=self.purpose,
            records=self.record_ids,
            counts=self.counts,
            salt=bytes(self.salt),
        )


class AuditedSeries(models.Model):
    """An act was about a series: so that its owner learns who looked, without reading the whole log.

    The database writes it itself with each entry whose tag holds ``:series:``, so that none can be forgotten.
    No act writes here, and nothing is believed because it stands here: the entry counts.
    """

    series_number = models.BigIntegerField()
    event = models.ForeignKey(
        AuditEvent, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )

    class Meta:
        """The newest entry about a series is one step away."""

        constraints = [models.UniqueConstraint(fields=["series_number", "event"], name="audited_series_once")]

    def __str__(self) -> str:
        """Answer the number of the series."""
        return str(self.series_number)


class AuditState(models.Model):
    """How long the log is, and the frontier of its tree; there is one row, and it only grows."""

    size = models.BigIntegerField()
    frontier = models.BinaryField()

    class Meta:
        """There is one."""

        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="audit_state_once")]

    def __str__(self) -> str:
        """Answer the length."""
        return f"{self.size} entries"

    @property
    def tree(self) -> Frontier:
        """The frontier, from which the root follows.

        Raises:
            IntegrityError: It does not fit the length (``log.frontier``).
        """
        return Frontier.from_bytes(self.size, stored_bytes(self.frontier))
