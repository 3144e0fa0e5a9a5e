"""Links as people read them: what methods suggest, what is said of it, and in which series the media lie."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, Subquery

from cairn.linking.evidence import stored_in_words
from cairn.linking.judgement import LinkKind, Outcome
from cairn.linking.points import from_stored
from cairn.records import audit
from cairn.records.access import Act, require, visible_to
from cairn.records.batches import parts
from cairn.records.connection import database_errors_in_words
from cairn.records.links import Judgement, Link
from cairn.records.lock import under_lock
from cairn.records.looking import look
from cairn.records.media import Media
from cairn.records.series import SeriesMedia
from cairn.services.judgements.judge import find_pair
from cairn.services.judgements.link_facts import LinkFacts, LinkRow, Suggestion, WordRow
from cairn.services.judgements.link_places import Beginning
from cairn.services.judgements.naming_media import find_media, shown_name
from cairn.services.judgements.said import as_shown, codes_of, standing_of, standing_words
from cairn.services.series.looking import audit_look
from cairn.services.series.names import find_series

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from django.db.models import QuerySet

    from cairn.records.users import Actor
    from cairn.services.judgements.judge import Named, Pair
    from cairn.services.judgements.link_places import LinkPlace
    from cairn.services.judgements.said import Key, Words

Lies = tuple[str, int]
"""A series that a media lies in: as ``name (owner)``, and its number."""

SHOWN_LINKS = 100
"""Links that are listed where no other number is asked for."""


@under_lock
def list_links(
    actor: Actor,
    *,
    series: str | None = None,
    only_open: bool = False,
    most: int = SHOWN_LINKS,
    after: LinkPlace | None = None,
    media: str | None = None,
) -> tuple[tuple[LinkRow, ...], bool]:
    """Answer the links that the actor may see, and whether there are more; the look is audited.

    The strongest come first, each pair and kind once, by its newest suggestion. Pairs that people have judged
    although no method suggests them come last.

    Args:
        actor: Who asks.
        series: Only links of media in the series that the actor calls so.
        only_open: Only those on which the actor's authority has not decided.
        most: How many at most.
        after: The last link of the page before; ``None`` to begin with the strongest.
        media: Only links of this media, by its SHA-256.

    Raises:
        AccessError: The actor may not see links.
        InputError: There is no such series, or no such media.
    """
    with database_errors_in_words(), look():
        require(actor, Act.LINK_READ)
        near = _near_series(series, actor) & _near_media(media, actor)
        begin = Beginning.after(after, actor)
        found: list[Link] = []
        if begin.suggested is not None:
            links = suggested(actor, near, only_open=only_open).filter(begin.suggested)
            found = list(links[: most + 1])
        keys: dict[Key, Link | None] = {_key(link): link for link in found}
        if not only_open and len(found) <= most:
            keys |= dict.fromkeys(_judged_alone(actor, near & begin.judged, most=most + 1 - len(found)))
        shown_keys = dict(list(keys.items())[:most])
        series_of = _series_of(_ends(shown_keys), actor)
        rows = _rows(shown_keys, series_of, actor)
        audit.append(audit.AuditTag.LINKS_LISTED, actor=actor, counts={"links": len(rows)})
        audit_look(_numbers(series_of), actor=actor)
    return rows, len(keys) > most


@under_lock
def show_link(named: Named, *, actor: Actor) -> LinkFacts:
    """Answer everything that the actor may know of a pair; the look is audited.

    Raises:
        AccessError: The actor may not see links.
        InputError: A media is not there or may not be seen, or both are the same.
    """
    with database_errors_in_words(), look():
        require(actor, Act.LINK_READ)
        return facts_of(find_pair(named, among=visible_to(actor, Media)), actor=actor)


@under_lock
def facts_of(pair: Pair, *, actor: Actor) -> LinkFacts:
    """Do what ``show_link`` does for a pair that was found for the actor, in a transaction that goes on."""
    links = visible_to(actor, Link).filter(**pair.key).order_by("-pk")
    judgements = visible_to(actor, Judgement).filter(**pair.key).select_related("authority")
    said = list(judgements.order_by("-pk"))
    codes = {row.authority_id: row.authority.code for row in said}
    series = _series_of([pair.first.pk, pair.second.pk], actor)
    facts = LinkFacts(
        first=pair.first.name,
        second=pair.second.name,
        kind=pair.kind,
        said=as_shown(standing_of(said), codes, own=actor.authority),
        suggestions=tuple(map(_suggestion, links)),
        words=tuple(map(_word, said)),
        first_series=_names(series.get(pair.first.pk, ())),
        second_series=_names(series.get(pair.second.pk, ())),
    )
    audit.append(audit.AuditTag.LINKS_SHOWN, actor=actor, counts={"links": len(facts.suggestions)})
    audit_look(_numbers(series), actor=actor)
    return facts


@under_lock
def suggested(actor: Actor, near: Q, *, only_open: bool) -> QuerySet[Link]:
    """Answer the newest suggestion of each pair and kind, the strongest first."""
    same = {"first": OuterRef("first"), "second": OuterRef("second"), "kind": OuterRef("kind")}
    newer = Link.objects.filter(**same, pk__gt=OuterRef("pk"))
    links = visible_to(actor, Link).filter(near, ~Exists(newer)).order_by("-score", "pk")
    if only_open:
        own = Judgement.objects.filter(**same, authority=actor.authority, withdrawn_at=None).order_by("-pk")
        links = links.annotate(own_word=Subquery(own.values("outcome")[:1])).filter(
            Q(own_word=None) | Q(own_word=Outcome.UNSURE)
        )
    return links


def _judged_alone(actor: Actor, near: Q, *, most: int) -> Sequence[Key]:
    """Answer pairs that were judged and that no method suggests."""
    same = {"first": OuterRef("first"), "second": OuterRef("second"), "kind": OuterRef("kind")}
    rows = visible_to(actor, Judgement).filter(near, ~Exists(Link.objects.filter(**same)), withdrawn_at=None)
    found = rows.order_by("first", "second", "kind").values_list("first", "second", "kind").distinct()
    return [(first, second, LinkKind(kind)) for first, second, kind in found[:most]]


def _near_series(name: str | None, actor: Actor) -> Q:
    """Answer the condition that one end lies in the series that the actor calls so."""
    if name is None:
        return Q()
    members = SeriesMedia.objects.filter(series=find_series(name, actor=actor)).values("media")
    return Q(first__in=members) | Q(second__in=members)


def _near_media(name: str | None, actor: Actor) -> Q:
    """Answer the condition that one end is the media that the actor names."""
    if name is None:
        return Q()
    media = find_media(name, among=visible_to(actor, Media))
    return Q(first=media) | Q(second=media)


def _rows(
    keys: Mapping[Key, Link | None], series: Mapping[int, tuple[Lies, ...]], actor: Actor
) -> tuple[LinkRow, ...]:
    names: dict[int, str] = {}
    words: dict[Key, Words] = {}
    for part in parts(sorted(_ends(keys))):
        rows = Media.objects.filter(pk__in=part).only("sha256", "sha1", "md5")
        names |= {media.pk: shown_name(media) for media in rows}
        words |= standing_words(visible_to(actor, Judgement).filter(first__in=part))
    said = {key: words.get(key, {}) for key in keys}
    codes = codes_of(said.values())
    return tuple(
        LinkRow(
            first=names[key[0]],
            second=names[key[1]],
            kind=key[2],
            method=None if link is None else link.method,
            score=None if link is None else link.score,
            evidence="" if link is None else stored_in_words(link.evidence),
            said=as_shown(said[key], codes, own=actor.authority),
            series=_names({*series.get(key[0], ()), *series.get(key[1], ())}),
        )
        for key, link in keys.items()
    )


def _ends(keys: Iterable[Key]) -> set[int]:
    return {number for first, second, _ in keys for number in (first, second)}


def _series_of(media: Collection[int], actor: Actor) -> Mapping[int, tuple[Lies, ...]]:
    """Answer the series of these media that the actor may see, each by its number and as ``name (owner)``."""
    found: defaultdict[int, list[Lies]] = defaultdict(list)
    for part in parts(sorted(media)):
        rows = visible_to(actor, SeriesMedia).filter(media__in=part)
        for number, series, name, owner in rows.values_list(
            "media", "series", "series__name", "series__owner__code"
        ):
            found[number].append((f"{name} ({owner})", series))
    return {number: tuple(lies) for number, lies in found.items()}


def _names(lies: Iterable[Lies]) -> tuple[str, ...]:
    return tuple(sorted({name for name, _ in lies}))


def _numbers(series: Mapping[int, tuple[Lies, ...]]) -> set[int]:
    return {number for lies in series.values() for _, number in lies}


def _key(link: Link) -> Key:
    return link.first_id, link.second_id, LinkKind(link.kind)


def _suggestion(link: Link) -> Suggestion:
    evidence = link.evidence
    return Suggestion(link.method, link.score, stored_in_words(evidence), from_stored(evidence))


def _word(row: Judgement) -> WordRow:
    return WordRow(row.authority.code, Outcome(row.outcome), row.reason, row.judged_at, row.withdrawn_at)
