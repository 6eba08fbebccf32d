"""Decide whether two profiles are of the same person."""
