"""The caller's address and scheme, where reverse proxies stand in front."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from service.config import Settings


def register(app: Flask, settings: Settings) -> None:
    """Believe X-Forwarded-For and X-Forwarded-Proto as far as proxies of ours have written them.

    Each proxy appends what it saw, so with n of them the n-th entry from the right is the caller's; what
    stands left of it is the caller's own invention.
    """
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign] # as Flask's documentation does
