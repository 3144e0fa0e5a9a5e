"""Links between videos: which seconds of a file are which seconds of a known video."""

from cairn.linking.clip.candidates import candidates
from cairn.linking.clip.collapse import collapsed
from cairn.linking.clip.known_parts import Part, new_seconds, parts
from cairn.linking.clip.link import ClipLink, Grade, clip_link
from cairn.linking.clip.policy import CLIP_3, ClipPolicy
from cairn.linking.clip.spans import Span

__all__ = [
    "CLIP_3",
    "ClipLink",
    "ClipPolicy",
    "Grade",
    "Part",
    "Span",
    "candidates",
    "clip_link",
    "collapsed",
    "new_seconds",
    "parts",
]
