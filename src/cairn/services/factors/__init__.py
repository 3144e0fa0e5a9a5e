"""Second factors: added, tried, taken away."""
