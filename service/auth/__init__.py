"""Authentication: API keys and OIDC tokens."""
