"""Validate the Host header: one valid host, and one of this machine if authentication is disabled.

Any page can point its own host name to 127.0.0.1 (DNS rebinding), and then read all responses. But it cannot
change the name in the Host header.
"""

import re

from flask import Flask, request

from service.api.browser.refusals import RefusalLog
from service.api.http.request_errors import InvalidHost, Misdirected
from service.config import Settings, is_loopback

# RFC 3986, 3.2.2: a name, an IPv4 address, or an IPv6 address in brackets; then a port. Commas are rejected,
# although a name may have them: WSGI servers join repeated headers with commas.
_HOST = re.compile(
    r"(?:\[(?P<ipv6>[0-9a-f:.]+)\]|(?P<name>(?:[a-z0-9._~!$&'()*+;=-]|%[0-9a-f]{2})+))(?::[0-9]*)?",
    re.ASCII | re.IGNORECASE,
)


def register(app: Flask, settings: Settings, refusals: RefusalLog) -> None:
    """Reject requests without a valid Host and, if authentication is disabled, for other machines.

    With authentication any host is served: the credential protects the data.
    """
    local_only = not settings.auth

    def check_host() -> None:
        """Raise ``InvalidHost``, or ``Misdirected`` unless the request is for this machine.

        An empty Host is valid: the URI has no host (RFC 9112, 3.2.4). Browsers always send a host, and cannot
        call over a Unix socket, where requests have no remote address.
        """
        host = request.headers.get("Host")
        if host is None and request.environ["SERVER_PROTOCOL"] != "HTTP/1.0":
            raise InvalidHost
        if not host:
            return
        parts = _HOST.fullmatch(host)
        if parts is None:
            raise InvalidHost
        if local_only and request.remote_addr and not _is_this_machine(parts):
            refusals.log_host(host)
            raise Misdirected

    app.before_request(check_host)


def _is_this_machine(host: re.Match[str]) -> bool:
    # A name may end in the root's dot, and all names under localhost are loopback (RFC 6761, 6.3).
    name = (host["ipv6"] or host["name"]).lower().removesuffix(".")
    return is_loopback(name) or name.endswith(".localhost")
