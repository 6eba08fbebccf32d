"""JSON Web Tokens of an OIDC issuer: whom they name, and how its keys are read."""
