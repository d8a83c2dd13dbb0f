"""Which URLs are due, in flight and done, and what became of each: one SQLite file that a person can read."""
