"""Download the issuer's keys. No other request of the service goes to anything but MongoDB."""

from collections.abc import Iterator, Mapping, Sequence
from http.client import HTTPMessage
from time import monotonic
from typing import IO, cast
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

import jwt
import orjson

_SOCKET_TIMEOUT = 3
_DOWNLOAD_TIMEOUT = 10.0
_MAX_BYTES = 1024 * 1024

# Each of these algorithms has its curve (RFC 7518, 3.4).
_CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}


class _NoRedirect(HTTPRedirectHandler):
    """Follows no redirect: it could lead away from HTTPS, or to an internal host."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        del req, fp, code, msg, headers, newurl


class JWKSClient(jwt.PyJWKClient):
    """Downloads a JWK set without caching it.

    ``PyJWKClient`` limits neither the size nor the total time of a response, and assigns one algorithm to a
    key that names none.
    """

    def __init__(self, uri: str, algorithms: Sequence[str], *, timeout: float = _DOWNLOAD_TIMEOUT) -> None:
        super().__init__(uri, cache_jwk_set=False, timeout=_SOCKET_TIMEOUT)
        self._algorithms = algorithms
        self._download_timeout = timeout

    def fetch_data(self) -> dict[str, list[object]]:
        """Return the keys that verify signatures, once per accepted algorithm; raises ``OSError``.

        Raises ValueError if the document is not a JWK set.
        """
        match orjson.loads(self.download()):
            case {"keys": [*keys]}:
                return {"keys": [use for key in keys for use in self._uses(key)]}
        raise ValueError("not a JWK set")

    def _uses(self, key: object) -> Iterator[Mapping[str, object]]:
        match key:
            case {"use": use} if use != "sig":
                return
            case dict():
                members = cast("Mapping[str, object]", key)
                for algorithm in self._algorithms:
                    fits_curve = _CURVES.get(algorithm) in (None, members.get("crv"))
                    if fits_curve and members.get("alg", algorithm) == algorithm:
                        yield {**members, "alg": algorithm}

    def download(self) -> bytes:
        """Return the document; raises ``OSError``."""
        deadline = monotonic() + self._download_timeout
        body = bytearray()
        try:
            with build_opener(_NoRedirect).open(self.uri, timeout=self.timeout) as response:
                while part := response.read1(_MAX_BYTES):
                    body += part
                    if len(body) > _MAX_BYTES:
                        raise OSError("A JWK set must be smaller.")
                    if monotonic() > deadline:
                        raise TimeoutError("The issuer's response took too long.")
        except HTTPError as error:
            error.close()
            raise
        return bytes(body)
