"""Errors that are returned to clients, independent of HTTP."""
