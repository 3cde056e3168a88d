"""Pure functions on arrays: the exact cores that everything else is built on."""
