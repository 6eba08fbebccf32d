"""Audit events in MongoDB."""
