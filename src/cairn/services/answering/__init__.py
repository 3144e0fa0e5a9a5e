"""The answer of a check as values, as JSON, as words, and its receipt."""
