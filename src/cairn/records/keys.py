"""API keys: by which a program acts for an authority, as a system account, within stated scopes and limits.

A key is shown once, when it is made. The records keep a digest of its secret, which is drawn at random and so
long that it cannot be guessed: unlike a person's password it needs no slow hashing.
"""

from __future__ import annotations

from django.db import models

from cairn.records.users import User


class Scope(models.TextChoices):
    """What a key may be used for; the role of its account and the door decide over each record on top."""

    ALERTS_READ = "alerts:read", "read the alerts of the authority"
    CHECK = "check", "ask what is known of hashes and of files"
    EXCHANGE_FEEDBACK = "exchange:feedback", "say of entries of others' lists whether they fit"
    EXCHANGE_READ = "exchange:read", "fetch the entries of hash lists, as exchanges do"
    LINKS_READ = "links:read", "read links"
    LISTS_READ = "lists:read", "read hash lists"
    LISTS_WRITE = "lists:write", "put hashes into lists, and withdraw them"
    REGISTER = "register", "register what was found, in a case"
    REPORT = "report", "hand in reports"
    SERIES_READ = "series:read", "read series"
    STATISTICS_READ = "statistics:read", "read statistics"


class ApiKey(models.Model):
    """A key: whose it is, what it is for, until when, and how much may be asked with it.

    ``number`` is the public half of what a caller sends. After a rotation the secret before it holds until
    ``former_until``, so that programs can be changed one after the other.
    """

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="api_key")
    number = models.CharField(max_length=16, unique=True)
    secret_digest = models.BinaryField(max_length=32, help_text="SHA-256 of the secret")
    former_digest = models.BinaryField(max_length=32, null=True)
    former_until = models.DateTimeField(null=True)
    scopes = models.JSONField(default=list)
    per_minute = models.PositiveIntegerField(help_text="questions; a hash or a file is one")
    per_day = models.PositiveIntegerField(
        null=True, help_text="as above; without a limit where there is none"
    )
    minute = models.BigIntegerField(default=0, help_text="the last one it was used in, since 1970")
    asked_in_minute = models.BigIntegerField(default=0)
    day = models.DateField(null=True, help_text="the last one it was used on, in UTC")
    asked_on_day = models.BigIntegerField(default=0)
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True, help_text="to the minute")

    def __str__(self) -> str:
        """Answer the public half."""
        return self.number


class KeptAnswer(models.Model):
    """What a call was answered, so that the same call sent again is not done again."""

    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE)
    name = models.CharField(max_length=128, help_text="as the caller calls the call")
    request_digest = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField(null=True, help_text="none while the call is being done")
    body = models.TextField(blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """A caller calls a call so once."""

        constraints = [models.UniqueConstraint(fields=["key", "name"], name="kept_answer_once")]

    def __str__(self) -> str:
        """Answer the id."""
        return f"kept answer {self.pk}"
