"""Exports asked for at the desk: made by a process beside it, kept for some days, handed out and audited."""
