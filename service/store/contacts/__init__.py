"""Contacts and their associations in MongoDB."""
