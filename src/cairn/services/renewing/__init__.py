"""Recorded media of which the present methods have not seen everything, and another look at their files."""
