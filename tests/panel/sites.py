"""The pages of a contact centre's frontend, on an origin of their own."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}


@dataclass
class Site:
    """A web server with pages that tests write. Their policy allows two origins only."""

    port: int
    files: dict[str, str] = field(default_factory=dict)
    policy: str = ""
    post: dict[str, Callable[[], str]] = field(default_factory=dict)
    """The JSON responses to POST requests, by path."""

    @property
    def origin(self) -> str:
        """The origin of the pages."""
        return f"http://127.0.0.1:{self.port}"

    def write(self, files: Mapping[str, str], service: str) -> str:
        """Replace all pages, and return the URL of ``index.html``. ``service`` is the panel's origin."""
        self.files = dict(files)
        self.policy = (
            f"default-src 'none'; script-src 'self' {service}; connect-src 'self' {service}; "
            f"frame-src {service}; style-src 'self'; img-src data:"
        )
        return f"{self.origin}/index.html"


class _Handler(BaseHTTPRequestHandler):
    site: Site

    def do_GET(self) -> None:
        """Send a file."""
        name = self.path.lstrip("/").partition("?")[0]
        content = self.site.files.get(name)
        kind = _TYPES.get(name[name.rfind(".") :], "text/plain")
        self._send(kind, content)

    def do_POST(self) -> None:
        """Send the response that the test defined."""
        respond = self.site.post.get(self.path)
        self._send("application/json", respond() if respond else None)

    def _send(self, kind: str, content: str | None) -> None:
        body = (content or "").encode()
        self.send_response(HTTPStatus.NOT_FOUND if content is None else HTTPStatus.OK)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", self.site.policy)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Log nothing."""


@contextmanager
def running_site() -> Iterator[Site]:
    """Serve a site on a free port during the block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    site = Site(server.server_address[1])
    server.RequestHandlerClass = type("Handler", (_Handler,), {"site": site})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
