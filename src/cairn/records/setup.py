"""Readies Django once a process, with nothing of any node in it: a node is a value that is passed down."""

from __future__ import annotations

import django
from django.conf import settings


def ready() -> None:
    """Make the models importable, unless a larger Django application has done so already."""
    if settings.configured:
        return
    settings.configure(
        DATABASES={},
        INSTALLED_APPS=["cairn.records"],
        AUTH_USER_MODEL="records.User",
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        TIME_ZONE="UTC",
        LANGUAGE_CODE="en",
    )
    django.setup()
