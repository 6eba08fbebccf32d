"""The connection to MongoDB, and what all stores share."""
