"""Victims and offenders, recorded and shown."""
