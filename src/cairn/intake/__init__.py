from cairn.intake.containers.rules import STANDARD_RULES, ContainerRules
from cairn.intake.files import walk
from cairn.intake.items import Item, Unreadable

__all__ = [
    "STANDARD_RULES",
    "ContainerRules",
    "Item",
    "Unreadable",
    "walk",
]
