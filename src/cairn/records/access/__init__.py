"""What an actor may see, and what an actor may do: the only door."""

from cairn.records.access.acts import ROLES, Act
from cairn.records.access.decisions import Decision, find, may, missing, require
from cairn.records.access.grants import GRANTS, owner_of
from cairn.records.access.lists import matched_chunks
from cairn.records.access.log import reads_every_event, visible_events
from cairn.records.access.tables import visible_to
from cairn.records.access.visibility import (
    hidden_memberships,
    visible_categorisations,
    visible_series,
    visible_sightings,
)

__all__ = [
    "GRANTS",
    "ROLES",
    "Act",
    "Decision",
    "find",
    "hidden_memberships",
    "matched_chunks",
    "may",
    "missing",
    "owner_of",
    "reads_every_event",
    "require",
    "visible_categorisations",
    "visible_events",
    "visible_series",
    "visible_sightings",
    "visible_to",
]
