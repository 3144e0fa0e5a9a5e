"""Checks that people ask the node for at the desk: sent or named, worked on beside it, kept to be read."""
