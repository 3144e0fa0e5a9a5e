"""Showing pictures: masked unless somebody asks, decoded in the sandbox, and never as their own bytes."""
