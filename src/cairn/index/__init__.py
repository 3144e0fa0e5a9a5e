from cairn.index.clusters import Clusters, WeakLink
from cairn.index.digests import Algorithm, DigestIndex, DigestMatches, open_digests
from cairn.index.loading import compile_beside, must_be_compiled, warm_up, warm_up_where_kept
from cairn.index.matches import Coverage, Matches, OrientedMatches, Pairs, ScoredMatches, Stats, Verification
from cairn.index.photodna import PhotoDnaIndex, open_photodna
from cairn.index.rows import Rows
from cairn.index.search import Index, open_index, rebuild_index

__all__ = [
    "Algorithm",
    "Clusters",
    "Coverage",
    "DigestIndex",
    "DigestMatches",
    "Index",
    "Matches",
    "OrientedMatches",
    "Pairs",
    "PhotoDnaIndex",
    "Rows",
    "ScoredMatches",
    "Stats",
    "Verification",
    "WeakLink",
    "compile_beside",
    "must_be_compiled",
    "open_digests",
    "open_index",
    "open_photodna",
    "rebuild_index",
    "warm_up",
    "warm_up_where_kept",
]
