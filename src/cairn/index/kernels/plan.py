"""What kernels and their callers share: the columns of a plan, and what is answered of damage."""

BAND, START, WIDTH, WEIGHT, LIMIT, FIRST_MASK, END_MASK = range(7)
"""The columns of a plan, a row for each of ``bands.Step``."""
DAMAGED = -1
"""Answered instead of a count when a table points outside the hashes."""
