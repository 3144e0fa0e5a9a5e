from cairn.intake.reports.cybertip import read_cybertip
from cairn.intake.reports.own_format import read_own_report
from cairn.intake.reports.own_writing import own_report_record
from cairn.intake.reports.recognise import ReportFormat, recognise_report
from cairn.intake.reports.values import (
    Classification,
    Facts,
    Item,
    Marker,
    Person,
    PlaceKind,
    Report,
    Role,
    Seen,
)

__all__ = [
    "Classification",
    "Facts",
    "Item",
    "Marker",
    "Person",
    "PlaceKind",
    "Report",
    "ReportFormat",
    "Role",
    "Seen",
    "own_report_record",
    "read_cybertip",
    "read_own_report",
    "recognise_report",
]
