"""The settings and search keys of each domain."""
