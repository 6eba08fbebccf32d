"""The bundled mongod, for development and tests."""
