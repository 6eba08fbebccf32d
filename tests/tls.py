"""A TLS context for requests without TLS. Without it, httpx reads all CA certificates for each request."""

import ssl

UNUSED = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts no certificate."""
