"""Measurements of the service. They are not installed with it."""
