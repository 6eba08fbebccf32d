"""Contacts and their associations with profiles."""
