"""Schemas of the API of Amazon Connect Customer Profiles. Fields have the names of its model's members."""
