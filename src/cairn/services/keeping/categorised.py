"""Finding what an authority itself has said of a media with a category."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.errors import InputError
from cairn.records.access import visible_categorisations
from cairn.records.lock import as_the_node, under_lock
from cairn.records.media import Media
from cairn.sentences import Sentence
from cairn.services.judgements.naming_media import find_media

if TYPE_CHECKING:
    from cairn.records.categories import Categorisation, Category
    from cairn.records.users import Actor


@under_lock
def own_categorisation(sha256: str, category: Category, *, actor: Actor) -> Categorisation:
    """Answer the word of the actor's authority on a media, by the digest's first digits.

    Raises:
        InputError: The authority has said nothing of such a media (``media.missing``, ``media.invalid``,
            ``media.ambiguous``), or not that (``category.unsaid``).
    """
    own = visible_categorisations(actor).filter(authority=actor.authority)
    with as_the_node("one's own word can be withdrawn where its media was hidden since"):
        media = find_media(sha256, among=Media.objects.filter(pk__in=own.values("media")))
    found = own.filter(media=media, category=category).first()
    if found is None:
        raise InputError(
            Sentence(
                "%(code)s has not said '%(category)s' of it.", code=actor.authority.code, category=category
            ),
            code="category.unsaid",
        )
    return found
