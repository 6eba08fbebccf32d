"""Compares the speed of the service with other services, in one run with the same MongoDB and data."""
