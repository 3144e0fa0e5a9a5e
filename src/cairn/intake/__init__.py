from cairn.intake.containers.outside import find_outside_reader
from cairn.intake.containers.rules import STANDARD_RULES, ContainerRules
from cairn.intake.files import walk
from cairn.intake.items import Item, Unreadable

__all__ = [
    "STANDARD_RULES",
    "ContainerRules",
    "Item",
    "Unreadable",
    "find_outside_reader",
    "walk",
]
