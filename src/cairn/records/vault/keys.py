"""The key of each kept picture: without its row, the file in the vault is noise."""

from __future__ import annotations

from django.db import models

from cairn.records.media import Media

NAME_LENGTH = 32


class VaultKey(models.Model):
    """Under which key a media lies in the vault, wrapped by the node's key, and in which file."""

    media = models.OneToOneField(Media, on_delete=models.CASCADE, primary_key=True)
    name = models.CharField(max_length=NAME_LENGTH, unique=True, help_text="of the file; says nothing")
    wrapped = models.BinaryField(max_length=60)
    kept_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        """Answer which media is kept."""
        return f"media {self.pk} is in the vault"
