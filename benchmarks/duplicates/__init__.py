"""Measures how well duplicates are found, on invented people whose duplicates are known."""
