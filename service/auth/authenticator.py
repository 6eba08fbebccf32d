"""Authenticate credentials: API keys, agent tokens, and bearer tokens of the OIDC issuer."""

import hmac
from collections.abc import Callable
from datetime import datetime
from time import monotonic

from service.auth import agent_tokens
from service.auth.api_keys import KEY, hash_of
from service.auth.key_cache import MAX_CACHED_UNKNOWN_IDS, KeyCache
from service.auth.token_verifier import TokenVerifier
from service.errors.access import Unauthenticated
from service.errors.requests import FieldError, InvalidRequest
from service.model.identifiers import AGENT_TOKEN_PREFIX, API_KEY_PREFIX
from service.model.principal import ApiKey, Principal, Scope
from service.store.stores import Stores
from service.use_cases.clock import now

_NO_HASH = "0" * 64


class Authenticator:
    """Authenticates requests by their bearer credentials. Each process has one instance."""

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
        self._time = time
        self.keys = KeyCache(
            stores.api_keys, stores.availability, clock=clock, max_unknown_ids=max_unknown_ids
        )

    def authenticate(self, credential: str) -> Principal:
        """Return the principal of a credential.

        Raises ``Unauthenticated``. Raises ``DatastoreUnavailable`` or ``IssuerUnavailable`` if the credential
        cannot be checked.
        """
        if credential.startswith(API_KEY_PREFIX):
            return self._api_key(credential).principal
        if credential.startswith(AGENT_TOKEN_PREFIX):
            return self._agent(credential)
        if self._tokens is None:
            raise Unauthenticated("neither an API key nor an agent token, and no issuer is set")
        return self._tokens.verify(credential)

    def _agent(self, text: str) -> Principal:
        """Return the principal of a valid agent token.

        The signature is verified first, without a query. Then the token's API key is looked up, so the token
        ends when the API key ends. The API key determines the domain, and the token has at most its scopes.
        Raises ``Unauthenticated`` and ``DatastoreUnavailable``.
        """
        time = self._time()
        token = agent_tokens.verify_agent_token(self._stores.keyring, text, now=time)
        key = self.keys.find(token.key_id)
        if key is None or key.has_ended(time):
            raise Unauthenticated("an agent token of an API key that is unknown, expired or revoked")
        owner = key.principal
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
        """Return the valid API key. Raises ``Unauthenticated`` and ``DatastoreUnavailable``.

        For an unknown ID and for a wrong secret, the steps are the same. The comparison takes constant time.
        The look-up of a cached ID is faster, which can reveal that the ID exists. That does no harm: IDs are
        not secret, and useless without the 256 bits of the secret.
        """
        parts = KEY.fullmatch(text)
        if parts is None:
            raise Unauthenticated("a malformed API key")
        key = self.keys.find(parts[1])
        if not hmac.compare_digest(hash_of(text), _NO_HASH if key is None else key.sha256) or key is None:
            raise Unauthenticated("an unknown API key")
        if key.has_ended(self._time()):
            raise Unauthenticated("an API key that is expired or revoked")
        return key


def acting_agent(principal: Principal, agent_id: str | None) -> str | None:
    """Return the agent ID of the credential, or the agent ID in the request if the credential has none.

    Raises ``InvalidRequest`` if the two differ: an agent's credential cannot act for another agent.
    """
    if principal.agent_id is None or agent_id is None or agent_id == principal.agent_id:
        return principal.agent_id or agent_id
    raise InvalidRequest(
        [FieldError("/agent_id", "The credential names another agent; leave agent_id out, or name that one.")]
    )
