"""Exchange with others: lists given to their programs and fetched from their services."""
