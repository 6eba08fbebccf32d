"""Request parsing, problem documents, authentication, rate limits, metrics and the request log."""
