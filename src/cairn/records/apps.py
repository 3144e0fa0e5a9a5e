"""The Django application that holds what is known."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Authorities, cases, media, sightings, series, categories, checks and the audit log."""

    name = "cairn.records"
    label = "records"
