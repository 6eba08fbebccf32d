"""A second API over the same use cases: the one of Amazon Connect Customer Profiles."""
