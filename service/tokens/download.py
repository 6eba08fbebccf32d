"""The keys of the issuer over HTTP: the only request that the service itself sends to anyone but MongoDB."""

from collections.abc import Callable
from http.client import HTTPException, HTTPMessage
from typing import IO
from urllib.request import HTTPRedirectHandler, Request, build_opener

_SECONDS = 3
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
            with opener.open(url, timeout=_SECONDS) as answer:
                body: bytes = answer.read(_MOST_BYTES + 1)
        except HTTPException as error:
            raise OSError("not an answer of HTTP") from error
        if len(body) > _MOST_BYTES:
            raise OSError("a set of keys is smaller")
        return body

    return download
