"""What an alert says, in words: made when it is read, from what its reader may know at that time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.records.alerts import AlertKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cairn.services.alerting.raising import Fact


@dataclass(frozen=True, slots=True)
class Names:
    """The names that the reader may know.

    Attributes:
        series: The series' name, or ``None``.
        about: The code of the other authority, or ``None``.
        country: Its country, or ``None``.
        case: The reference of the other authority's case, or of the reader's own; ``None`` where not told.
        investigation: The name of the joint investigation, or ``None``.
        authorities: The codes of several, for the hub.
    """

    series: str | None = None
    about: str | None = None
    country: str | None = None
    case: str | None = None
    investigation: str | None = None
    authorities: tuple[str, ...] = ()

    @property
    def the_other(self) -> str:
        """The other authority, to begin a sentence with."""
        return self.about or "Another authority"

    @property
    def the_series(self) -> str:
        """The series, within a sentence."""
        return f"the series {self.series}" if self.series else "a series"

    @property
    def the_investigation(self) -> str:
        """The joint investigation, within a sentence."""
        return f"the joint investigation {self.investigation or 'that you may no longer see'}"


def sentence(kind: AlertKind, facts: Mapping[str, Fact], names: Names) -> str:
    """Answer what the alert says."""
    return _SENTENCES[kind](facts, names)


def _met(facts: Mapping[str, Fact], names: Names) -> str:
    case = f" in its case {names.case}" if names.case else ""
    exact, similar = _count(facts, "exact", "file"), _count(facts, "similar", "file")
    what = "and has registered them" if facts.get("registered") else "and has only looked"
    told = "" if facts.get("asker_told") else f" {names.the_other} was told nothing of this."
    return (
        f"{names.the_other} has met {names.the_series}{case}: {exact} in it, {similar} similar to it, "
        f"{what}.{told}"
    )


def _same_work(_: Mapping[str, Fact], names: Names) -> str:
    if names.authorities:
        return f"{' and '.join(names.authorities)} work on {names.the_series}."
    return f"{names.the_other} works on {names.the_series}, as you do."


def _outcome(facts: Mapping[str, Fact], names: Names) -> str:
    where = f" in {names.country}" if names.country else ""
    which = f" of the series {names.series}" if names.series else ""
    return f"A victim{which} was identified on {facts.get('day')}{where}, with your help."


def _followed(facts: Mapping[str, Fact], names: Names) -> str:
    if "media" in facts:
        media = _count(facts, "media", "media", "media")
        return f"{names.the_other} has registered {media} of {names.the_series}."
    return f"{names.the_other} has changed the status of {names.the_series}."


def _country(facts: Mapping[str, Fact], names: Names) -> str:
    return f"{names.the_other} has registered {_count(facts, 'sightings', 'sighting')}."


def _question(facts: Mapping[str, Fact], names: Names) -> str:
    expected = facts.get("expected")
    by = f" An answer is expected by {expected}." if expected else ""
    return f"{names.the_other} asks you something: question {facts.get('question')}.{by}"


def _answer(facts: Mapping[str, Fact], names: Names) -> str:
    return f"{names.the_other} has answered question {facts.get('question')}."


def _overdue(facts: Mapping[str, Fact], _: Names) -> str:
    return f"An answer to question {facts.get('question')} was expected, and has not come."


def _hand_over(facts: Mapping[str, Fact], names: Names) -> str:
    said = {"accepted": "has taken", "refused": "does not take"}.get(str(facts.get("what")), "offers you")
    return f"{names.the_other} {said} the lead of {names.the_series}."


def _invitation(_: Mapping[str, Fact], names: Names) -> str:
    return f"{names.the_other} invites you to {names.the_investigation}."


_JOINT = {
    "closed": "has closed",
    "decision": "has recorded a decision in",
    "member": "has joined",
    "message": "has written in",
    "series": "has brought a series into",
    "task": "has opened a task in",
    "task-done": "has finished a task in",
}


def _joint(facts: Mapping[str, Fact], names: Names) -> str:
    return f"{names.the_other} {_JOINT[str(facts['what'])]} {names.the_investigation}."


def _confirmation(facts: Mapping[str, Fact], names: Names) -> str:
    if facts.get("what") == "deletion":
        return "A second person is asked to confirm a deletion."
    record = f" of {names.the_series}" if names.series else ""
    return f"A second person is asked to confirm a change{record}."


def _review(facts: Mapping[str, Fact], names: Names) -> str:
    case = f"the case {names.case}" if names.case else "a case"
    record = case if "case" in facts else names.the_series
    return f"Decide by {facts.get('due')} whether {record} is still kept."


def _link(_: Mapping[str, Fact], names: Names) -> str:
    return f"{names.the_other} calls a media the same as one in {names.the_series}."


def _person(facts: Mapping[str, Fact], names: Names) -> str:
    what = "an offender" if facts.get("what") == "offender" else "a victim"
    done = f"put {what} into" if facts.get("joined") else f"taken {what} out of"
    return f"{names.the_other} has {done} {names.the_series}."


_WITHDRAWN = {
    "hashlist": "a hash list, or a version of it, that your checks were told of",
    "categorisation": "a category of something that you have met",
    "judgement": "a judgement on something that you have met",
    "offender": "an offender of a series that you had to do with",
    "sighting": "sightings of something that you have met",
    "victim": "a victim of a series that you had to do with",
}


def _withdrawal(facts: Mapping[str, Fact], names: Names) -> str:
    what = _WITHDRAWN.get(str(facts.get("what")), "a series that you had to do with")
    return f"{names.the_other} has withdrawn {what}. Keep nothing that came of it."


_SENTENCES: Mapping[AlertKind, Callable[[Mapping[str, Fact], Names], str]] = {
    AlertKind.ANSWER: _answer,
    AlertKind.BLIND_MET: _met,
    AlertKind.CONFIRMATION: _confirmation,
    AlertKind.COUNTRY: _country,
    AlertKind.HAND_OVER: _hand_over,
    AlertKind.INVITATION: _invitation,
    AlertKind.JOINT: _joint,
    AlertKind.LINK: _link,
    AlertKind.MET: _met,
    AlertKind.OUTCOME: _outcome,
    AlertKind.OVERDUE: _overdue,
    AlertKind.PERSON: _person,
    AlertKind.QUESTION: _question,
    AlertKind.REVIEW: _review,
    AlertKind.SAME_WORK: _same_work,
    AlertKind.SEARCH: _followed,
    AlertKind.STATUS: _followed,
    AlertKind.WITHDRAWAL: _withdrawal,
}


def _count(facts: Mapping[str, Fact], name: str, one: str, many: str | None = None) -> str:
    count = facts.get(name)
    count = count if isinstance(count, int) else 0
    return f"{count:,} {one if count == 1 else many or one + 's'}"
