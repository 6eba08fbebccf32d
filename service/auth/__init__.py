"""Authentication by API keys, agent tokens, tokens of an OIDC issuer, and signatures with access keys."""
