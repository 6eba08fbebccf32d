"""The keys that the issuer signs with, as it publishes them (RFC 7517), remembered for some minutes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from time import monotonic

import jwt
import orjson

from service.errors.access import IssuerUnavailable, Unauthenticated

FRESH_SECONDS = 300.0
"""After that the keys are read again, so that one that the issuer has withdrawn is refused."""

STALE_SECONDS = 3600.0
"""While the issuer does not answer, keys are used until they are so old."""

RETRY_SECONDS = 5.0
"""The issuer is asked at most so often, however many tokens name keys that it does not have."""

# Of these algorithms each has its curve (RFC 7518, 3.4).
_CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}


@dataclass(frozen=True, slots=True)
class _Key:
    """A key, for one of the algorithms that it can be used with."""

    key_id: str | None
    algorithm: str
    key: jwt.PyJWK


class IssuerKeys:
    """The keys of one issuer."""

    def __init__(
        self,
        download: Callable[[], bytes],
        algorithms: Sequence[str],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """Take what reads the set of keys, the algorithms that are accepted, and a clock in seconds."""
        self._download = download
        self._algorithms = algorithms
        self._clock = clock
        self._lock = Lock()
        self._keys: Sequence[_Key] = ()
        self._read_at: float | None = None
        self._tried_at: float | None = None
        self._failure: Exception | None = None

    def find(self, key_id: str | None, algorithm: str) -> jwt.PyJWK:
        """Return the key of this ID for the algorithm, or the only one where a token names none.

        Raises ``Unauthenticated`` where the issuer has no such key, and ``IssuerUnavailable`` where that
        cannot be told.
        """
        if self._age() >= FRESH_SECONDS:
            self._read(wait=self._age() >= STALE_SECONDS)
        if self._age() >= STALE_SECONDS:
            raise IssuerUnavailable from self._failure
        found = self._among(key_id, algorithm)
        if found is None:
            # The issuer may have begun to use a new key.
            self._read(wait=True)
            found = self._among(key_id, algorithm)
        if found is None and self._failure is not None:
            raise IssuerUnavailable from self._failure
        if found is None:
            raise Unauthenticated("signed with a key that the issuer does not have")
        return found

    def _age(self) -> float:
        return float("inf") if self._read_at is None else self._clock() - self._read_at

    def _among(self, key_id: str | None, algorithm: str) -> jwt.PyJWK | None:
        fitting = [
            each.key for each in self._keys if each.algorithm == algorithm and key_id in (None, each.key_id)
        ]
        return fitting[0] if len(fitting) == 1 else None

    def _read(self, *, wait: bool) -> None:
        """Read the keys unless that was tried a moment ago; while another thread does, wait for it or not."""
        if not self._lock.acquire(blocking=wait):
            return
        try:
            began = self._clock()
            if self._tried_at is not None and began - self._tried_at < RETRY_SECONDS:
                return
            self._tried_at = began
            self._keys = list(_keys(self._download(), self._algorithms))
            self._read_at, self._failure = began, None
        except (OSError, ValueError) as error:
            self._failure = error
        finally:
            self._lock.release()


def _keys(document: bytes, algorithms: Sequence[str]) -> Iterator[_Key]:
    """Yield the keys of the set that verify signatures; raises ValueError where it is no set of keys.

    A key of an unknown kind is passed over (RFC 7517, section 5).
    """
    match orjson.loads(document):
        case {"keys": [*published]}:
            pass
        case _:
            raise ValueError("not a set of keys")
    for each in published:
        match each:
            case {"use": use} if use != "sig":
                continue
            case {"kty": str()}:
                yield from _uses(each, algorithms)


def _uses(published: dict[str, str], algorithms: Sequence[str]) -> Iterator[_Key]:
    for algorithm in algorithms:
        of_curve = _CURVES.get(algorithm) in (None, published.get("crv"))
        if of_curve and published.get("alg", algorithm) == algorithm:
            try:
                yield _Key(published.get("kid"), algorithm, jwt.PyJWK(published, algorithm))
            except jwt.PyJWTError:
                # Of another kind than the algorithm's.
                continue
