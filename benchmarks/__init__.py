"""Cairn measured beside its peers; run by ``make bench`` or ``python -m benchmarks [name]``."""
