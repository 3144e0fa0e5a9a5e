"""Videos in a check: their frames are looked at, kept, and compared with what is recorded."""
