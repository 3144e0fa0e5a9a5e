"""What services say reaches the reader in their own language: evidence of every kind, and every letter."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING, get_args

import pytest
from django.db import transaction
from django.utils import translation

from cairn.linking.drawing import as_svg
from cairn.linking.evidence import DigestEqual, Evidence, PdqNear, in_words
from cairn.linking.footage import FrameNear
from cairn.linking.left_out import LeftOut
from cairn.linking.photodna import PhotoDnaNear
from cairn.records.alerts import AlertKind
from cairn.records.authorities import Authority
from cairn.records.lock import as_the_node
from cairn.records.users import Actor
from cairn.sentences import Sentence, as_text, listed, sentence_in
from cairn.services.alerting import status_changed
from cairn.services.alerting.letters import write_letter
from cairn.services.alerting.reading import Choice, list_alerts
from cairn.services.answering.answer_json import match_row
from cairn.services.answering.answer_reading import kept_file
from cairn.services.report.writing import pieces
from cairn.types import Handling, Orientation, Verdict
from cairn.web.checks.wording import evidence_words
from cairn.web.saying import in_own_language
from cairn.web.tongues import tongue_of
from services.alerting.records import identified, media, series, sighting
from services.answers import ALIKE, COPY, FOLLOWED, HEARD, PLACE, by_points, picture, sample_answer
from web.people import signed_in

if TYPE_CHECKING:
    from cairn.linking.points import PlaceAgrees, PointsAgree
    from cairn.services.alerting.letters import Letter
    from cairn.services.node.opening import Node

SPANS = FOLLOWED.recording
KINDS: tuple[Evidence, ...] = (
    DigestEqual(),
    DigestEqual(("md5",)),
    DigestEqual(("md5", "sha1", "sha256")),
    PdqNear(6, Orientation.FLIPPED_LEFT_RIGHT),
    PhotoDnaNear(1_200, "P-1"),
    replace(
        COPY,
        policy="P-1",
        left_out=(LeftOut("L-1", 214, 12), LeftOut("L-2", 3, 0, ((0.5, 0.5),), in_known=True)),
    ),
    replace(COPY, policy="P-1", change="similarity", is_mirrored=False, chance_links=0, left_out=()),
    replace(COPY, policy="P-1", spanned_of_known=0.001, left_out=()),
    replace(PLACE, policy="P-1"),
    replace(PLACE, policy="P-1", planes=(9,)),
    replace(PLACE, policy="P-1", planes=()),
    replace(ALIKE, policy="M-2", measured="X"),
    replace(ALIKE, policy="M-2", link="scene", measured=""),
    HEARD,
    replace(HEARD, spans=HEARD.spans * 5, speed=1.05, chance_links=3),
    replace(HEARD, speed=0.95, keeps_pitch=False),
    FrameNear(6, Orientation.ROTATED_90, 192.2, in_file=True),
    FrameNear(6, Orientation.ORIGINAL, 192.2, in_file=False),
    replace(FOLLOWED, recording=(*SPANS, *SPANS, *SPANS, *SPANS, replace(SPANS[0], speed=1.1))),
    replace(FOLLOWED, recording=(replace(SPANS[0], speed=1.1),)),
    replace(FOLLOWED, recording=()),
)
ENGLISH = re.compile(r"[A-Za-z]*[a-z]{3,}")
"""A word; what a test fills in has none in small letters."""


@pytest.fixture
def _hollow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a catalogue answer its sentences without a letter, so that what it was not asked for stands out."""

    def hollow(said: str) -> str:
        return re.sub(r"(%\(\w+\)s)|[^\W\d_]", lambda found: found[1] or "·", said)

    trans = translation._trans  # type: ignore[attr-defined]  # where every call ends
    monkeypatch.setattr(trans, "gettext", hollow)
    monkeypatch.setattr(trans, "ngettext", lambda one, more, n: hollow(one if n == 1 else more))


def test_every_kind_of_evidence_is_walked() -> None:
    assert {type(each) for each in KINDS} == set(get_args(Evidence))


@pytest.mark.usefixtures("_hollow")
@pytest.mark.parametrize("evidence", KINDS, ids=lambda each: type(each).__name__)
def test_no_part_of_evidence_is_english_also_where_an_answer_was_kept(evidence: Evidence) -> None:
    said = in_own_language(in_words(evidence))
    assert ENGLISH.findall(said) == []
    file = picture("a.jpg", Verdict.SIMILAR, by_points(1, evidence))
    kept = json.loads(json.dumps(kept_file(file)))["matches"][0]["evidence"]
    assert evidence_words(kept) == said == evidence_words(match_row(file.matches[0])["evidence"])
    assert kept["words"] == in_words(evidence), "the answer for programs stays English"


@pytest.mark.usefixtures("_hollow")
def test_a_list_of_thousands_is_said_in_every_language() -> None:
    parts = [Sentence("%(span)s of it is %(series)s", span=str(n), series="K-7") for n in range(2_000)]
    together = listed(parts)
    assert together == ", ".join(parts)
    assert sentence_in(as_text(together)) == together
    said = in_own_language(together)
    assert said.count("K-7") == len(parts)
    assert ENGLISH.findall(said) == []


@pytest.mark.usefixtures("_hollow")
@pytest.mark.parametrize("evidence", [COPY, PLACE])
def test_no_word_of_a_drawing_is_english(evidence: PointsAgree | PlaceAgrees) -> None:
    drawn = as_svg(replace(evidence, policy="P-1"), in_own_language)
    assert ENGLISH.findall(" ".join(re.findall(r">([^<]+)<", drawn))) == []


def letters(node: Node) -> list[Letter]:
    """Answer the two letters that there are: to who sees the series, and to who does not."""
    with as_the_node("a test sets its scene up"), transaction.atomic():
        abroad = Authority.objects.get(code="BR-UNIT")
        for name, handling in (("S-1", Handling.ALLIANCE), ("S-2", Handling.BLIND)):
            found = media()
            solved = series(abroad, found, handling=handling, name=name)
            solved.thanks_unseen = True
            solved.save()
            for _ in range(2):
                sighting(found, node.authority)
            status_changed(identified(solved))
    rows = list_alerts(Choice(kind=AlertKind.OUTCOME), actor=node.operator)
    return [write_letter(row.number, actor=Actor.operator(node.authority)) for row in rows]


def test_letters_and_the_rest_are_in_the_language_of_who_reads(
    sqlite_desk: Node, request: pytest.FixtureRequest
) -> None:
    written = letters(sqlite_desk)
    french = tongue_of("fr-CA")
    assert french.say(written[-1].paragraphs[-1]) == "Merci."
    assert "2 apparitions que vous avez enregistrées" in " ".join(map(french.say, written[-1].paragraphs))
    client = signed_in("investigator")
    request.getfixturevalue("_hollow")
    for letter in written:
        texts = [in_own_language(each) for each in (*letter.paragraphs, *letter.signed[:1])]
        assert ENGLISH.findall(" ".join(texts).replace("Demonstration unit, Brazil", "")) == []
        page = unescape(client.get(f"/alerts/{letter.number}/letter/").content.decode())
        assert all(each in page for each in texts)


def test_a_language_of_no_catalogue_is_english_and_arabic_runs_from_the_right() -> None:
    assert (tongue_of("").code, tongue_of("de").code, tongue_of("en-GB").say("One")) == ("en", "en", "One")
    assert (tongue_of("ar").direction, tongue_of("es").direction) == ("rtl", "ltr")


def texts(page: str) -> set[str]:
    """Answer what is read on a page, but names and addresses of others, digests, and drawings."""
    bare = re.sub(r"<(style|bdi|pre|svg)\b.*?</\1>", "", page, flags=re.DOTALL)
    found = (each.strip() for each in re.findall(r">([^<]+)<", bare))
    return {
        each for each in found if re.search(r"[a-z]{3}", each) and not re.fullmatch(r"[0-9a-f]{64}", each)
    }


def test_a_report_is_in_the_language_of_who_asks_for_it_and_data_stays_as_it_is() -> None:
    arabic = "".join(pieces(sample_answer(), tongue_of("ar")))
    assert arabic.startswith('<!DOCTYPE html>\n<html lang="ar" dir="rtl">')
    both = texts("".join(pieces(sample_answer()))) & texts(arabic)
    assert both == {"Cairn 0.1.0", "Demonstration unit, Netherlands (NL-UNIT)", "nl-node-1", "pdq-31/1"}
    assert "U+2068" not in arabic
