from cairn.index.clusters import Clusters, WeakLink
from cairn.index.engine import warm_up
from cairn.index.matches import Coverage, Matches, OrientedMatches, Pairs, Stats, Verification
from cairn.index.rows import Rows
from cairn.index.search import Index, open_index, rebuild_index

__all__ = [
    "Clusters",
    "Coverage",
    "Index",
    "Matches",
    "OrientedMatches",
    "Pairs",
    "Rows",
    "Stats",
    "Verification",
    "WeakLink",
    "open_index",
    "rebuild_index",
    "warm_up",
]
