from cairn.linking.duplicate import NearByHash, Neighbour, neighbours
from cairn.linking.evidence import DigestEqual, Evidence, PdqNear, Suggested, in_words
from cairn.linking.footage import FrameNear
from cairn.linking.photodna import PHOTODNA_40000, PhotoDnaNear, PhotoDnaPolicy, near_values
from cairn.linking.policy import PDQ_31, DuplicatePolicy
from cairn.linking.verdict import Knowledge, decide

__all__ = [
    "PDQ_31",
    "PHOTODNA_40000",
    "DigestEqual",
    "DuplicatePolicy",
    "Evidence",
    "FrameNear",
    "Knowledge",
    "NearByHash",
    "Neighbour",
    "PdqNear",
    "PhotoDnaNear",
    "PhotoDnaPolicy",
    "Suggested",
    "decide",
    "in_words",
    "near_values",
    "neighbours",
]
