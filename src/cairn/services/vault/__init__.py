"""The vault's use cases: pictures are kept, opened, shredded and verified."""
