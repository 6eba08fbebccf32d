"""A client of the service, with retries."""
