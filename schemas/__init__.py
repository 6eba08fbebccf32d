"""Request and response schemas, in marshmallow."""
