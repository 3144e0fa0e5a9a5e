"""Statuses of series, victims and offenders: moved by people, two where it settles."""
