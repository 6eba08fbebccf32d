"""The data in MongoDB. No other package imports PyMongo, except to start the bundled MongoDB."""
