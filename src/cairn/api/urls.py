"""Where the API lies: everything below ``/api/``, also what is not there."""

from __future__ import annotations

from django.urls import path, re_path

from cairn.api.application import API
from cairn.api.documentation import documentation
from cairn.api.hma.application import HMA
from cairn.api.problem import nowhere

urlpatterns = [
    path("v1/docs", documentation, name="api-documentation"),
    path("v1/", API.urls),
    path("hma/", HMA.urls),
    re_path("", nowhere),
]
