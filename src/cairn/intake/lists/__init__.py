from cairn.intake.lists.entry import Batch, Hash, HashColumn, ListEntry, Remark, Said
from cairn.intake.lists.profile import Profile, read_profile
from cairn.intake.lists.reading import Reckoning, read_list, read_stream, recognise_file
from cairn.intake.lists.recognise import ListFormat, NotRecognised, Recognised, recognise_list
from cairn.intake.lists.shared_entries import Page, read_shared_entries

__all__ = [
    "Batch",
    "Hash",
    "HashColumn",
    "ListEntry",
    "ListFormat",
    "NotRecognised",
    "Page",
    "Profile",
    "Reckoning",
    "Recognised",
    "Remark",
    "Said",
    "read_list",
    "read_profile",
    "read_shared_entries",
    "read_stream",
    "recognise_file",
    "recognise_list",
]
