from cairn.index.matches import Coverage, Matches, OrientedMatches, Pairs, Stats, Verification
from cairn.index.rows import Rows
from cairn.index.search import Index, open_index, rebuild_index

__all__ = [
    "Coverage",
    "Index",
    "Matches",
    "OrientedMatches",
    "Pairs",
    "Rows",
    "Stats",
    "Verification",
    "open_index",
    "rebuild_index",
]
