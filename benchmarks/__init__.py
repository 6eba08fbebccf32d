"""Measurements of the service: not installed with it."""
