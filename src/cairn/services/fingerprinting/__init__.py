"""Fingerprints of files, without a node."""
