"""The working file of a search for duplicates in a whole domain: a SQLite database on the local disk."""
