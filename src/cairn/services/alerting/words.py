"""What an alert says, in words: made when it is read, from what its reader may know at that time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.records.alerts import AlertKind
from cairn.sentences import Sentence

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
        return self.about or Sentence("Another authority")

    @property
    def the_series(self) -> Sentence:
        """The series, within a sentence."""
        return Sentence("the series %(name)s", name=self.series) if self.series else Sentence("a series")

    @property
    def the_investigation(self) -> Sentence:
        """The joint investigation, within a sentence."""
        if self.investigation:
            return Sentence("the joint investigation %(name)s", name=self.investigation)
        return Sentence("the joint investigation that you may no longer see")


def sentence(kind: AlertKind, facts: Mapping[str, Fact], names: Names) -> Sentence:
    """Answer what the alert says."""
    return _SENTENCES[kind](facts, names)


def _met(facts: Mapping[str, Fact], names: Names) -> Sentence:
    only_looked = Sentence("and has only looked")
    return Sentence(
        "%(other)s has met %(series)s%(case)s: %(exact)s in it, %(similar)s similar to it, %(what)s.%(told)s",
        other=names.the_other,
        series=names.the_series,
        case=Sentence(" in its case %(case)s", case=names.case) if names.case else "",
        exact=_files(facts, "exact"),
        similar=_files(facts, "similar"),
        what=Sentence("and has registered them") if facts.get("registered") else only_looked,
        told=""
        if facts.get("asker_told")
        else Sentence(" %(other)s was told nothing of this.", other=names.the_other),
    )


def _same_work(_: Mapping[str, Fact], names: Names) -> Sentence:
    if names.authorities:
        *first, last = names.authorities
        return Sentence(
            "%(first)s and %(last)s work on %(series)s.",
            first=", ".join(first),
            last=last,
            series=names.the_series,
        )
    return Sentence(
        "%(other)s works on %(series)s, as you do.", other=names.the_other, series=names.the_series
    )


def _outcome(facts: Mapping[str, Fact], names: Names) -> Sentence:
    return Sentence(
        "A victim%(which)s was identified on %(day)s%(where)s, with your help.",
        which=Sentence(" of the series %(name)s", name=names.series) if names.series else "",
        day=str(facts.get("day")),
        where=Sentence(" in %(country)s", country=names.country) if names.country else "",
    )


def _followed(facts: Mapping[str, Fact], names: Names) -> Sentence:
    who, which = names.the_other, names.the_series
    if "media" in facts:
        media = _number(facts, "media")
        return Sentence(
            "%(other)s has registered %(media)s media of %(series)s.", other=who, media=media, series=which
        )
    return Sentence("%(other)s has changed the status of %(series)s.", other=who, series=which)


def _country(facts: Mapping[str, Fact], names: Names) -> Sentence:
    number = _number(facts, "sightings")
    if number == 1:
        return Sentence("%(other)s has registered 1 sighting.", other=names.the_other)
    return Sentence(
        "%(other)s has registered %(sightings)s sightings.", other=names.the_other, sightings=number
    )


def _question(facts: Mapping[str, Fact], names: Names) -> Sentence:
    expected = facts.get("expected")
    return Sentence(
        "%(other)s asks you something: question %(number)s.%(expected)s",
        other=names.the_other,
        number=str(facts.get("question")),
        expected=Sentence(" An answer is expected by %(day)s.", day=str(expected)) if expected else "",
    )


def _answer(facts: Mapping[str, Fact], names: Names) -> Sentence:
    return Sentence(
        "%(other)s has answered question %(number)s.",
        other=names.the_other,
        number=str(facts.get("question")),
    )


def _overdue(facts: Mapping[str, Fact], _: Names) -> Sentence:
    return Sentence(
        "An answer to question %(number)s was expected, and has not come.", number=str(facts.get("question"))
    )


def _hand_over(facts: Mapping[str, Fact], names: Names) -> Sentence:
    who, which = names.the_other, names.the_series
    match facts.get("what"):
        case "accepted":
            return Sentence("%(other)s has taken the lead of %(series)s.", other=who, series=which)
        case "refused":
            return Sentence("%(other)s does not take the lead of %(series)s.", other=who, series=which)
        case _:
            return Sentence("%(other)s offers you the lead of %(series)s.", other=who, series=which)


def _invitation(_: Mapping[str, Fact], names: Names) -> Sentence:
    return Sentence(
        "%(other)s invites you to %(investigation)s.",
        other=names.the_other,
        investigation=names.the_investigation,
    )


_JOINT = {
    "closed": Sentence("has closed"),
    "decision": Sentence("has recorded a decision in"),
    "member": Sentence("has joined"),
    "message": Sentence("has written in"),
    "series": Sentence("has brought a series into"),
    "task": Sentence("has opened a task in"),
    "task-done": Sentence("has finished a task in"),
}


def _joint(facts: Mapping[str, Fact], names: Names) -> Sentence:
    return Sentence(
        "%(other)s %(did)s %(investigation)s.",
        other=names.the_other,
        did=_JOINT[str(facts["what"])],
        investigation=names.the_investigation,
    )


def _confirmation(facts: Mapping[str, Fact], names: Names) -> Sentence:
    if facts.get("what") == "deletion":
        return Sentence("A second person is asked to confirm a deletion.")
    if names.series:
        return Sentence(
            "A second person is asked to confirm a change of %(series)s.", series=names.the_series
        )
    return Sentence("A second person is asked to confirm a change.")


def _review(facts: Mapping[str, Fact], names: Names) -> Sentence:
    case = Sentence("the case %(case)s", case=names.case) if names.case else Sentence("a case")
    return Sentence(
        "Decide by %(day)s whether %(record)s is still kept.",
        day=str(facts.get("due")),
        record=case if "case" in facts else names.the_series,
    )


def _link(_: Mapping[str, Fact], names: Names) -> Sentence:
    return Sentence(
        "%(other)s calls a media the same as one in %(series)s.",
        other=names.the_other,
        series=names.the_series,
    )


def _person(facts: Mapping[str, Fact], names: Names) -> Sentence:
    who, which = names.the_other, names.the_series
    match (facts.get("what") == "offender", bool(facts.get("joined"))):
        case (True, True):
            return Sentence("%(other)s has put an offender into %(series)s.", other=who, series=which)
        case (True, False):
            return Sentence("%(other)s has taken an offender out of %(series)s.", other=who, series=which)
        case (False, True):
            return Sentence("%(other)s has put a victim into %(series)s.", other=who, series=which)
        case _:
            return Sentence("%(other)s has taken a victim out of %(series)s.", other=who, series=which)


_WITHDRAWN = {
    "hashlist": Sentence("a hash list, or a version of it, that your checks were told of"),
    "categorisation": Sentence("a category of something that you have met"),
    "judgement": Sentence("a judgement on something that you have met"),
    "offender": Sentence("an offender of a series that you had to do with"),
    "sighting": Sentence("sightings of something that you have met"),
    "victim": Sentence("a victim of a series that you had to do with"),
}


def _withdrawal(facts: Mapping[str, Fact], names: Names) -> Sentence:
    of_series = Sentence("a series that you had to do with")
    return Sentence(
        "%(other)s has withdrawn %(what)s. Keep nothing that came of it.",
        other=names.the_other,
        what=_WITHDRAWN.get(str(facts.get("what")), of_series),
    )


_SENTENCES: Mapping[AlertKind, Callable[[Mapping[str, Fact], Names], Sentence]] = {
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


def _files(facts: Mapping[str, Fact], name: str) -> Sentence:
    number = _number(facts, name)
    return Sentence("1 file") if number == 1 else Sentence("%(files)s files", files=number)


def _number(facts: Mapping[str, Fact], name: str) -> int:
    found = facts.get(name)
    return found if isinstance(found, int) else 0
