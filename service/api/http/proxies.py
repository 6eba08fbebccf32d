"""The client's address and scheme behind reverse proxies."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from service.config import Settings


def register(app: Flask, settings: Settings) -> None:
    """Trust X-Forwarded-For and X-Forwarded-Proto from the configured number of proxies.

    Each proxy appends one entry. With n trusted proxies the n-th entry from the right is the client's; a
    client can forge the entries left of it.
    """
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign] # Flask documents this for middleware
