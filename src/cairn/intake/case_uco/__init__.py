from cairn.intake.case_uco.values import (
    Act,
    Bundle,
    BundleFile,
    FileLink,
    Marking,
    Organization,
    Provenance,
    Tool,
)
from cairn.intake.case_uco.writing import write_bundle

__all__ = [
    "Act",
    "Bundle",
    "BundleFile",
    "FileLink",
    "Marking",
    "Organization",
    "Provenance",
    "Tool",
    "write_bundle",
]
