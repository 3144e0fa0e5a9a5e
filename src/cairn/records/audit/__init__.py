"""The audit log, and the only door to it: append-only, one tree over all of it, written with the act.

Reading sensitive data is an act. An entry says who did what, in which case, why, and to which records; it
holds no file name, no hash and no name of a person. The database itself refuses to change or delete an entry.
Who gets around that changes the root of the tree, which the node has signed and others may have witnessed.
"""

from cairn.records.audit.appending import append, locked_tree
from cairn.records.audit.entry import Entry
from cairn.records.audit.events import AuditedSeries, AuditEvent, AuditState
from cairn.records.audit.heads import AuditCosignature, AuditHead, WitnessedHead
from cairn.records.audit.stored import (
    StoredRow,
    rows_outside,
    stored_bytes,
    stored_leaves,
    stored_rows,
    unlisted_rows,
)
from cairn.records.audit.tags import SUBJECT_SERIES, AuditTag

__all__ = [
    "SUBJECT_SERIES",
    "AuditCosignature",
    "AuditEvent",
    "AuditHead",
    "AuditState",
    "AuditTag",
    "AuditedSeries",
    "Entry",
    "StoredRow",
    "WitnessedHead",
    "append",
    "locked_tree",
    "rows_outside",
    "stored_bytes",
    "stored_leaves",
    "stored_rows",
    "unlisted_rows",
]
