"""The connection to MongoDB and what all collections share."""
