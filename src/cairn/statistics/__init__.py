"""Counts from sightings and events, disclosure-controlled: what the work has come to, and what is left."""

from cairn.statistics.as_table import as_csv
from cairn.statistics.figures import Cell, Figure, Unit
from cairn.statistics.looking import LOOKS_AVOIDED
from cairn.statistics.overview import Overview, Scope, overview
from cairn.statistics.summary import is_fresh, latest, of_the_day, refresh

__all__ = [
    "LOOKS_AVOIDED",
    "Cell",
    "Figure",
    "Overview",
    "Scope",
    "Unit",
    "as_csv",
    "is_fresh",
    "latest",
    "of_the_day",
    "overview",
    "refresh",
]
