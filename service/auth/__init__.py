"""Authentication by API keys and OIDC bearer tokens."""
