"""The end of a terminal's view: how an answer was found, what it covers, and what was left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.services.answering.answer_words import (
    MATCH_IS_A_LEAD,
    STATED_EQUAL,
    amount,
    left_out_in_words,
    moment,
)
from cairn.services.answering.coverage_words import (
    details_in_words,
    learnt_in_words,
    sounds_in_words,
)
from cairn.services.visible import visible

if TYPE_CHECKING:
    from cairn.services.answering.answer import Answer


def footnote(answer: Answer, folder: str) -> str:
    """Answer it as sentences; ``folder`` is the one below which all files lie."""
    sentences = []
    if answer.registered is not None:
        sentences.append(f"Registered: {amount(answer.registered, 'new sighting')}.")
    if answer.recalled:
        again = amount(answer.recalled, "file")
        sentences.append(f"{again} not decoded again: their content was measured before.")
    if answer.resumed:
        sentences.append(f"{amount(answer.resumed, 'file')} had been measured by another run of this check.")
    if folder:
        sentences.append(f"All files lie below {visible(folder)}.")
    if answer.unprotected:
        sentences.append(f"Decoder protections that are off here: {visible('; '.join(answer.unprotected))}.")
    left_out = left_out_in_words(answer.not_same, answer.disputed)
    sentences += [left_out] if left_out else []
    sentences += [_coverage(answer), _method(answer)]
    sentences += [
        details_in_words(answer.details),
        visible(learnt_in_words(answer.learnt)),
        sounds_in_words(answer.sounds),
        MATCH_IS_A_LEAD,
    ]
    return " ".join(filter(None, sentences))


def _coverage(answer: Answer) -> str:
    return f"Compared with everything that you may see, as recorded at {moment(answer.coverage.compared_at)}."


def _method(answer: Answer) -> str:
    method = answer.method
    if not answer.coverage.near_sought:
        return f"Method: {STATED_EQUAL}; Cairn {method.cairn}. Input list {answer.input_digest[:16]}…"
    return (
        f"Method: SHA-256 equal, or {method.pdq} ({method.mode}) at most {method.radius_bits} of 256 bits "
        f"apart, quality {method.minimum_quality} or more ({method.duplicate_policy}); Cairn {method.cairn}. "
        f"Input list {answer.input_digest[:16]}…"
    )
