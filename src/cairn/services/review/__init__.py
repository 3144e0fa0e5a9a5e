"""Reviewing a case: what is new in it, and what people say of it with categories."""
