"""Authenticate credentials: API keys, agent tokens, and bearer tokens of the OIDC issuer."""

import hmac
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from threading import Lock
from time import monotonic

from cachetools import LRUCache, TTLCache

from service.auth import agent_tokens
from service.auth.api_keys import KEY, hash_of
from service.auth.token_verifier import TokenVerifier
from service.errors.access import Unauthenticated
from service.errors.datastore import DatastoreUnavailable
from service.errors.requests import FieldError, InvalidRequest
from service.model.identifiers import AGENT_TOKEN_PREFIX, API_KEY_PREFIX
from service.model.principal import ApiKey, Principal, Scope
from service.store.stores import Stores
from service.use_cases.clock import now

CACHE_TTL = 4.0
"""Seconds for which a worker caches an API key. A revocation must take effect within five seconds."""

MAX_CACHED_KEYS = 10_000
MAX_CACHED_UNKNOWN_IDS = 1_000
"""Unknown IDs have a separate cache, so that invented IDs evict no API key from the other cache."""

MAX_MISSES_PER_MINUTE = 60
"""Number of queries for unknown IDs after which a worker reads the IDs of all API keys."""

IDS_CACHE_TTL = 1.0
"""Seconds for which a worker uses the IDs of all API keys before it reads them again."""

WAIT_TIMEOUT = 1.0
"""Seconds that a request waits while another request reads the IDs."""

_NO_HASH = "0" * 64


class ApiKeyIds:
    """The IDs of all API keys. They limit the number of queries for IDs that do not exist.

    Attackers can invent IDs, and each invented ID causes a query. After ``MAX_MISSES_PER_MINUTE`` of these, a
    worker reads the IDs of all API keys, at most once every ``IDS_CACHE_TTL``, and queries only existing IDs.
    So invented IDs never cause the rejection of a valid API key. A new one is accepted within a second.
    """

    def __init__(
        self,
        read: Callable[[], frozenset[str]],
        clock: Callable[[], float] = monotonic,
        *,
        wait_seconds: float = WAIT_TIMEOUT,
    ) -> None:
        self._read = read
        self._clock = clock
        self._wait_seconds = wait_seconds
        self._lock = Lock()
        self._misses: TTLCache[object, None] = TTLCache(MAX_MISSES_PER_MINUTE, 60, clock)
        self._ids: Future[frozenset[str]] | None = None
        self._ids_read_at = clock()

    def count_miss(self) -> None:
        """Count a query that found no API key."""
        with self._lock:
            self._misses[object()] = None

    def may_exist(self, key_id: str) -> bool:
        """Return False if no API key has this ID, else True. Raises ``DatastoreUnavailable``."""
        with self._lock:
            is_exhausted = len(self._misses) >= MAX_MISSES_PER_MINUTE
        return not is_exhausted or key_id in self._current_ids()

    def _current_ids(self) -> frozenset[str]:
        """Return the IDs of all API keys, at most a second old. One thread reads them; other threads wait."""
        with self._lock:
            now = self._clock()
            ids = self._ids
            is_due = ids is None or (ids.done() and now - self._ids_read_at >= IDS_CACHE_TTL)
            if ids is None or is_due:
                ids = self._ids = Future()
                self._ids_read_at = now
        if is_due:
            try:
                ids.set_result(self._read())
            except BaseException as error:  # noqa: BLE001 - raised to every request that waits
                ids.set_exception(error)
        try:
            return ids.result(timeout=self._wait_seconds)
        except TimeoutError:
            raise DatastoreUnavailable from None


class Authenticator:
    """Authenticates requests. Each process has one instance."""

    def __init__(
        self,
        stores: Stores,
        tokens: TokenVerifier | None,
        *,
        clock: Callable[[], float] = monotonic,
        time: Callable[[], datetime] = now,
        max_unknown_ids: int = MAX_CACHED_UNKNOWN_IDS,
    ) -> None:
        self._stores = stores
        self._tokens = tokens
        self._clock = clock
        self._time = time
        self._lock = Lock()
        self._keys: LRUCache[str, tuple[float, ApiKey]] = LRUCache(MAX_CACHED_KEYS)
        """API keys and the times at which they were read. An expired entry still shows that the ID exists."""
        self._unknown_ids: TTLCache[str, None] = TTLCache(max_unknown_ids, CACHE_TTL, clock)
        self._ids = ApiKeyIds(stores.api_keys.ids, clock)

    def authenticate(self, credential: str) -> Principal:
        """Return the principal of a credential.

        Raises ``Unauthenticated``. Raises ``DatastoreUnavailable`` or ``IssuerUnavailable`` if the credential
        cannot be checked.
        """
        if credential.startswith(API_KEY_PREFIX):
            return _principal(self._api_key(credential))
        if credential.startswith(AGENT_TOKEN_PREFIX):
            return self._agent(credential)
        if self._tokens is None:
            raise Unauthenticated("neither an API key nor an agent token, and no issuer is set")
        return self._tokens.verify(credential)

    def _agent(self, text: str) -> Principal:
        """Return the principal of a valid agent token. Raises ``Unauthenticated``.

        The signature is verified first, without a query. Then the API key is looked up like any other, so its
        tokens end with it. It grants the domain, and at most its own scopes.
        """
        time = self._time()
        token = agent_tokens.verify_agent_token(self._stores.keyring, text, now=time)
        key = self._look_up(token.key_id)
        if key is None or key.has_ended(time):
            raise Unauthenticated("an agent token of an API key that is unknown, expired or revoked")
        owner = _principal(key)
        # False only if a stolen master key signed the token, or if an operator has changed the API key.
        if not (owner.may(Scope.TOKENS) and owner.agent_id in {None, token.agent_id}):
            raise Unauthenticated("an agent token that its API key cannot create")
        return Principal(
            credential_id=agent_tokens.credential_id_of(token),
            domain=owner.domain,
            scopes=frozenset(filter(owner.may, token.scopes)),
            agent_id=token.agent_id,
        )

    def _api_key(self, text: str) -> ApiKey:
        """Return the valid API key. Raises ``Unauthenticated``.

        An unknown ID and a wrong secret cause the same steps. The comparison takes constant time. The look-up
        of a cached ID is faster, which can reveal that the ID exists. That does no harm: IDs are not secret,
        and useless without the 256 bits of the secret.
        """
        parts = KEY.fullmatch(text)
        if parts is None:
            raise Unauthenticated("a malformed API key")
        key = self._look_up(parts[1])
        if not hmac.compare_digest(hash_of(text), _NO_HASH if key is None else key.sha256) or key is None:
            raise Unauthenticated("an unknown API key")
        if key.has_ended(self._time()):
            raise Unauthenticated("an API key that is expired or revoked")
        return key

    def _look_up(self, key_id: str) -> ApiKey | None:
        started_at = self._clock()
        with self._lock:
            cached = self._keys.get(key_id)
            is_unknown = key_id in self._unknown_ids
        if cached is not None and started_at - cached[0] < CACHE_TTL:
            return cached[1]
        if is_unknown:
            return None
        self._stores.availability.check()
        if cached is None and not self._ids.may_exist(key_id):
            return None
        key = self._stores.api_keys.get(key_id)
        if key is None:
            self._ids.count_miss()
        with self._lock:
            if key is None:
                self._unknown_ids[key_id] = None
            else:
                self._keys[key_id] = (started_at, key)
        return key

    def mark_used(self, credential_id: str, day: date) -> bool:
        """Mark a cached API key as used on the day. Return whether this use has to be stored."""
        with self._lock:
            cached = self._keys.get(credential_id)
            if cached is None or cached[1].last_used_day == day:
                return False
            self._keys[credential_id] = (cached[0], replace(cached[1], last_used_day=day))
        return True

    def record_usage(self, credential_id: str, day: date) -> None:
        """Store that the API key was used on that day. Do nothing if MongoDB is unavailable."""
        with suppress(DatastoreUnavailable):
            self._stores.api_keys.record_usage(credential_id, day)


def _principal(key: ApiKey) -> Principal:
    return Principal(
        credential_id=key.key_id,
        domain=key.domain,
        scopes=key.scopes,
        agent_id=key.agent_id,
        expires_at=key.expires_at,
    )


def acting_agent(principal: Principal, agent_id: str | None) -> str | None:
    """Return the agent ID of the credential, or the agent ID in the request if the credential has none.

    Raises ``InvalidRequest`` if the two differ: an agent's credential cannot act for another agent.
    """
    if principal.agent_id is None or agent_id is None or agent_id == principal.agent_id:
        return principal.agent_id or agent_id
    raise InvalidRequest(
        [FieldError("/agent_id", "The credential names another agent; leave agent_id out, or name that one.")]
    )
