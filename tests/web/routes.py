"""THE ROUTE MATRIX: every route of the desk, an address of it, and what each role gets there by GET.

A route without an entry fails the test, and so does an entry without a route. A role that is not named gets
the page of what is not there.
"""

from __future__ import annotations

from dataclasses import dataclass

LETTERS = {
    "I": "investigator",
    "S": "supervisor",
    "H": "hub-analyst",
    "T": "hotline-analyst",
    "R": "reporter",
    "A": "auditor",
    "D": "administrator",
}
ALL = "ISHTRAD"
MATERIAL = "ISHT"
ANALYSTS = "ISH"


@dataclass(frozen=True)
class Route:
    """What is answered at a route.

    Attributes:
        roles: The letters of the roles that it is for.
        status: What they get by GET; 405 where it is a form's target only.
        example: An address, where the route has parts to fill in: of a record of NL-UNIT that the whole
            alliance may see. ``{series}`` becomes the number of the series Stone.
        hidden: The same of a record that nobody but NL-UNIT may know of: others get 404. ``{series}``
            becomes the number of the series Pebble.
    """

    roles: str
    status: int = 200
    example: str = ""
    hidden: str = ""


ROUTES = {
    "": Route(ALL, 302),
    "account/": Route(ALL),
    "account/language/": Route(ALL, 405),
    "account/sessions/end/": Route(ALL, 405),
    "account/theme/": Route(ALL, 405),
    "directory/": Route("ISHTAD"),
    "series/": Route(MATERIAL),
    "sign-out/": Route(ALL, 405),
}

PUBLIC = {"sign-in/": 200}
"""Routes for those who have not signed in."""
