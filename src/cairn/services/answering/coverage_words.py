"""The words in which an answer tells what was compared closer, how, and how often that misses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.linking.learnt import measured_in_words
from cairn.sentences import Amount, Sentence, one_after_another
from cairn.services.answering.answer_words import in_files, in_pictures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cairn.services.answering.coverage import DetailedCoverage, LearntCoverage, SoundCoverage


def details_in_words(details: DetailedCoverage | None) -> str:
    """Answer what was compared in detail, how, and how often that misses; ``""`` where nothing was to be."""
    if details is None:
        return ""
    left = details.asked - details.compared
    parts: list[str] = [
        Sentence(
            "%(pictures)s compared in detail with those recorded (%(altered)s, %(scene)s). Which are worth "
            "comparing is found at least as well as by %(stage)s: %(recall)s of altered copies where that "
            "was measured.",
            pictures=in_pictures(details.compared),
            altered=details.altered_policy,
            scene=details.scene_policy,
            stage=details.stage,
            recall=f"{details.recall:.1%}",
        )
    ]
    if details.with_common:
        parts.append(
            Sentence(
                " %(points)s of %(pictures)s left out as over-common: %(names)s.",
                points=Amount("%(n)s point", "%(n)s points", details.left_out),
                pictures=in_pictures(details.with_common),
                names=", ".join(details.common),
            )
        )
    parts += [_not_read_again(left)] if left else []
    missed = Sentence(" Parts of the index were refused: copies may be missed.")
    return one_after_another([*parts, *([] if details.is_complete else [missed])])


def _not_read_again(number: int) -> Sentence:
    return Sentence(" %(pictures)s could not be read again for it.", pictures=in_pictures(number))


_LINKS_MISSED = Sentence(" Parts of the index were refused: links may be missed.")


def sounds_in_words(sounds: SoundCoverage | None) -> str:
    """Answer what was compared by its sound; ``""`` where nothing was."""
    if sounds is None or not sounds.asked:
        return ""
    parts: list[str] = [
        Sentence(
            "%(files)s compared by sound (%(policy)s); of %(pairs)s pairs of unrelated sounds, %(chance)s "
            "would be linked.",
            files=in_files(sounds.heard),
            policy=sounds.policy,
            pairs=sounds.unrelated_pairs,
            chance=sounds.chance_links or Sentence("none"),
        ),
        *_of_sounds(sounds),
    ]
    return one_after_another([*parts, *([] if sounds.is_complete else [_LINKS_MISSED])])


def _of_sounds(sounds: SoundCoverage) -> Iterator[Sentence]:
    without = sounds.asked - sounds.heard - sounds.silent
    if sounds.silent:
        yield Sentence(" In %(files)s nothing stands out.", files=in_files(sounds.silent))
    if sounds.with_common:
        yield Sentence(
            " Left out of %(files)s as over-common: %(names)s.",
            files=in_files(sounds.with_common),
            names=", ".join(sounds.common),
        )
    if without:
        yield Sentence(" %(files)s without sound that could be decoded.", files=in_files(without))


def learnt_in_words(learnt: LearntCoverage | None) -> str:
    """Answer what a learnt model was used for, and whose it is; ``""`` where none was."""
    if learnt is None:
        return ""
    left = learnt.asked - learnt.described
    said = Sentence(
        "%(pictures)s compared by the learnt model %(model)s (SHA-256 %(sha256)s, licence "
        "%(licence)s%(source)s), which the operator of this node supplies; links of the kind %(link)s from "
        "cosine %(threshold)s on, %(measured)s.",
        pictures=in_pictures(learnt.described),
        model=learnt.model,
        sha256=learnt.sha256,
        licence=learnt.licence,
        source=Sentence(", from %(source)s", source=learnt.source) if learnt.source else "",
        link=learnt.link,
        threshold=f"{learnt.threshold:.3f}",
        measured=measured_in_words(learnt.measured),
    )
    parts = [said, *([_not_read_again(left)] if left else [])]
    return one_after_another([*parts, *([] if learnt.is_complete else [_LINKS_MISSED])])
