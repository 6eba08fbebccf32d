"""Requests of the API that is compatible with Amazon Connect Customer Profiles.

The names of members, and most of their limits, are those of Amazon's API model
``customer-profiles/2020-08-15``. A request schema validates the members of the path, the query string and the
body together.
"""
