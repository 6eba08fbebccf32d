"""The keys of the issuer over HTTP: the only request that the service itself sends to anyone but MongoDB."""

from collections.abc import Callable
from http.client import HTTPException, HTTPMessage, HTTPResponse
from time import monotonic
from typing import IO
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

_SECONDS = 3
MAX_SECONDS = 10
"""The maximum time for a whole response, however often a part of it arrives."""

_MOST_BYTES = 1024 * 1024


class _NoRedirect(HTTPRedirectHandler):
    """Follows no redirect: it could lead off HTTPS, and to where nobody has set."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Leave the redirect an error."""
        del req, fp, code, msg, headers, newurl


def downloads(url: str) -> Callable[[], bytes]:
    """Return what reads the document at the URL, which comes from the settings; raises ``OSError``."""
    opener = build_opener(_NoRedirect)

    def download() -> bytes:
        try:
            with opener.open(url, timeout=_SECONDS) as response:
                return _read(response)
        except HTTPError as error:
            error.close()
            raise
        except HTTPException as error:
            raise OSError("not an answer of HTTP") from error

    return download


def _read(response: HTTPResponse) -> bytes:
    """Return the body; raises ``OSError`` if it is too long or takes too long."""
    deadline = monotonic() + MAX_SECONDS
    body = bytearray()
    while part := response.read1(_MOST_BYTES):
        body += part
        if len(body) > _MOST_BYTES:
            raise OSError("a set of keys is smaller")
        if monotonic() > deadline:
            raise TimeoutError("the issuer's response took too long")
    return bytes(body)
