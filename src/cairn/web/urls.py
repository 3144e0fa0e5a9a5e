"""The routes of the desk: each room brings its own. A test names for every one of them who may see it."""

from __future__ import annotations

from django.urls import include, path

from cairn.web.occasion import choose
from cairn.web.start import start

urlpatterns = [
    path("", start, name="start"),
    path("", include("cairn.web.account.urls")),
    path("occasion/", choose, name="occasion"),
    path("", include("cairn.web.casework.urls")),
    path("", include("cairn.web.review.urls")),
    path("", include("cairn.web.board.urls")),
    path("", include("cairn.web.compare.urls")),
    path("", include("cairn.web.oversight.urls")),
    path("api/", include("cairn.api.urls")),  # It looks for itself who asks: see `gate.OWN_LOCKS`.
    path("", include("cairn.web.checks.urls")),
    path("", include("cairn.web.reports.urls")),
    path("", include("cairn.web.lists.urls")),
    path("", include("cairn.web.keys.urls")),
    path("", include("cairn.web.exports.urls")),
    path("", include("cairn.web.keeping.urls")),
]
handler400 = "cairn.web.refusals.bad_request"
handler403 = "cairn.web.refusals.forbidden"
handler404 = "cairn.web.refusals.not_found"
handler500 = "cairn.web.refusals.failed"
