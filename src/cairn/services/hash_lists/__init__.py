"""Hash lists: taken in, met by checks, updated and withdrawn."""
