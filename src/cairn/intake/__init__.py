from cairn.intake.files import Item, Unreadable, open_for_reading, printable, walk

__all__ = ["Item", "Unreadable", "open_for_reading", "printable", "walk"]
