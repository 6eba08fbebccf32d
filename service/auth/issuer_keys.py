"""Download the issuer's public keys in the background, and cache them for some minutes.

Except for MongoDB, the issuer is the only host that the service sends requests to.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from http.client import HTTPMessage
from threading import Event, Lock, Thread
from time import monotonic
from typing import IO, cast
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

import jwt
import orjson

from service.errors.access import IssuerUnavailable, Unauthenticated

CACHE_TTL = 300.0
"""Seconds until keys are downloaded again. Then keys that the issuer has removed are rejected."""

MAX_AGE = 3600.0
"""Seconds for which downloaded keys are used if later downloads fail."""

RETRY_INTERVAL = 5.0
"""Minimum seconds between the starts of two downloads, even if many tokens have unknown key IDs."""

WAIT_TIMEOUT = 1.0
"""Maximum seconds that a request, or a worker at its start, waits for a download that it has started."""

_SOCKET_TIMEOUT = 3
_DOWNLOAD_TIMEOUT = 10.0
_MAX_BYTES = 1024 * 1024

# Each of these algorithms requires a certain curve (RFC 7518, section 3.4).
_CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}


class _NoRedirect(HTTPRedirectHandler):
    """Follows no redirects, because they could lead to plain HTTP or to an internal host."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        del req, fp, code, msg, headers, newurl


class JWKSClient(jwt.PyJWKClient):
    """Downloads a JWK set without caching it.

    Unlike ``PyJWKClient``, it limits the size and the total time of a response, and accepts a key without
    ``alg`` for each allowed algorithm.
    """

    def __init__(self, uri: str, algorithms: Sequence[str], *, timeout: float = _DOWNLOAD_TIMEOUT) -> None:
        super().__init__(uri, cache_jwk_set=False, timeout=_SOCKET_TIMEOUT)
        self._algorithms = algorithms
        self._download_timeout = timeout

    def fetch_data(self) -> dict[str, list[object]]:
        """Return the JWK set with the keys for signatures, each once for each allowed algorithm that it fits.

        Raises ``OSError``, and ``ValueError`` if the document is not a JWK set.
        """
        match orjson.loads(self.download()):
            case {"keys": [*keys]}:
                return {"keys": [variant for key in keys for variant in self._per_algorithm(key)]}
        raise ValueError("not a JWK set")

    def _per_algorithm(self, key: object) -> Iterator[Mapping[str, object]]:
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
        """Return the document. Raises ``OSError``."""
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


@dataclass(frozen=True, slots=True)
class _State:
    """The result of the downloads so far. Instances are replaced, never changed."""

    keys: Sequence[jwt.PyJWK] = ()
    read_at: float = float("-inf")
    failure: Exception | None = None
    """The error of the last download."""
    is_downloading: bool = False


class IssuerKeys:
    """The keys of one issuer.

    ``PyJWKClient`` downloads in the thread of a request while other requests wait, and has no keys while the
    issuer is down. Here a background thread downloads, at most once every ``RETRY_INTERVAL``. Requests use
    the keys of the last successful download for up to ``MAX_AGE``. Only the request that starts a download
    waits for it: for at most ``wait_seconds``, or not at all if the last download took longer.
    """

    def __init__(
        self,
        client: jwt.PyJWKClient,
        clock: Callable[[], float] = monotonic,
        *,
        wait_seconds: float = WAIT_TIMEOUT,
    ) -> None:
        self._client = client
        self._clock = clock
        self._wait_seconds = wait_seconds
        self._lock = Lock()
        self._state = _State()
        self._tried_at = float("-inf")
        self._last_was_slow = False

    def find(self, key_id: str | None, algorithm: str) -> jwt.PyJWK:
        """Return the issuer's key for the algorithm with this ID, or its only key if ``key_id`` is None.

        Raises ``Unauthenticated`` if there is not exactly one such key. Raises ``IssuerUnavailable`` if this
        is uncertain, because the last download failed, still runs, or is too old.
        """
        state = self._state
        if self._age(state) >= CACHE_TTL:
            state = self.refresh()
        key = self._match(state, key_id, algorithm)
        if key is None:
            # The issuer may have a new key.
            state = self.refresh()
            key = self._match(state, key_id, algorithm)
        if key is not None:
            return key
        if state.is_downloading or state.failure is not None or self._age(state) >= MAX_AGE:
            raise IssuerUnavailable from state.failure
        raise Unauthenticated("signed with a key that the issuer does not have")

    def _age(self, state: _State) -> float:
        return self._clock() - state.read_at

    def _match(self, state: _State, key_id: str | None, algorithm: str) -> jwt.PyJWK | None:
        if self._age(state) >= MAX_AGE:
            return None
        matches = [
            key for key in state.keys if key.algorithm_name == algorithm and key_id in (None, key.key_id)
        ]
        return matches[0] if len(matches) == 1 else None

    def refresh(self) -> _State:
        """Start a download, and wait for it as the class describes. Return the state after the wait.

        Starts no download if one runs, or if the last began less than ``RETRY_INTERVAL`` ago. A download that
        takes longer than the wait continues. A failed download is not repeated until a token needs a key.
        """
        last_was_slow, done = self._last_was_slow, Event()
        with self._lock:
            started_at = self._clock()
            if self._state.is_downloading or started_at - self._tried_at < RETRY_INTERVAL:
                return self._state
            # The process can exit while a daemon thread runs.
            Thread(target=self._download, args=(started_at, done), name="issuer-keys", daemon=True).start()
            self._tried_at = started_at
            self._state = replace(self._state, is_downloading=True)
        if not last_was_slow:
            done.wait(self._wait_seconds)
        return self._state

    def _download(self, started_at: float, done: Event) -> None:
        failure, keys = None, self._state.keys
        try:
            keys = self._client.get_jwk_set().keys
        except jwt.PyJWKSetError:
            # The JWK set has no usable key.
            keys = ()
        except Exception as error:  # noqa: BLE001 - raised to the requests that need the keys
            failure = error
        with self._lock:
            self._last_was_slow = self._clock() - started_at >= self._wait_seconds
            read_at = self._state.read_at if failure else started_at
            self._state = _State(keys, read_at, failure)
        done.set()
