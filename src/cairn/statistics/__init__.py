"""Counts from sightings and events, disclosure-controlled: what the work has come to, and what is left."""

from cairn.statistics.figures import Cell, Figure, Unit
from cairn.statistics.overview import Overview, Scope, overview
from cairn.statistics.summary import is_fresh, latest, refresh
from cairn.statistics.work import LOOKS_AVOIDED

__all__ = [
    "LOOKS_AVOIDED",
    "Cell",
    "Figure",
    "Overview",
    "Scope",
    "Unit",
    "is_fresh",
    "latest",
    "overview",
    "refresh",
]
