"""What one authority gives, another fetches: what the list says, what may be done with it, its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from api.calls import key
from api.serving import served
from cairn.errors import AccessError, ConfigurationError, InputError, PeerError
from cairn.exchange.kept import kept_at
from cairn.exchange.source import read_source
from cairn.exchange.voting import hashed
from cairn.fingerprints import measure
from cairn.index.lock import WriterLock
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.authorities import AuthorityKind
from cairn.records.giving import ListFeedback
from cairn.records.lists import Audience, HashList, ListKind
from cairn.records.users import Actor, Role
from cairn.services.directory.acting import operator_of
from cairn.services.exchange import fetching, giving
from cairn.services.exchange.fetching import fetch
from cairn.services.exchange.markings import strictest
from cairn.services.exchange.saying import Sent, Votes, say_votes, votes_on
from cairn.services.hash_lists.importing import NewList, import_list
from cairn.services.hash_lists.reading import show_list
from cairn.services.hash_lists.withdrawing import withdraw_version
from cairn.services.keeping.withdrawing import withdraw
from cairn.services.looking_up.asking import look_up
from cairn.services.looking_up.hashes import Hashes, HashKind
from pictures import drawn, save
from services.seizures import hold, unit

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.exchange.source import Source
    from cairn.services.answering.matches import Listed
    from cairn.services.node.opening import Node

MD5 = [f"{number + 1:032x}" for number in range(5)]
ICSE = (
    "MD5;SHA1;PhotoDNA;Image ID;Is distributed;Victim identified;Offender identified;Series name;"
    "Number of submissions;File Available;Media Type;Baseline\n"
)


def give(node: Node, folder: Path, *md5: str) -> HashList:
    file = folder / "icse.csv"
    rows = "".join(f"{each};;;47{number};y;y;n;Pier;3;Y;Video;Baseline\n" for number, each in enumerate(md5))
    file.write_text(ICSE + rows)
    new = NewList(
        "Baseline", audience=Audience.ALLIANCE, is_given_out=True, tlp="TLP:RED", handling_code="H1"
    )
    return import_list(node, file, new, actor=operator_of(node, "BR-UNIT")).version.hash_list


def source(node: Node, folder: Path, address: str, more: str = "", *, who: Actor | None = None) -> Source:
    (folder / "secret").write_text(key(who or node.operator))
    file = folder / "source.toml"
    text = f'kind = "ncmec"\naddress = "{address}/api/exchange"\nuser = "unit"\nsecret_file = "secret"\n'
    file.write_text(f'{text}[list]\nname = "From Brazil"\n{more}')
    return read_source(file)


def listed(node: Node, md5: str) -> dict[str, Listed]:
    """Answer what each list says of a hash, by the list's owner and name."""
    answer = look_up(node, Hashes.parse({HashKind.MD5: [md5]}), actor=operator_of(node, "FR-UNIT"))
    names = {met.facts.id: f"{met.facts.owner.authority}/{met.facts.name}" for met in answer.lists}
    return {names[each.list]: each for hit in answer.hits for each in hit.listed}


def test_a_list_comes_whole_with_its_marking_and_goes_when_its_owner_withdraws_it(
    sqlite_node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(giving, "PAGE_ENTRIES", 2)
    node = sqlite_node
    unit(node, "BR-UNIT")
    unit(node, "FR-UNIT", country="FR")
    mine = operator_of(node, "FR-UNIT")
    held = give(node, tmp_path, *MD5[:4])
    with served(node) as address:
        there = source(node, tmp_path, address)
        found = fetch(node, there, actor=mine, now=timezone.now())
        assert (found.came, found.standing, found.imported is not None) == (4, 4, True)
        page = show_list("From Brazil", actor=mine)
        assert (page.row.audience, page.row.tlp, page.row.handling_code) == (Audience.OWN, "TLP:RED", "H1")
        assert (page.versions[0].source, page.versions[0].source_format) == ("127.0.0.1", "shared-entries")
        both = listed(node, MD5[0])
        assert set(both) == {"BR-UNIT/Baseline", "FR-UNIT/From Brazil"}
        theirs, ours = both["BR-UNIT/Baseline"], both["FR-UNIT/From Brazil"]
        assert (ours.series, ours.category, ours.reference, ours.victim_identified) == (
            theirs.series,
            theirs.category,
            theirs.reference,
            True,
        )
        assert ours.source == "BR-UNIT"
        again = fetch(node, there, actor=mine, now=timezone.now())
        assert (again.imported, again.is_withdrawn) == (None, False)
        give(node, tmp_path, *MD5[2:])
        fetch(node, there, actor=mine, now=timezone.now())
        assert [bool(listed(node, each)) for each in MD5] == [False, False, True, True, True]
        withdraw(held, reason="an error", actor=operator_of(node, "BR-UNIT"))
        gone = fetch(node, there, actor=mine, now=timezone.now())
        assert (gone.standing, gone.is_withdrawn, listed(node, MD5[2])) == (0, True, {})
        assert not fetch(node, there, actor=mine, now=timezone.now()).is_withdrawn
    counts = [event.counts for event in AuditEvent.objects.filter(tag=AuditTag.LIST_FETCHED).order_by("pk")]
    assert counts[0] == {"came": 4}
    assert len(counts) == 5


def test_what_an_authority_has_said_of_contents_is_told_to_the_service_once_a_person_sends_it(
    sqlite_node: Node, tmp_path: Path
) -> None:
    node = sqlite_node
    for code in ("BR-UNIT", "FR-UNIT"):
        unit(node, code, country=code[:2])
    mine, seized = operator_of(node, "FR-UNIT"), tmp_path / "seized"
    pictures = [save(drawn(number), seized / f"{number}.jpg") for number in range(5)]
    digests = [measure(each).digests.md5.hex() for each in pictures]
    said = ("baseline", "not-illegal", "national", "no-interest")
    for number, (path, code) in enumerate(zip(pictures, said, strict=False)):
        hold(node, path, authority="FR-UNIT", category=f"exchange:{code}", exhibit=str(number))
    hold(node, pictures[2], authority="FR-UNIT", category="exchange:not-illegal", exhibit="again")
    hold(node, pictures[4], authority="BR-UNIT", category="exchange:baseline", exhibit="theirs")
    held = give(node, tmp_path, *digests)
    with served(node) as address:
        there = source(node, tmp_path, address, who=mine)
        with pytest.raises(ConfigurationError, match="Nothing was fetched"):
            votes_on(node, there, actor=mine)
        fetch(node, there, actor=mine, now=timezone.now())
        votes = votes_on(node, there, actor=mine)
        # The third was called both, and of the fifth only others have said something.
        counts = votes.count(fits=True), votes.count(fits=False), votes.said_before
        assert (counts, {each.type for each in votes.reasons} >= {"MD5"}) == ((1, 2, 0), True)
        assert not ListFeedback.objects.exists()
        with pytest.raises(InputError, match=r"has no such reason\. It has: It is not illegal"):
            say_votes(node, there, actor=mine, reason="because")
        assert say_votes(node, there, actor=mine) == Sent(1, 0, without_reason=2, gone=0)
        words = "It is not illegal where we are"
        assert say_votes(node, there, actor=mine, reason=words) == Sent(0, 2, without_reason=0, gone=0)
        rows = ListFeedback.objects.order_by("pk")
        assert [(row.kind, row.is_affirmative, len(row.reasons)) for row in rows] == [
            ("MD5", True, 0),
            ("MD5", False, 1),
            ("MD5", False, 1),
        ]
        assert {row.authority for row in rows} == {mine.authority}
        assert votes_on(node, there, actor=mine) == Votes((), 3, ())
        withdraw_version(held, reason="an error", actor=operator_of(node, "BR-UNIT"))
        with kept_at(fetching.place_of(node, there, mine.authority)) as kept:
            kept.take([], {f"said {each.name}": None for each in list(hashed(kept))})
        assert say_votes(node, there, actor=mine, reason=words) == Sent(0, 0, without_reason=0, gone=3)
    sent = AuditEvent.objects.filter(tag=AuditTag.LIST_FEEDBACK_SENT).order_by("pk")
    assert [event.counts for event in sent][:2] == [{"fits": 1, "fits_not": 0}, {"fits": 0, "fits_not": 2}]


def test_a_fetch_that_may_not_be_or_fails_changes_nothing_and_is_audited(
    sqlite_node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = sqlite_node
    unit(node, "BR-UNIT")
    company = Actor(unit(node, "EX-COMPANY", kind=AuthorityKind.COMPANY), frozenset({Role.REPORTER}))
    now = timezone.now()
    with served(node) as address:
        there = source(node, tmp_path, address)
        with pytest.raises(AccessError):
            fetch(node, there, actor=company, now=now)
        assert fetch(node, there, actor=node.operator, now=now).standing == 0
        (tmp_path / "secret").write_text("wrong")
        with pytest.raises(PeerError, match="credentials"):
            fetch(node, there, actor=node.operator, now=now)
        place = fetching.place_of(node, there, node.authority)
        lock = WriterLock(place.with_suffix(".lock"))
        with pytest.raises(ConfigurationError, match="Another run"):
            fetch(node, there, actor=node.operator, now=now)
        lock.release()
        for more in ('tlp = "TLP:PINK"', 'audience = "all"', 'handling_code = "H9"'):
            with pytest.raises(ConfigurationError, match="is one of"):
                fetch(node, source(node, tmp_path, address, more), actor=node.operator, now=now)
    assert not HashList.objects.exists()
    assert AuditEvent.objects.filter(tag=AuditTag.LIST_FETCHED).count() == 2


@pytest.mark.parametrize(
    ("markings", "tlp", "code", "words"),
    [
        ([], None, None, None),
        (["TLP:CLEAR"], "TLP:AMBER", "H0", ""),
        (["TLP:GREEN\nH1", "TLP:RED\nH1"], "TLP:RED", "H1", ""),
        (["TLP:PINK\nH3\nask us"], "TLP:RED", "H3", "ask us"),
        (["\nH1", "\nH2"], "TLP:AMBER", "H3", "H1; H2"),
    ],
)
def test_a_fetched_list_is_marked_no_less_strictly_than_its_entries(
    markings: list[str], tlp: str | None, code: str | None, words: str | None
) -> None:
    found = strictest(NewList("x", kind=ListKind.KNOWN), markings)
    assert (found.tlp, found.handling_code, found.handling_words) == (tlp, code, words)
