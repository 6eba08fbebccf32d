"""Data that only the API of Amazon Connect Customer Profiles has."""
