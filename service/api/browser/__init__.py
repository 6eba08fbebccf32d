"""Defences against pages in a browser: CORS, host and origin checks, security headers."""
