"""Create and verify agent tokens: short-lived credentials for one agent, for use in a browser.

An agent token is ``plt_`` and a JSON Web Token (RFC 7519). It is signed with HMAC-SHA-256 and a key that is
derived from a master key for this purpose alone. Master keys are not in the database, so a copy of the
database is not enough to forge a token. A token contains the ID of the API key that created it, and ends when
that API key ends. Only the check of the API key can need a query.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256

import jwt
from jwt.types import Options

from service.crypto.master_keyring import MasterKeyring
from service.crypto.vault import AGENT_TOKEN, derive_key
from service.errors.access import Forbidden, Unauthenticated
from service.errors.requests import FieldError, InvalidRequest
from service.errors.search_keys import MasterKeyMissing
from service.model.identifiers import AGENT_TOKEN_PREFIX
from service.model.principal import TOKEN_SCOPES, Principal, Scope

MAX_LENGTH = 6000
"""Maximum number of characters of a token. A token for the longest agent ID has about 4,500."""

_ALGORITHM = "HS256"
_MAX_CACHED_TOKENS = 1000
_TOKEN = re.compile(rf"{AGENT_TOKEN_PREFIX}([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+){{2}})")


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentToken:
    """The content of an agent token. ``key_id`` is the ID of the API key that created it."""

    key_id: str
    agent_id: str
    scopes: frozenset[Scope]
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedAgentToken:
    """A new agent token. ``token`` is its text, ``expires_in`` its lifetime in seconds."""

    token: str = field(repr=False)
    token_type: str = "Bearer"  # noqa: S105 - a name (RFC 6750)
    agent_id: str
    scopes: Sequence[Scope]
    expires_at: datetime
    expires_in: int


def create_agent_token(
    keyring: MasterKeyring,
    principal: Principal,
    *,
    agent_id: str,
    scopes: Collection[Scope] | None,
    expires_in: int,
    now: datetime,
) -> CreatedAgentToken:
    """Create a token for an agent, with at most the rights of the API key, which is the ``principal``.

    If ``scopes`` is None, the token has all scopes of the API key that a token can have. It expires after
    ``expires_in`` seconds, or with the API key if that is earlier. Raises ``MasterKeyMissing``,
    ``InvalidRequest``, and ``Forbidden`` for a scope that the API key does not have.
    """
    if principal.agent_id not in {None, agent_id}:
        raise InvalidRequest([FieldError("/agent_id", "The API key names another agent; name that one.")])
    granted = _granted_scopes(principal, scopes)
    # A token has whole seconds.
    begin = now.replace(microsecond=0)
    end = begin + timedelta(seconds=expires_in)
    expires_at = min(end, principal.expires_at or end)
    token = AgentToken(
        key_id=principal.credential_id, agent_id=agent_id, scopes=granted, expires_at=expires_at
    )
    return CreatedAgentToken(
        token=_sign(keyring, token),
        agent_id=agent_id,
        scopes=sorted(granted),
        expires_at=expires_at,
        expires_in=int((expires_at - begin).total_seconds()),
    )


def _granted_scopes(principal: Principal, scopes: Collection[Scope] | None) -> frozenset[Scope]:
    if scopes is None:
        granted = principal.scopes.intersection(TOKEN_SCOPES)
        if not granted:
            detail = "The API key has no scope that a token can have; use one with the scopes of the agents."
            raise InvalidRequest([FieldError("/scopes", detail)])
        return granted
    for scope in scopes:
        if not principal.may(scope):
            raise Forbidden(scope)
    return frozenset(scopes)


def _sign(keyring: MasterKeyring, token: AgentToken) -> str:
    """Return the text of a token. Raises ``MasterKeyMissing``."""
    if not keyring:
        raise MasterKeyMissing
    master = keyring[0]
    claims = {
        "client_id": token.key_id,
        "sub": token.agent_id,
        "scope": " ".join(sorted(token.scopes)),
        "exp": int(token.expires_at.timestamp()),
    }
    key = derive_key(master, AGENT_TOKEN)
    return AGENT_TOKEN_PREFIX + jwt.encode(claims, key, _ALGORITHM, headers={"kid": master.id})


def verify_agent_token(keyring: MasterKeyring, text: str, *, now: datetime) -> AgentToken:
    """Return the content of a token. The caller checks its API key. Raises ``Unauthenticated``."""
    token = _read_signed(keyring, text)
    if token.expires_at <= now:
        raise Unauthenticated("an expired agent token")
    return token


# Cached, because to verify a signature takes a tenth of the CPU time of a match. Errors are not cached.
@lru_cache(maxsize=_MAX_CACHED_TOKENS)
def _read_signed(keyring: MasterKeyring, text: str) -> AgentToken:
    """Return the content of a token if its signature is valid. Raises ``Unauthenticated``.

    The header of the token only chooses one of the master keys. The algorithm is fixed.
    """
    parts = _TOKEN.fullmatch(text) if len(text) <= MAX_LENGTH else None
    if parts is None:
        raise Unauthenticated("a malformed agent token")
    try:
        key_id = jwt.get_unverified_header(parts[1]).get("kid")
        master = next((master for master in keyring if master.id == key_id), None)
        if master is None:
            raise Unauthenticated("an agent token that is signed with a master key that is not set")
        # PyJWT would compare the expiry with its own clock.
        options: Options = {"verify_exp": False}
        claims = jwt.decode(parts[1], derive_key(master, AGENT_TOKEN), [_ALGORITHM], options=options)
    except jwt.PyJWTError as error:
        # Use only the type of the error: the message may contain the token.
        raise Unauthenticated(f"an agent token: {type(error).__name__}") from error
    match claims:
        case {"client_id": str(key_id), "sub": str(agent_id), "scope": str(scope), "exp": int(end)}:
            return AgentToken(
                key_id=key_id,
                agent_id=agent_id,
                scopes=frozenset(each for each in TOKEN_SCOPES if each in scope.split()),
                expires_at=datetime.fromtimestamp(end, UTC),
            )
    raise Unauthenticated("an agent token of another release")


def credential_id_of(token: AgentToken) -> str:
    """Return an ID that consists of the ID of the API key and a hash of the agent's ID.

    All tokens that an API key creates for one agent have the same credential ID, and so they share their
    limits. Tokens of other agents have limits of their own.
    """
    return f"{token.key_id}.{sha256(token.agent_id.encode()).hexdigest()[:16]}"
