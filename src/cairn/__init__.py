"""Cairn tells an investigator which files are already known, to whom, and which to look at first."""

__version__ = "0.1.0"
