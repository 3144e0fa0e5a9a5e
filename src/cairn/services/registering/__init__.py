"""Registering what a program has found, by digests or by a file, in a case of its own authority."""
