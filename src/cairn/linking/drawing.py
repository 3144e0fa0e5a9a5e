"""Evidence as a drawing without a picture: two frames, the points that agree, and lines between them.

Nothing of either picture is in it, so it can be shown, printed and handed over where the pictures cannot. The
file's frame stands on the left, the known picture's on the right; there the warped outline of the file says
which part of the known picture it shows. Hollow grey circles are points that were left out before, because
many pictures carry them. Only numbers go into the drawing, and no text from outside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cairn.linking.points import PointsAgree, alternatives_in_words, percent
from cairn.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cairn.linking.left_out import LeftOut
    from cairn.linking.places import Place
    from cairn.linking.points import PlaceAgrees

_SIDE: Final = 300
_GAP: Final = 60
_MARGIN: Final = 12
_LINE_HEIGHT: Final = 15
_POINT: Final = 2.2
_AS_PICTURE = 'role="img" font-family="sans-serif" font-size="11"'
_FRAME = 'fill="none" stroke="#222" stroke-width="1.5"'
_OUTLINE = 'fill="#0b7285" fill-opacity="0.08" stroke="#0b7285" stroke-width="2" stroke-dasharray="6 3"'
_JOINING = 'stroke="#c2410c" stroke-width="0.7" stroke-opacity="0.55"'
_DOT = 'fill="#c2410c"'
_LEFT_OUT = 'fill="none" stroke="#868e96"'


def as_svg(evidence: PointsAgree | PlaceAgrees, say: Callable[[Sentence], str] = str) -> str:
    """Answer the drawing as an SVG that needs nothing from outside: no script, no style, no font, no link.

    Args:
        evidence: What a detailed comparison found.
        say: Answers a sentence as the reader is to read it; without it they are English.
    """
    ours, theirs = _Frame(_MARGIN, evidence.file_frame), _Frame(_MARGIN + _SIDE + _GAP, evidence.known_frame)
    notes = [say(each) for each in _notes(evidence)]
    below = 2 * _MARGIN + max(ours.height, theirs.height) + _LINE_HEIGHT
    width = 2 * _MARGIN + 2 * _SIDE + _GAP
    height = below + _LINE_HEIGHT * len(notes) + _MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:.0f}" {_AS_PICTURE}>',
        f"<title>{notes[0]}</title>",
        ours.drawn,
        theirs.drawn,
        *_outline(evidence, theirs),
        *_left_out(evidence, ours, theirs),
    ]
    for one, other in evidence.lines:
        (x1, y1), (x2, y2) = ours.at(one), theirs.at(other)
        parts.append(f'<path d="M{x1} {y1}L{x2} {y2}" {_JOINING}/>')
        parts.append(f'<circle cx="{x1}" cy="{y1}" r="{_POINT}" {_DOT}/>')
        parts.append(f'<circle cx="{x2}" cy="{y2}" r="{_POINT}" {_DOT}/>')
    for number, words in enumerate((say(Sentence("file")), say(Sentence("known picture")))):
        parts.append(_text(_MARGIN + number * (_SIDE + _GAP), below - _LINE_HEIGHT / 2, words))
    parts += [_text(_MARGIN, below + _LINE_HEIGHT * (at + 1), words) for at, words in enumerate(notes)]
    return "\n".join([*parts, "</svg>"]) + "\n"


class _Frame:
    """Where one picture would stand: its longer side is as long as that of the other."""

    def __init__(self, left: int, sides: tuple[int, int]) -> None:
        width, height = (max(1, side) for side in sides)
        self._left = left
        self._width = _SIDE * width / max(width, height)
        self.height = _SIDE * height / max(width, height)

    @property
    def drawn(self) -> str:
        """The frame itself."""
        place = f'x="{self._left}" y="{_MARGIN}" width="{self._width:.1f}" height="{self.height:.1f}"'
        return f"<rect {place} {_FRAME}/>"

    def at(self, place: Place) -> tuple[float, float]:
        """Answer where a place of the picture lies in the drawing; far outside is brought to the edge."""
        across, down = (min(max(share, -1.0), 2.0) for share in place)
        return round(self._left + across * self._width, 1), round(_MARGIN + down * self.height, 1)


def _outline(evidence: PointsAgree | PlaceAgrees, frame: _Frame) -> Iterator[str]:
    if isinstance(evidence, PointsAgree):
        corners = " ".join(f"{across},{down}" for across, down in map(frame.at, evidence.outline))
        yield f'<polygon points="{corners}" {_OUTLINE}/>'


def _left_out(evidence: PointsAgree | PlaceAgrees, ours: _Frame, theirs: _Frame) -> Iterator[str]:
    """Yield the points that were left out as over-common, beneath those that agree."""
    for each in evidence.left_out:
        frame = theirs if each.in_known else ours
        for across, down in map(frame.at, each.places):
            yield f'<circle cx="{across}" cy="{down}" r="{_POINT}" {_LEFT_OUT}/>'


def _left_out_in_words(each: LeftOut) -> Sentence:
    if each.in_known:
        return Sentence(
            "%(points)s points of the known picture were left out as over-common; drawn, hollow and grey: "
            "%(drawn)s.",
            points=each.points,
            drawn=len(each.places),
        )
    return Sentence(
        "%(points)s points of the file were left out as over-common; drawn, hollow and grey: %(drawn)s.",
        points=each.points,
        drawn=len(each.places),
    )


def _notes(evidence: PointsAgree | PlaceAgrees) -> Iterator[Sentence]:
    """Yield what stands below the drawing, a line each."""
    if isinstance(evidence, PointsAgree):
        yield Sentence(
            "%(places)s of %(alike)s points that look alike agree (%(policy)s)",
            places=evidence.places,
            alike=evidence.alike,
            policy=evidence.policy,
        )
        yield Sentence(
            "They span %(of_file)s of the file and %(of_known)s of the known picture, of which the file "
            "shows %(shared)s (dashed).",
            of_file=percent(evidence.spanned_of_file),
            of_known=percent(evidence.spanned_of_known),
            shared=percent(evidence.shared),
        )
        yield Sentence("Tried: %(ways)s", ways=alternatives_in_words(evidence.tried))
    else:
        yield Sentence(
            "%(flat)s places on flat parts, %(in_motion)s in one motion (%(policy)s)",
            flat=" + ".join(map(str, evidence.planes)) or "0",
            in_motion=evidence.in_motion,
            policy=evidence.policy,
        )
        yield Sentence(
            "%(alike)s points look alike. Likelihood ratio about %(ratio)s.",
            alike=evidence.alike,
            ratio=round(evidence.likelihood_ratio),
        )
    yield from map(_left_out_in_words, evidence.left_out)
    yield Sentence("%(lines)s lines are drawn. A lead that a person judges.", lines=len(evidence.lines))


def _text(across: float, down: float, words: str) -> str:
    return f'<text x="{across}" y="{down:.0f}">{words}</text>'
