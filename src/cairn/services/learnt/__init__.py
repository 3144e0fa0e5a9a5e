"""Learnt models that the operator supplies: pictures described, vectors kept, indexed and compared."""
