"""Protect the service and its data from web pages."""

from flask import Flask

from service.api.browser import cors, csrf, host_validation, refusals, security_headers
from service.config import Settings


def register(app: Flask, settings: Settings) -> None:
    """Register all defences. Register them before authentication: a CORS preflight has no credential."""
    refusal_log = refusals.RefusalLog()
    security_headers.register(app)
    # Validated first: a request for another host is rejected even if it is a preflight.
    host_validation.register(app, settings, refusal_log)
    refusals.register(app, settings, refusal_log)
    csrf.register(app, settings)
    cors.register(app, settings)
