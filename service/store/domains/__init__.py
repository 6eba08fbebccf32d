"""Settings and search keys of each domain in MongoDB."""
