"""Working together: joint investigations, questions between authorities, and the lead of a series."""
