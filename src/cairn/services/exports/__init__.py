"""What leaves the node for others: files in their formats, with a signed manifest of what they are."""
