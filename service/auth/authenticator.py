"""Whose request it is, by its credential: an API key, or a token of the OIDC issuer."""

import hmac
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from threading import Lock
from time import monotonic

from service.auth.api_key_ids import ApiKeyIds
from service.auth.api_keys import KEY, PREFIX, hash_of
from service.auth.token_verifier import TokenVerifier
from service.errors.access import Unauthenticated
from service.errors.datastore import DatastoreUnavailable
from service.errors.requests import FieldError, InvalidRequest
from service.model.api_key import ApiKey
from service.model.principal import Principal
from service.store.stores import Stores
from service.use_cases.clock import now

REMEMBERED_SECONDS = 4.0
"""How long a worker goes by what it has read of a key; a revocation is to hold within five seconds."""

MOST_FOUND = 10_000
MOST_ABSENT = 1_000
"""So many keys are remembered, and so many IDs that no key has: whoever guesses fills no memory."""

_OF_NO_KEY = "0" * 64


class _Memory:
    """What was read of some keys; the longest there makes room for the next."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._entries: dict[str, tuple[float, ApiKey | None]] = {}

    def get(self, key_id: str) -> tuple[float, ApiKey | None] | None:
        return self._entries.get(key_id)

    def put(self, key_id: str, read_at: float, key: ApiKey | None) -> None:
        with self._lock:
            self._entries.pop(key_id, None)
            self._entries[key_id] = (read_at, key)
            if len(self._entries) > self._most:
                del self._entries[next(iter(self._entries))]


class Authenticator:
    """Tells whose request it is; one for each process."""

    def __init__(
        self,
        stores: Stores,
        tokens: TokenVerifier | None,
        *,
        clock: Callable[[], float] = monotonic,
        time: Callable[[], datetime] = now,
    ) -> None:
        """Take the stores, the verifier of tokens if an issuer is set, a clock in seconds, and the time."""
        self._stores = stores
        self._tokens = tokens
        self._clock = clock
        self._time = time
        self._found = _Memory(MOST_FOUND)
        self._absent = _Memory(MOST_ABSENT)
        self._ids = ApiKeyIds(stores.api_keys.ids, clock)

    def authenticate(self, credential: str) -> Principal:
        """Return whose credential it is.

        Raises ``Unauthenticated``, and ``DatastoreUnavailable`` or ``IssuerUnavailable`` where that cannot be
        told.
        """
        if credential.startswith(PREFIX):
            key = self._api_key(credential)
            return Principal(
                credential_id=key.key_id, domain=key.domain, scopes=key.scopes, agent_id=key.agent_id
            )
        if self._tokens is None:
            raise Unauthenticated("neither an API key, nor is an issuer set")
        return self._tokens.verify(credential)

    def _api_key(self, text: str) -> ApiKey:
        """Return the key; an unknown ID and a wrong secret take the same steps, a look-up and a comparison.

        The comparison takes a time that does not depend on the secret. The look-up is quicker for an ID that
        this worker remembers, and so may tell that there is such a key: an ID is no secret, and of no use
        without the 256 bits behind it.
        """
        parts = KEY.fullmatch(text)
        if parts is None:
            raise Unauthenticated("a malformed API key")
        key = self._look_up(parts[1])
        if not hmac.compare_digest(hash_of(text), _OF_NO_KEY if key is None else key.sha256) or key is None:
            raise Unauthenticated("an unknown API key")
        if key.has_ended(self._time()):
            raise Unauthenticated("an API key that is expired or revoked")
        return key

    def _look_up(self, key_id: str) -> ApiKey | None:
        began = self._clock()
        for memory in (self._found, self._absent):
            entry = memory.get(key_id)
            if entry is not None and began - entry[0] < REMEMBERED_SECONDS:
                return entry[1]
        self._stores.availability.check()
        if self._found.get(key_id) is None and not self._ids.may_exist(key_id):
            return None
        key = self._stores.api_keys.get(key_id)
        if key is None:
            self._ids.count_miss()
        (self._absent if key is None else self._found).put(key_id, began, key)
        return key

    def is_first_use(self, credential_id: str, day: date) -> bool:
        """Tell, once, whether no use of the API key on that day is known; False for a token."""
        read_at, key = self._found.get(credential_id) or (0.0, None)
        if key is None or key.last_used_day == day:
            return False
        self._found.put(credential_id, read_at, replace(key, last_used_day=day))
        return True

    def note_use(self, credential_id: str, day: date) -> None:
        """Note that the API key was used on that day; where MongoDB does not answer, a later use is noted."""
        try:
            self._stores.api_keys.record_usage(credential_id, day)
        except DatastoreUnavailable:
            return


def acting_agent(principal: Principal, named: str | None) -> str | None:
    """Return the agent that a request acts for: the credential's where it names one, else the one named.

    Raises ``InvalidRequest`` where the two differ: to put another in its place would be to write down what
    nobody said.
    """
    if principal.agent_id is None or named is None or named == principal.agent_id:
        return principal.agent_id or named
    raise InvalidRequest(
        [FieldError("/agent_id", "The credential names another agent; leave agent_id out, or name that one.")]
    )
