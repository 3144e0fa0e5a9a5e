"""Authorities, countries, people and who acts."""
