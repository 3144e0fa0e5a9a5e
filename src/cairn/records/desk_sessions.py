"""Who is signed in at the desk: one row a browser, found by the digest of a key that it alone knows."""

from __future__ import annotations

from django.db import models

from cairn.records.users import User

DIGEST_LENGTH = 64


class DeskSession(models.Model):
    """One browser's session; ``user`` is empty until somebody has signed in with it."""

    key_digest = models.CharField(max_length=DIGEST_LENGTH, unique=True, help_text="SHA-256, hexadecimal")
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True)
    content = models.TextField(help_text="signed, and not secret")
    browser = models.CharField(max_length=200, blank=True, help_text="as it calls itself")
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        """Answer the id."""
        return f"session {self.pk}"
