"""Series: media that show the same victim or victims, and who works on them."""

from __future__ import annotations

from django.db import models

from cairn.records.authorities import Authority
from cairn.records.cases import Case
from cairn.records.exports import HandlingCode, Tlp
from cairn.records.media import Media
from cairn.records.users import User

NAME_LENGTH = 200
HANDLING_WORDS_LENGTH = 500
NOTE_LENGTH = 10_000
"""Characters of a note: some pages. What is longer is a document, and lies in the case."""


class Priority(models.TextChoices):
    """How urgent the work on a series is; the values sort."""

    ROUTINE = "1-routine", "routine"
    HIGH = "2-high", "high"
    URGENT = "3-urgent", "urgent"


class Marker(models.TextChoices):
    """What is known of how the material came about."""

    SELF_GENERATED = "self-generated", "self-generated"
    LIVE_STREAMED = "live-streamed", "live-streamed"
    GROOMED = "groomed", "groomed"
    COMMERCIAL = "commercial", "commercial"
    ONGOING = "ongoing", "ongoing abuse suspected"


class Series(models.Model):
    """A series, its status, its owner and its lead, and who may learn that it exists.

    The owner has submitted it, and alone decides who may see it. The lead is the authority that leads the
    investigation; it can be handed over. A series that was merged into another points to it and is no
    longer shown.
    """

    owner = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="owned_series")
    lead = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="led_series")
    name = models.CharField(max_length=NAME_LENGTH)
    status = models.CharField(max_length=16)
    status_since = models.DateField()
    priority = models.CharField(max_length=16, choices=Priority.choices, default=Priority.ROUTINE)
    handling = models.CharField(max_length=16)
    handling_code = models.CharField(max_length=2, choices=HandlingCode.choices, default=HandlingCode.H0)
    handling_words = models.CharField(max_length=HANDLING_WORDS_LENGTH, blank=True)
    tlp = models.CharField(max_length=16, choices=Tlp.choices, default=Tlp.AMBER)
    named = models.ManyToManyField(Authority, related_name="series_named_to", blank=True)
    thanks_unseen = models.BooleanField(
        default=False, help_text="its owner lets those who do not see it learn that they helped, and the day"
    )
    review_on = models.DateField(null=True, help_text="when somebody must decide whether it is still kept")
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")
    withdrawn_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """An owner uses a name once. The list takes its counts from an index alone."""

        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="series_name")]
        indexes = [
            models.Index(
                fields=["merged_into", "handling", "withdrawn_at", "owner", "priority", "status", "lead"],
                name="series_counted",
            ),
        ]

    def __str__(self) -> str:
        """Answer the name."""
        return self.name


class SeriesMedia(models.Model):
    """A media belongs to a series, by the word of a person of this authority, said in a case of theirs.

    All of it does, or some stretches of its time: a compilation shows many victims.
    """

    series = models.ForeignKey(Series, on_delete=models.CASCADE)
    media = models.ForeignKey(Media, on_delete=models.PROTECT)
    added_by = models.ForeignKey(Authority, on_delete=models.PROTECT)
    added_in = models.ForeignKey(Case, on_delete=models.PROTECT, null=True)
    added_at = models.DateTimeField(auto_now_add=True)
    spans_ms = models.JSONField(
        null=True, help_text="its stretches as pairs of milliseconds, disjoint, by time; null for all of it"
    )

    class Meta:
        """A media is in a series once."""

        constraints = [models.UniqueConstraint(fields=["series", "media"], name="series_media_once")]

    def __str__(self) -> str:
        """Answer the pair of ids."""
        return f"media {self.media_id} in series {self.series_id}"


class SeriesAlias(models.Model):
    """An authority's own name for a series of another."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="aliases")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT)
    name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        """A name leads an authority to one series."""

        constraints = [models.UniqueConstraint(fields=["authority", "name"], name="series_alias_name")]

    def __str__(self) -> str:
        """Answer the name."""
        return self.name


class SeriesMarker(models.Model):
    """A marker, set by an authority; several may set the same, and each takes back its own."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="markers")
    marker = models.CharField(max_length=16, choices=Marker.choices)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT)
    set_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """One authority sets a marker once."""

        constraints = [
            models.UniqueConstraint(fields=["series", "marker", "authority"], name="series_marker_once")
        ]

    def __str__(self) -> str:
        """Answer the marker."""
        return self.marker


class SeriesNote(models.Model):
    """What an authority has to say of a series; a note is added to, never changed."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="notes")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    text = models.TextField()
    written_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        """Answer the id; what a note says does not belong into logs."""
        return f"note {self.pk}"


class Claim(models.Model):
    """Who works on a series now; it ends by itself unless it is renewed."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="claims")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True)
    since = models.DateTimeField(auto_now_add=True)
    ends_at = models.DateTimeField()

    class Meta:
        """An authority has one claim on a series."""

        constraints = [models.UniqueConstraint(fields=["series", "authority"], name="claim_once")]

    def __str__(self) -> str:
        """Answer the id."""
        return f"claim {self.pk}"
