"""Errors that callers can act on, independent of HTTP."""
