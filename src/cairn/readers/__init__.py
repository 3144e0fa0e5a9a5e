from cairn.readers.bsdtar import NEVER_WITH_A_PROGRAM, BsdTar, find_bsdtar
from cairn.readers.disk import DiskReader, find_disk_reader

__all__ = ["NEVER_WITH_A_PROGRAM", "BsdTar", "DiskReader", "find_bsdtar", "find_disk_reader"]
