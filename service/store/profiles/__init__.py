"""Profiles and their index terms."""
