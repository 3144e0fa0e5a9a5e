"""The links of one content, for its page: listed, and of the strongest what agrees, drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.linking.points import from_stored
from cairn.records import audit
from cairn.records.access import visible_to
from cairn.records.connection import database_errors_in_words
from cairn.records.links import Link
from cairn.records.lock import under_lock
from cairn.records.looking import look
from cairn.records.media import Media
from cairn.services.judgements.judge import Named, find_pair
from cairn.services.judgements.links import list_links

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cairn.linking.points import PlaceAgrees, PointsAgree
    from cairn.records.users import Actor
    from cairn.services.judgements.link_facts import LinkRow


@under_lock
def links_of_media(
    sha256: str, *, actor: Actor, most: int
) -> tuple[Sequence[LinkRow], Sequence[PointsAgree | PlaceAgrees]]:
    """Answer the strongest links of a content, and what agrees in the first; both looks are audited.

    Args:
        sha256: Of the content.
        actor: Who asks.
        most: How many links at most.

    Raises:
        AccessError: The actor may not see links.
        InputError: There is no such media for the actor.
    """
    with database_errors_in_words(), look():
        rows, _more = list_links(actor, media=sha256, most=most)
        agreeing = [points for row in rows[:1] for points in _agreeing(row, actor)]
    return rows, agreeing


def _agreeing(row: LinkRow, actor: Actor) -> list[PointsAgree | PlaceAgrees]:
    """Answer what agrees in a pair that was listed for the actor, by each method that compares points."""
    pair = find_pair(Named(row.first, row.second, row.kind), among=visible_to(actor, Media))
    links = list(visible_to(actor, Link).filter(**pair.key).order_by("-pk"))
    audit.append(audit.AuditTag.LINKS_SHOWN, actor=actor, counts={"links": len(links)})
    found = (from_stored(link.evidence) for link in links)
    return [points for points in found if points is not None]
