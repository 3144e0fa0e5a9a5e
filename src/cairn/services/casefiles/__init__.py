"""Case files of other programs: checked by the digests that they state, and given the answer."""
