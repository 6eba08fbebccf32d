"""Compares the speed of the service with others, on the same MongoDB and data, in one run."""
