"""What of hash lists was given to whom, what of it was taken back, and what those who have it say of it.

Programs ask for what has changed since they last asked. So a change has, for each authority, the time at
which a program of that authority first came across it: whatever was written before and became visible later
cannot fall between two questions.
"""

from __future__ import annotations

from django.db import models

from cairn.records.authorities import Authority
from cairn.records.lists import HashList, ListVersion

ENTRY_DIGITS = 32


class ListGiven(models.Model):
    """That programs of an authority fetch a list: which version, and since when.

    ``added`` says of stretches that came to the version later since when each is given: the number of the
    first one, and a time in seconds since 1970. ``versions`` says the same of the versions that came before
    this one: which, and since when. Without a version, all of it was taken back.
    """

    hash_list = models.ForeignKey(HashList, on_delete=models.CASCADE, related_name="+")
    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(ListVersion, on_delete=models.SET_NULL, null=True, related_name="+")
    since = models.DateTimeField()
    batches = models.IntegerField(default=0, help_text="stretches of the version that are given")
    added = models.JSONField(default=list)
    versions = models.JSONField(default=list)

    class Meta:
        """One row for each authority and list."""

        constraints = [models.UniqueConstraint(fields=["hash_list", "authority"], name="list_given_once")]

    def __str__(self) -> str:
        """Answer the ids."""
        return f"list {self.hash_list_id} given to authority {self.authority_id}"


class ListRemoval(models.Model):
    """Entries that an authority was given and is to drop.

    ``images`` and ``videos`` are the entries, eight bytes each. One that comes back is taken out of them.
    """

    hash_list = models.ForeignKey(HashList, on_delete=models.CASCADE, related_name="+")
    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(null=True, help_text="when a program of the authority came across it")
    images = models.BinaryField()
    videos = models.BinaryField()

    def __str__(self) -> str:
        """Answer the id."""
        return f"removal {self.pk}"


class ListFeedback(models.Model):
    """What an authority says of one hash of an entry: that it fits, or why it does not."""

    hash_list = models.ForeignKey(HashList, on_delete=models.CASCADE, related_name="+")
    entry = models.CharField(max_length=ENTRY_DIGITS)
    kind = models.CharField(max_length=16, help_text="which hash, as exchanges call it")
    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="+")
    is_affirmative = models.BooleanField()
    reasons = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        """An authority says one thing of a hash of an entry."""

        constraints = [
            models.UniqueConstraint(
                fields=["hash_list", "entry", "kind", "authority"], name="list_feedback_once"
            )
        ]

    def __str__(self) -> str:
        """Answer the id."""
        return f"feedback {self.pk}"
