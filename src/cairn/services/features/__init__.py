"""Local features: kept, indexed, looked for in the second pass of a check, compared, and linked."""
