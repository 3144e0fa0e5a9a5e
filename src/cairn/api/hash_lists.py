"""``/lists``: which hash lists there are."""

from __future__ import annotations

from ninja import Router

from cairn.api.bearer import Bearer, Call, asked
from cairn.api.refusals import REFUSALS
from cairn.api.shapes import Shape
from cairn.records.keys import Scope
from cairn.records.lists import Audience, ListKind
from cairn.services.hash_lists.reading import list_lists

router = Router(tags=["lists"])


class ListOut(Shape):
    """One list: whose it is, what a hit means, who meets it, and how many entries stand."""

    name: str
    owner: str
    country: str
    contact: str
    kind: ListKind
    audience: Audience
    handling_code: str
    handling_words: str
    tlp: str
    is_withdrawn: bool
    entries: int


class ListsOut(Shape):
    """All lists that the key may know of."""

    lists: list[ListOut]


@router.get(
    "/lists", auth=Bearer(Scope.LISTS_READ), response={200: ListsOut, **REFUSALS}, summary="Read lists"
)
def lists(request: Call) -> ListsOut:
    """List the hash lists that the authority may know of, by owner and name."""
    found = list_lists(actor=asked(request).actor)
    return ListsOut(lists=[ListOut.from_orm(row) for row in found])
