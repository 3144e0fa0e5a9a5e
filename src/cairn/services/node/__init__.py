"""A node: made, opened, examined, indexed."""
