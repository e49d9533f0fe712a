"""Tries to reach her: limits before, records after, and what an outcome means."""
