"""A country road with potholes, seen from a car."""
