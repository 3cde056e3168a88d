"""Two pages of an almanack in small type, photographed from above."""
