"""SQLite, with the turns of a process's threads kept in order; Django finds the connection in ``base``."""
