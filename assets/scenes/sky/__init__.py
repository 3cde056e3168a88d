"""A deep field, as a space telescope exposes it."""
