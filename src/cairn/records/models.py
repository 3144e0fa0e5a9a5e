"""Where Django looks for models; each lives in the file that is named after it."""

from cairn.records.audit import AuditEvent
from cairn.records.authorities import Authority, AuthorityKind
from cairn.records.cases import Case, Exhibit
from cairn.records.categories import Categorisation, Category, Scheme, Treatment
from cairn.records.jobs import Check, CheckItem
from cairn.records.media import IndexMark, Media, PendingIndexEntry
from cairn.records.series import Series, SeriesMedia
from cairn.records.sightings import Sighting

__all__ = [
    "AuditEvent",
    "Authority",
    "AuthorityKind",
    "Case",
    "Categorisation",
    "Category",
    "Check",
    "CheckItem",
    "Exhibit",
    "IndexMark",
    "Media",
    "PendingIndexEntry",
    "Scheme",
    "Series",
    "SeriesMedia",
    "Sighting",
    "Treatment",
]
