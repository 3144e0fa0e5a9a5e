"""Hash lists: what an authority, or somebody who gave it a list, says of content by its digests.

A list has millions of entries, so an entry is no row. A version of a list is kept in chunks: the hashes of
some thousand entries, column by column, and what else is said of them. Nothing of a version is seen before
all of it is there, and a list has one version that stands. The indexes by which checks find entries are
derived.
"""

from __future__ import annotations

import secrets

from django.db import models

from cairn.records.authorities import Authority
from cairn.records.exports import HandlingCode, Tlp
from cairn.records.users import User


def new_secret() -> bytes:
    """Draw what the names of a list's entries are made with."""
    return secrets.token_bytes(16)


class ListKind(models.TextChoices):
    """What a hit means."""

    KNOWN = "known", "recorded by whoever made the list"
    IRRELEVANT = "irrelevant", "of no interest: a known-good file"


class Audience(models.TextChoices):
    """Who meets the entries."""

    ALLIANCE = "alliance", "every police authority of the alliance"
    NAMED = "named", "the police authorities that its owner names"
    OWN = "own", "the authority that owns the list, alone"
    HOTLINES = "hotlines", "the alliance, and hotlines by match or no match"
    COMPANIES = "companies", "the alliance, and hotlines and companies by match or no match"


class HashList(models.Model):
    """A list under the name that its owner gives it, and what may be done with what it tells.

    ``named`` is one text, so that the database's own lock can read it without another table.
    """

    owner = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=ListKind.choices)
    audience = models.CharField(max_length=16, choices=Audience.choices)
    named = models.TextField(blank=True, help_text="of the audience named, such as ,4,9, by their numbers")
    is_given_out = models.BooleanField(
        default=False, help_text="whether programs of those who meet it may fetch its entries whole"
    )
    entry_secret = models.BinaryField(
        max_length=16, default=new_secret, help_text="by which entries are called: names tell no hashes"
    )
    handling_code = models.CharField(max_length=2, choices=HandlingCode.choices, default=HandlingCode.H0)
    handling_words = models.CharField(max_length=500, blank=True)
    tlp = models.CharField(max_length=16, choices=Tlp.choices, default=Tlp.AMBER)
    created_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """An owner uses a name once."""

        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="hash_list_name")]

    def __str__(self) -> str:
        """Answer the name."""
        return self.name


class ListVersion(models.Model):
    """One file of a list: where it came from, and how its lines add up.

    ``entries`` = ``fresh`` + ``repeated`` + ``retracted``, and ``lines`` = ``entries`` + ``rejected`` +
    ``passed_over``. While it is imported these say how far it is. It stands from ``completed_at`` until a
    later one does, or until it is withdrawn.
    """

    hash_list = models.ForeignKey(HashList, on_delete=models.CASCADE, related_name="versions")
    label = models.CharField(max_length=200, blank=True, help_text="as its source calls it")
    source = models.CharField(max_length=200, blank=True, help_text="who made it")
    source_format = models.CharField(max_length=32)
    file_digest = models.BinaryField(max_length=32, help_text="SHA-256 of the file")
    request_digest = models.BinaryField(
        max_length=32, help_text="equal for commands that continue each other"
    )
    signature = models.TextField(blank=True, help_text="of the source over the file, as given")
    signed_by = models.CharField(
        max_length=200, blank=True, help_text="the trusted key by which the signature held; empty for none"
    )
    markings = models.TextField(blank=True, help_text="what may be done with the list, as it was then")
    token = models.BinaryField(max_length=16, help_text="names these chunks to the index for good")
    imported_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    began_at = models.DateTimeField(auto_now_add=True)
    completed_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    batches = models.IntegerField(default=0)
    lines = models.BigIntegerField(default=0)
    entries = models.BigIntegerField(default=0)
    fresh = models.BigIntegerField(default=0)
    repeated = models.BigIntegerField(default=0)
    retracted = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    passed_over = models.BigIntegerField(default=0)
    lines_rejected = models.JSONField(default=list, help_text="the first of them, and why")

    def __str__(self) -> str:
        """Answer the id."""
        return f"version {self.pk} of list {self.hash_list_id}"


class ListChunk(models.Model):
    """A stretch of a version: ``columns`` holds the hashes by kind, ``said`` what else the list says.

    ``unchanged`` holds for each entry since which version of the list it stands as it does, eight bytes each;
    empty where nobody was given the version before.
    """

    version = models.ForeignKey(ListVersion, on_delete=models.CASCADE, related_name="chunks")
    number = models.IntegerField()
    entries = models.IntegerField()
    columns = models.BinaryField()
    said = models.BinaryField()
    unchanged = models.BinaryField(default=bytes)

    class Meta:
        """A version has a stretch once."""

        constraints = [models.UniqueConstraint(fields=["version", "number"], name="list_chunk_once")]

    def __str__(self) -> str:
        """Answer the id."""
        return f"chunk {self.pk}"


class ListMeeting(models.Model):
    """That a check of an authority was told of a list: who has to be told once it is withdrawn."""

    hash_list = models.ForeignKey(HashList, on_delete=models.CASCADE)
    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="+")
    met_at = models.DateTimeField(auto_now=True)

    class Meta:
        """One row for each authority and list."""

        constraints = [models.UniqueConstraint(fields=["hash_list", "authority"], name="list_met_once")]

    def __str__(self) -> str:
        """Answer the ids."""
        return f"list {self.hash_list_id} met by authority {self.authority_id}"
