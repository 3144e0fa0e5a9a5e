"""A check: what a seizure holds, compared with what is recorded, and registered."""
