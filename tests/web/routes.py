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
OWN = "IS"
"""Those of NL-UNIT who work with material: what is its own is nobody else's."""
OVERSEERS = "SA"


@dataclass(frozen=True)
class Route:
    """What is answered at a route.

    Attributes:
        roles: The letters of the roles that it is for.
        status: What they get by GET; 405 where it is a form's target only.
        example: An address, where the route has parts to fill in: of a record of NL-UNIT that the whole
            alliance may see. ``{series}`` becomes the number of the series Stone.
        hidden: The same of a record that nobody but NL-UNIT may know of: others get 404. ``{series}``
            becomes the number of the series Pebble. ``{check}`` and ``{sent}`` become those of NL-UNIT's
            checks: one that is answered, and one whose files are being sent.
        there: Where the example is not there, an address that is, once ``web.everything`` has filled the
            node; its parts are those that are named there.
        is_page: What is answered is a page, and no file.
    """

    roles: str
    status: int = 200
    example: str = ""
    hidden: str = ""
    there: str = ""
    is_page: bool = True


ROUTES = {
    "": Route(ALL, 302),
    "account/": Route(ALL),
    "account/factors/": Route(ALL),
    "account/factors/add/": Route(ALL),
    "account/factors/app/remove/": Route(ALL, 405),
    "account/factors/codes/": Route(ALL, 405),
    "account/factors/passkeys/<int:number>/name/": Route(ALL, 405, "account/factors/passkeys/1/name/"),
    "account/factors/passkeys/<int:number>/remove/": Route(ALL, 405, "account/factors/passkeys/1/remove/"),
    "account/language/": Route(ALL, 405),
    "account/password/": Route(ALL),
    "account/sessions/end/": Route(ALL, 405),
    "account/theme/": Route(ALL, 405),
    "alerts/": Route(MATERIAL),
    "alerts/<int:number>/letter/": Route("", example="alerts/404/letter/", there="alerts/{letter}/letter/"),
    "alerts/following/": Route(MATERIAL),
    "alerts/read/": Route(MATERIAL, 405),
    "compare/<str:kind>/<str:first>/<str:second>/": Route(
        "", example="compare/duplicate/00000000/11111111/", there="compare/duplicate/{pair}/"
    ),
    "compare/<str:kind>/<str:first>/<str:second>/judge/": Route(
        ANALYSTS, 405, "compare/duplicate/00000000/11111111/judge/"
    ),
    "compare/<str:kind>/<str:first>/<str:second>/take-back/": Route(
        ANALYSTS, 405, "compare/duplicate/00000000/11111111/take-back/"
    ),
    "checks/": Route(MATERIAL),
    "checks/<int:number>/": Route(OWN, example="checks/{check}/", hidden="checks/{check}/"),
    "checks/<int:number>/add/": Route(MATERIAL, 405, example="checks/{check}/add/"),
    "checks/<int:number>/export/<str:kind>/": Route(MATERIAL, 405, example="checks/{check}/export/csv/"),
    "checks/<int:number>/files/": Route(OWN, example="checks/{check}/files/", hidden="checks/{check}/files/"),
    "checks/<int:number>/files/<int:position>/": Route(
        OWN, example="checks/{check}/files/1/", hidden="checks/{check}/files/1/"
    ),
    "checks/<int:number>/parts/": Route(
        OWN, example="checks/{sent}/parts/", hidden="checks/{sent}/parts/", is_page=False
    ),
    "checks/<int:number>/steer/": Route(MATERIAL, 405, example="checks/{check}/steer/"),
    "checks/hashes/": Route(MATERIAL),
    "checks/new/": Route(MATERIAL),
    "conflicts/": Route(MATERIAL),
    "directory/": Route("ISHTAD"),
    "exports/": Route(MATERIAL),
    "exports/<int:number>/": Route("", example="exports/404/", there="exports/{export}/"),
    "exports/<int:number>/file/": Route(MATERIAL, 405, "exports/404/file/"),
    "exports/case/": Route(MATERIAL),
    "exports/series/<int:number>/": Route(
        OWN, example="exports/series/{series}/", hidden="exports/series/{series}/"
    ),
    "investigations/": Route(ANALYSTS),
    "investigations/<int:number>/": Route(
        "", example="investigations/404/", there="investigations/{investigation}/"
    ),
    "keeping/": Route(MATERIAL),
    "keeping/delete/": Route(MATERIAL, 405),
    "keeping/deletions/<int:number>/": Route(
        MATERIAL, 404, "keeping/deletions/1/", there="keeping/deletions/{deletion}/"
    ),
    "keeping/review/": Route(MATERIAL, 405),
    "keys/": Route("D"),
    "keys/<str:number>/": Route("D", 405, "keys/0123456789ab/"),
    "keys/make/": Route("D", 405),
    "links/": Route(MATERIAL),
    "links/next/": Route(MATERIAL, 302),
    "lists/": Route(MATERIAL),
    "lists/<str:owner>/<path:name>/": Route(
        "", example="lists/NL-UNIT/none/", there="lists/NL-UNIT/Of%20others/"
    ),
    "lists/import/": Route(MATERIAL),
    "occasion/": Route(MATERIAL, 405),
    "people/": Route(ANALYSTS),
    "people/<str:kind>/": Route(ANALYSTS, example="people/offenders/"),
    "people/<str:kind>/<str:owner>/<path:reference>/": Route(
        "", example="people/victims/NL-UNIT/V-1/", there="people/victims/NL-UNIT/V-1/"
    ),
    "questions/": Route(ANALYSTS),
    "questions/<int:number>/answer/": Route(ANALYSTS, 405, "questions/404/answer/"),
    "reports/": Route(MATERIAL),
    "reports/<int:number>/": Route("", example="reports/404/", there="reports/{report}/"),
    "reports/<int:number>/close/": Route(ANALYSTS, 405, "reports/404/close/"),
    "reports/take/": Route("ISHTR"),
    "review/": Route(MATERIAL),
    "review/ledger/": Route(MATERIAL),
    "review/ledger/held/": Route(MATERIAL, 405),
    "review/pause/": Route(MATERIAL, 405),
    "review/picture/<str:token>/": Route(MATERIAL, 404, example="review/picture/made-up/"),
    "review/reveal/": Route(MATERIAL, 405),
    "review/say/": Route(MATERIAL, 405),
    "review/undo/": Route(MATERIAL, 405),
    "series/": Route(MATERIAL),
    "series/<int:number>/": Route(ANALYSTS, example="series/{series}/", hidden="series/{series}/"),
    "series/<int:number>/alias/": Route(MATERIAL, 405, "series/{series}/alias/"),
    "series/<int:number>/ask/": Route(ANALYSTS, 405, "series/{series}/ask/"),
    "series/<int:number>/claim/": Route(MATERIAL, 405, "series/{series}/claim/"),
    "series/<int:number>/confirm/": Route(ANALYSTS, 405, "series/{series}/confirm/"),
    "series/<int:number>/follow/": Route(MATERIAL, 405, "series/{series}/follow/"),
    "series/<int:number>/handling/": Route(MATERIAL, 405, "series/{series}/handling/"),
    "series/<int:number>/lead/": Route(ANALYSTS, 405, "series/{series}/lead/"),
    "series/<int:number>/lead-offered/": Route(ANALYSTS, 405, "series/{series}/lead-offered/"),
    "series/<int:number>/marker/": Route(MATERIAL, 405, "series/{series}/marker/"),
    "series/<int:number>/merge/": Route(MATERIAL, 405, "series/{series}/merge/"),
    "series/<int:number>/note/": Route(MATERIAL, 405, "series/{series}/note/"),
    "series/<int:number>/people/": Route(ANALYSTS, 405, "series/{series}/people/"),
    "series/<int:number>/priority/": Route(MATERIAL, 405, "series/{series}/priority/"),
    "series/<int:number>/refuse/": Route(ANALYSTS, 405, "series/{series}/refuse/"),
    "series/<int:number>/release/": Route(MATERIAL, 405, "series/{series}/release/"),
    "series/<int:number>/restore/": Route(MATERIAL, 405, "series/{series}/restore/"),
    "series/<int:number>/spans/": Route(MATERIAL, 405, "series/{series}/spans/"),
    "series/<int:number>/split/": Route(MATERIAL, 405, "series/{series}/split/"),
    "series/<int:number>/status/": Route(ANALYSTS, 405, "series/{series}/status/"),
    "series/<int:number>/take-back/": Route(ANALYSTS, 405, "series/{series}/take-back/"),
    "series/<int:number>/undo/": Route(MATERIAL, 405, "series/{series}/undo/"),
    "series/<int:number>/withdraw/": Route(MATERIAL, 405, "series/{series}/withdraw/"),
    "series/<int:number>/growth/": Route(
        "IS", example="series/{series}/growth/", hidden="series/{series}/growth/"
    ),
    "series/<int:number>/links/": Route(
        ANALYSTS, example="series/{series}/links/", hidden="series/{series}/links/"
    ),
    "series/<int:number>/media/": Route(
        "IS", example="series/{series}/media/", hidden="series/{series}/media/"
    ),
    "series/open/": Route(MATERIAL),
    "audit/": Route(OVERSEERS),
    "audit/<int:position>/proof/": Route(OVERSEERS, 405, "audit/0/proof/"),
    "audit/heads/": Route(OVERSEERS),
    "audit/heads/<int:size>/": Route(OVERSEERS, example="audit/heads/2/", is_page=False),
    "audit/verify/": Route(OVERSEERS, 405),
    "series/<int:number>/looks/": Route(
        "IS", example="series/{series}/looks/", hidden="series/{series}/looks/"
    ),
    "statistics/": Route("ISHTAD"),
    "statistics/<slug:scope>/figures.csv": Route(
        "ISHTAD", example="statistics/own/figures.csv", is_page=False
    ),
    "waiting/": Route(ANALYSTS),
    "sign-out/": Route(ALL, 405),
}

PUBLIC = {
    "sign-in/": 200,
    "sign-in/enrol/": 302,
    "sign-in/factor/": 302,
    "sign-in/outside/": 404,
    "sign-in/outside/back/": 404,
    "sign-in/passkey/": 200,
}
"""Routes for those who have not signed in."""
