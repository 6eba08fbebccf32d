"""Whom a request asks for, where nobody is asked for a credential: this machine, and no other name.

A page of anybody's can have its own name lead to 127.0.0.1 (DNS rebinding), and then the browser lets it
read every answer. What it cannot change is the name in the header Host.
"""

import re

from flask import Flask

from service.api.current import this_request
from service.config import Settings, is_loopback
from service.errors.requests import Misdirected

# RFC 9110, 7.2: a name, an IPv4 address, or an IPv6 one in brackets; and a port.
_HOST = re.compile(r"(?:\[(?P<ipv6>[0-9a-f:.]+)\]|(?P<name>[^\[\]:]+))(?::[0-9]*)?", re.IGNORECASE)


def register(app: Flask, settings: Settings) -> None:
    """Refuse requests for another host where authentication is off; with it the credential protects."""
    if settings.auth == "off":
        app.before_request(_check_host)


def _check_host() -> None:
    """Raise ``Misdirected`` unless the request is for this machine.

    A browser names a host always, and reaches no Unix socket, whose peer has no address.
    """
    request = this_request()
    host = request.headers.get("Host")
    if host and request.remote_addr and not _is_this_machine(host):
        raise Misdirected


def _is_this_machine(host: str) -> bool:
    parts = _HOST.fullmatch(host)
    if parts is None:
        return False
    # The dot of the root may end a name, and everything under localhost is loopback (RFC 6761, 6.3).
    name = (parts["ipv6"] or parts["name"]).lower().removesuffix(".")
    return is_loopback(name) or name.endswith(".localhost")
