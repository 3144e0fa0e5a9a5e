"""The routes of API keys."""

from __future__ import annotations

from django.urls import path

from cairn.web.keys import keys

urlpatterns = [
    path("keys/", keys.keys, name="keys"),
    path("keys/make/", keys.make, name="key-make"),
    path("keys/<str:number>/", keys.change, name="key-change"),
]
