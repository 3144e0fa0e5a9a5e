"""Second factors: what proves, besides a password, that somebody is who they say.

The secret of an authenticator app has to be kept as it is, so it is sealed with the node's own secret: a copy
of the records alone makes no codes. A passkey's public key is no secret. Recovery codes are kept as digests.
"""

from __future__ import annotations

from django.db import models

from cairn.records.users import User

PASSKEY_NAME_LENGTH = 60
CREDENTIAL_LENGTH = 2046
"""Letters: an identifier has at most 1023 bytes. Source: WebAuthn Level 3, 5.8.3."""


class AuthenticatorApp(models.Model):
    """A person's authenticator app (RFC 6238), and the time of the last code that was taken from it."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="authenticator_app")
    sealed_secret = models.TextField(help_text="see records.sealing")
    last_step = models.BigIntegerField(help_text="half minutes since 1970; no code at or before it counts")
    added_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Answer the id."""
        return f"authenticator app {self.pk}"


class Passkey(models.Model):
    """A passkey: a key pair in a device of the person's, of which the node knows the public half."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="passkeys")
    credential = models.CharField(max_length=CREDENTIAL_LENGTH, unique=True, help_text="hexadecimal")
    public_key = models.BinaryField(help_text="COSE, as RFC 9052 says")
    sign_count = models.BigIntegerField(help_text="the last the device told; zero where it does not count")
    name = models.CharField(max_length=PASSKEY_NAME_LENGTH, help_text="as its person calls it")
    added_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Answer the id."""
        return f"passkey {self.pk}"


class RecoveryCode(models.Model):
    """A code on paper, for the day on which every device is lost; each counts once."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="recovery_codes")
    salt = models.BinaryField(max_length=16, help_text="the same for the codes that were made together")
    digest = models.BinaryField(max_length=32, help_text="scrypt")
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Answer the id."""
        return f"recovery code {self.pk}"


class OutsideName(models.Model):
    """By which name another sign-in service (OpenID Connect) knows a person of the node."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="outside_name")
    issuer = models.CharField(max_length=500)
    subject = models.CharField(max_length=255, help_text="as OpenID Connect Core, 2, bounds it")

    class Meta:
        """A name means one person."""

        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="outside_name_once")]

    def __str__(self) -> str:
        """Answer the id."""
        return f"outside name {self.pk}"
