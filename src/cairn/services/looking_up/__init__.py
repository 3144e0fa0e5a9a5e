"""Look-ups: hashes without their files, asked in batches, answered as far as the asker may know."""
