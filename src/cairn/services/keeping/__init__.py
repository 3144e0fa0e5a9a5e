"""What is kept and what is not: withdrawing, reviewing, deleting, and the tombstones that stay."""
