"""Series: opened, found, shown, named, shared, worked on, merged and split."""
