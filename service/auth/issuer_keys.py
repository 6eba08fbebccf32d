"""The keys that the issuer signs with, as it publishes them (RFC 7517), remembered for some minutes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from threading import Event, Lock, Thread
from time import monotonic

import jwt
import orjson

from service.errors.access import IssuerUnavailable, Unauthenticated

FRESH_SECONDS = 300.0
"""After that the keys are read again, so that one that the issuer has withdrawn is refused."""

STALE_SECONDS = 3600.0
"""While the issuer does not answer, keys are used until they are so old."""

RETRY_SECONDS = 5.0
"""The minimum time between two downloads, however many tokens name keys that the issuer does not have."""

WAIT_SECONDS = 1.0
"""How long the request that starts a download, or a worker that starts, waits for it."""

# Of these algorithms each has its curve (RFC 7518, 3.4).
_CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}


@dataclass(frozen=True, slots=True)
class _Key:
    """A key, for one of the algorithms that it can be used with."""

    key_id: str | None
    algorithm: str
    key: jwt.PyJWK


@dataclass(frozen=True, slots=True)
class _State:
    """The outcome of the downloads so far; it is replaced as a whole."""

    keys: Sequence[_Key] = ()
    read_at: float = float("-inf")
    failure: Exception | None = None
    """Why the last download failed."""
    is_downloading: bool = False


class IssuerKeys:
    """The keys of one issuer.

    A thread of its own downloads them: one download at a time, and one every ``RETRY_SECONDS``. A request
    uses the keys of the last one. Only the request that starts a download waits for it, for at most
    ``wait_seconds``, and not if the last download took longer.
    """

    def __init__(
        self,
        download: Callable[[], bytes],
        algorithms: Sequence[str],
        clock: Callable[[], float] = monotonic,
        *,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        """``download`` returns the published set of keys; ``clock`` returns seconds."""
        self._download = download
        self._algorithms = algorithms
        self._clock = clock
        self._wait_seconds = wait_seconds
        self._lock = Lock()
        self._state = _State()
        self._tried_at = float("-inf")
        self._is_slow = False

    def prefetch(self) -> None:
        """Download the keys before a token needs them; wait for at most ``wait_seconds``.

        A download that takes longer goes on, and a failed one is repeated for a token.
        """
        self._refresh()

    def find(self, key_id: str | None, algorithm: str) -> jwt.PyJWK:
        """Return the issuer's key with this ID, or its only one if a token names none.

        Raises ``Unauthenticated`` if the issuer has no such key, ``IssuerUnavailable`` if that is unknown.
        """
        state = self._state
        if self._age(state) >= FRESH_SECONDS:
            state = self._refresh()
        key = self._match(state, key_id, algorithm)
        if key is None:
            # The issuer may have started to use a new key.
            state = self._refresh()
            key = self._match(state, key_id, algorithm)
        if key is not None:
            return key
        if state.is_downloading or state.failure is not None or self._age(state) >= STALE_SECONDS:
            raise IssuerUnavailable from state.failure
        raise Unauthenticated("signed with a key that the issuer does not have")

    def _age(self, state: _State) -> float:
        return self._clock() - state.read_at

    def _match(self, state: _State, key_id: str | None, algorithm: str) -> jwt.PyJWK | None:
        if self._age(state) >= STALE_SECONDS:
            return None
        matching = [
            each.key for each in state.keys if each.algorithm == algorithm and key_id in (None, each.key_id)
        ]
        return matching[0] if len(matching) == 1 else None

    def _refresh(self) -> _State:
        """Download the keys, unless that was tried less than ``RETRY_SECONDS`` ago; return the state then."""
        is_slow = self._is_slow
        done = self._start_download()
        if done is not None and not is_slow:
            done.wait(self._wait_seconds)
        return self._state

    def _start_download(self) -> Event | None:
        """Return an event that is set after the download; None if none is due."""
        done = Event()
        with self._lock:
            began = self._clock()
            if self._state.is_downloading or began - self._tried_at < RETRY_SECONDS:
                return None
            # No process waits for a daemon thread at its end.
            Thread(target=self._run, args=(began, done), name="issuer-keys", daemon=True).start()
            self._tried_at = began
            self._state = replace(self._state, is_downloading=True)
        return done

    def _run(self, began: float, done: Event) -> None:
        failure, keys = None, self._state.keys
        try:
            keys = list(_keys(self._download(), self._algorithms))
        except Exception as error:  # noqa: BLE001 - raised to the requests that need the keys
            failure = error
        with self._lock:
            self._is_slow = self._clock() - began >= self._wait_seconds
            read_at = self._state.read_at if failure else began
            self._state = _State(keys, read_at, failure)
        done.set()


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
