from cairn.intake.vics.answering import AnswersWritten, MediaAnswer, write_answers
from cairn.intake.vics.form import Form, Kind, recognise_form
from cairn.intake.vics.reading import CaseRead, FileRead, MediaRead, Read, RecordRefused, read_vics
from cairn.intake.vics.tally import Tally, contradictions
from cairn.intake.vics.values import (
    AlternativeHash,
    Case,
    CaseProperty,
    Doubt,
    Exif,
    Media,
    MediaFile,
    SeriesSpan,
)
from cairn.intake.vics.writing import write_case, write_media_set

__all__ = [
    "AlternativeHash",
    "AnswersWritten",
    "Case",
    "CaseProperty",
    "CaseRead",
    "Doubt",
    "Exif",
    "FileRead",
    "Form",
    "Kind",
    "Media",
    "MediaAnswer",
    "MediaFile",
    "MediaRead",
    "Read",
    "RecordRefused",
    "SeriesSpan",
    "Tally",
    "contradictions",
    "read_vics",
    "recognise_form",
    "write_answers",
    "write_case",
    "write_media_set",
]
