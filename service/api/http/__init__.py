"""HTTP: parsing, problem documents, authentication, limits and the request log."""
