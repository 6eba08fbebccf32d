"""Stores of the data in MongoDB. Only this package and ``service.local`` import PyMongo."""
