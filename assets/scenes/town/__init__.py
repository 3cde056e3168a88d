"""A small town from the air."""
