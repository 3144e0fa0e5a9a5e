"""Files that come over a line in parts, and where they lie until they are whole."""
