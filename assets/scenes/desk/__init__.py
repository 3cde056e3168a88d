"""A desk full of small things."""
