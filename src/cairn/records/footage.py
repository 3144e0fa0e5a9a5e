"""Frames of videos: when each is shown, and the hash of what it shows."""

from __future__ import annotations

from django.db import models

from cairn.records.jobs import Check
from cairn.records.media import Media


class Footage(models.Model):
    """The frames of a media, as columns of bytes that ``cairn.services.footage.keeping`` reads and writes.

    ``method`` is the version of the way from a video to its frames, ``mode`` which frames were looked at.
    ``facts`` is what the container says of its making. ``reason`` and ``sentence`` say why the frames end
    before the video does, where that is so. ``asked`` holds what only a check that still runs needs: the
    frames as densely as they were looked at, in all orientations. ``details`` are the local features of some
    frames, by far the larger part: read it alone.
    """

    media = models.OneToOneField(Media, on_delete=models.CASCADE, primary_key=True)
    method = models.CharField(max_length=32)
    mode = models.CharField(max_length=16)
    facts = models.JSONField(default=dict)
    covered_s = models.FloatField()
    frames = models.PositiveIntegerField(help_text="how many were looked at")
    comparable = models.PositiveIntegerField(help_text="how many of these have a hash that means anything")
    reason = models.CharField(max_length=32, blank=True)
    sentence = models.CharField(max_length=500, blank=True)
    kept = models.PositiveIntegerField(help_text="how many are kept and indexed")
    columns = models.BinaryField(help_text="the kept ones")
    asked = models.BinaryField(null=True)
    detailed = models.PositiveSmallIntegerField(default=0, help_text="frames whose local features are kept")
    details = models.BinaryField(null=True)
    looked_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        """Answer whose they are."""
        return f"footage of media {self.media_id}"


class ComparedFootage(models.Model):
    """That a running check has compared a video by points too, and what it found; gone when the check ends.

    What points are compared with is held by the process alone. So the links are kept here until the check is
    answered: one that was stopped goes on without another look at the video. They name media of which the
    asker must not learn, too; the door stands before them when the answer is made.
    """

    check_run = models.ForeignKey(Check, on_delete=models.CASCADE)
    media = models.ForeignKey(Media, on_delete=models.CASCADE, related_name="+")
    links = models.JSONField(default=list, help_text="recorded media by number, each with its evidence")

    class Meta:
        """A check compares a content once."""

        constraints = [
            models.UniqueConstraint(fields=["check_run", "media"], name="compared_footage_once"),
        ]

    def __str__(self) -> str:
        """Answer whose they are."""
        return f"footage of media {self.media_id} in check {self.check_run_id}"
