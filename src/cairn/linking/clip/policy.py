"""When two videos count as parts of one recording: named thresholds, as in ``cairn.linking.policy``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClipPolicy:
    """How spans are found, and how many moments make a link.

    Attributes:
        name: Name and version, as printed in every answer.
        candidate_bits: A known video is looked at where the index has a frame this near.
        radius_bits: Two frames may agree on a line within so many bits. More than for pictures: unrelated
            frames are never so near, and a line asks for many of them.
        slack_bits: See ``frames_alike``.
        tolerance_s: How far a pair may lie from its line, in seconds of the known video.
        longest_gap_s: A span ends where so many seconds of the file agree with nothing.
        clear_bits: See ``telling``.
        clear_ratio: See ``telling``.
        least_frames: Frames of the file that must lie on a line before it is looked at more closely.
        least_moments: Moments that make a link.
        share_of_elsewhere: With the least moments, the frames, those that agree and all that the line
            covers, may differ in this share of the bits in which the moments differ from each other.
        share_a_moment: Each moment more permits this much more of that share, but no more than one a second.
        most_of_elsewhere: And never more than this share.
        nearer_bits: Or these frames are nearer than the moments are to each other by so many bits.
        least_together: Or both sides change together so surely; see ``weighing.together``.
        usual_stray_s: Where a span lasts so much longer or shorter in the file at most, its speed may be 1: a
            line that short tells no better.
        share_at_speed: At another speed only this share of the bits is permitted: a free speed is many lines
            more, among which chance finds one.
        least_together_at_speed: And both sides have to change together so surely.
        near_bits: Frames that differ in at most so many bits are as near as a copy's; see ``near_parts``.
        near_throughout: Where this share of what a line covers is so near, it is not looked through again.
        share_of_a_part: Of such a part, which was looked for among many, only this share of the bits is
            permitted.
        least_together_of_a_part: And both sides have to change together so surely.
        least_as_a_whole: The same where the whole of one may be the whole of the other; see ``whole``.
        least_a_second: For each second of the known video so much is asked there, if that is more: the longer
            it is, the more a copy has to show.
        most_as_a_whole: But no more than this.
        laid_radius_bits: And of a file that was laid, which shows a part alone, so many bits may differ.
        least_stretched: The same where one would have to play faster or slower for that.
        least_of_a_half: And in each half of the time the correlation is at least this.
        unrelated_pairs: How many pairs of different recordings were measured.
        chance_links: How many of these the policy linked.
        source: Why these numbers.
    """

    name: str
    candidate_bits: int
    radius_bits: int
    slack_bits: int
    tolerance_s: float
    longest_gap_s: float
    clear_bits: int
    clear_ratio: float
    least_frames: int
    least_moments: int
    share_of_elsewhere: float
    share_a_moment: float
    most_of_elsewhere: float
    nearer_bits: int
    least_together: float
    usual_stray_s: float
    share_at_speed: float
    least_together_at_speed: float
    near_bits: int
    near_throughout: float
    share_of_a_part: float
    least_together_of_a_part: float
    least_as_a_whole: float
    least_a_second: float
    most_as_a_whole: float
    laid_radius_bits: int
    least_stretched: float
    least_of_a_half: float
    unrelated_pairs: int
    chance_links: int
    source: str

    def permitted_bits(self, moments: int, elsewhere_bits: int, *, lasts_s: float, speed: float) -> float:
        """Answer how many bits the agreeing frames, and all that a line covers, may differ in, at the median.

        Args:
            moments: That are told apart from each other.
            elsewhere_bits: Their median distance from each other's seconds.
            lasts_s: How long the span is: moments of one second are no more proof than one of them.
            speed: Of the span.
        """
        counted = min(moments, 1 + int(lasts_s))
        more = self.share_a_moment * max(0, counted - self.least_moments)
        share = min(self.share_of_elsewhere + more, self.most_of_elsewhere)
        permitted = max(share * elsewhere_bits, float(elsewhere_bits - self.nearer_bits))
        return permitted if self.is_usual(speed, lasts_s=lasts_s) else self.share_at_speed * permitted

    def together_at(self, speed: float, *, lasts_s: float) -> float:
        """Answer how surely both sides of a span have to change together."""
        return self.least_together if self.is_usual(speed, lasts_s=lasts_s) else self.least_together_at_speed

    def together_as_a_whole(self, lasts_s: float, *, is_as_long: bool) -> float:
        """Answer how surely a file and a known video have to change together, to be one from end to end.

        Args:
            lasts_s: How long the known video is.
            is_as_long: The file is as long.
        """
        least = min(max(self.least_as_a_whole, self.least_a_second * lasts_s), self.most_as_a_whole)
        return least if is_as_long else max(least, self.least_stretched)

    def is_usual(self, speed: float, *, lasts_s: float) -> bool:
        """Answer whether a span plays as fast as what is known, as far as a line can tell.

        Args:
            speed: Of the span.
            lasts_s: How long it is in the known video.
        """
        return abs(lasts_s - lasts_s / speed) <= self.usual_stray_s


CLIP_3 = ClipPolicy(
    name="clip-moments-3/8",
    candidate_bits=31,
    radius_bits=64,
    slack_bits=6,
    tolerance_s=0.4,
    longest_gap_s=8.0,
    clear_bits=10,
    clear_ratio=1.25,
    least_frames=2,
    least_moments=3,
    share_of_elsewhere=0.20,
    share_a_moment=0.04,
    most_of_elsewhere=0.26,
    nearer_bits=64,
    least_together=2.8,
    usual_stray_s=0.8,
    share_at_speed=0.6,
    least_together_at_speed=3.8,
    near_bits=12,
    near_throughout=0.9,
    share_of_a_part=0.6,
    least_together_of_a_part=3.3,
    least_as_a_whole=1.0,
    least_a_second=0.35,
    most_as_a_whole=2.0,
    laid_radius_bits=96,
    least_stretched=1.6,
    least_of_a_half=0.15,
    unrelated_pairs=10_386,
    chance_links=0,
    source="docs/method/video.md: the rates of missed copies and of chance links, as measured.",
)
