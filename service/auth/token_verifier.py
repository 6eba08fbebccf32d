"""Verify the bearer tokens of the OIDC issuer."""

from collections.abc import Mapping
from hashlib import sha256

import jwt

from service.auth.issuer_keys import WAIT_TIMEOUT, IssuerKeys, JWKSClient
from service.config import Settings
from service.errors.access import Unauthenticated
from service.model.identifiers import is_agent_id, is_domain
from service.model.principal import TOKEN_SCOPES, Principal, Scope

_LEEWAY_SECONDS = 30
"""Maximum accepted difference between the clocks of the issuer and of the service."""

_REQUIRED_CLAIMS = ["aud", "exp", "iat", "iss", "sub"]


class TokenVerifier:
    """Verifies the bearer tokens of one issuer (RFC 7519, RFC 8725)."""

    def __init__(self, settings: Settings, keys: IssuerKeys) -> None:
        self._settings = settings
        self._algorithms = settings.oidc_algorithms
        self._keys = keys

    @classmethod
    def of(cls, settings: Settings, *, wait_seconds: float = WAIT_TIMEOUT) -> "TokenVerifier | None":
        """Return the verifier for the issuer in the settings, or None if no issuer is set.

        ``wait_seconds`` limits how long a request waits for a download of keys that the request starts.
        """
        if not settings.oidc_issuer:
            return None
        client = JWKSClient(settings.oidc_jwks_url, settings.oidc_algorithms)
        return cls(settings, IssuerKeys(client, wait_seconds=wait_seconds))

    def prefetch_keys(self) -> None:
        """Start to download the issuer's keys before a token needs them, and wait for a limited time."""
        self._keys.refresh()

    def verify(self, token: str) -> Principal:
        """Return the principal of a bearer token. Raises ``Unauthenticated`` and ``IssuerUnavailable``.

        The settings list the allowed algorithms, and the issuer has the keys. A token only chooses one of
        each.
        """
        try:
            header = jwt.get_unverified_header(token)
            algorithm = header.get("alg")
            if algorithm not in self._algorithms:
                raise Unauthenticated("signed with an algorithm that is not accepted")
            claims: Mapping[str, object] = jwt.decode(
                token,
                self._keys.find(header.get("kid"), algorithm),
                algorithms=[algorithm],
                audience=self._settings.oidc_audience,
                issuer=self._settings.oidc_issuer,
                leeway=_LEEWAY_SECONDS,
                options={"require": _REQUIRED_CLAIMS, "enforce_minimum_key_length": True},
            )
        except jwt.PyJWTError as error:
            # Use only the type of the error: the message may contain the token.
            raise Unauthenticated(type(error).__name__) from error
        return self._principal(claims)

    def _principal(self, claims: Mapping[str, object]) -> Principal:
        domain = claims.get(self._settings.oidc_domain_claim)
        if not isinstance(domain, str) or not is_domain(domain):
            raise Unauthenticated("the claim named by OIDC_DOMAIN_CLAIM is not a valid domain")
        agent_id = claims.get(self._settings.oidc_agent_claim)
        if agent_id is not None and not (isinstance(agent_id, str) and is_agent_id(agent_id)):
            raise Unauthenticated("the claim named by OIDC_AGENT_CLAIM is not a valid agent ID")
        return Principal(
            credential_id=_credential_id(claims),
            domain=domain,
            scopes=_scopes(claims.get(self._settings.oidc_scopes_claim)),
            agent_id=agent_id,
        )


def _scopes(claim: object) -> frozenset[Scope]:
    """Return the scopes in a space-separated string (RFC 8693) or an array.

    Names of other scopes are ignored. Any other claim contains no scopes.
    """
    names = claim.split() if isinstance(claim, str) else claim if isinstance(claim, list) else ()
    return frozenset(scope for scope in TOKEN_SCOPES if scope in names)


def _credential_id(claims: Mapping[str, object]) -> str:
    """Return an ID of the token's subject that does not reveal the subject: it may be an e-mail address."""
    subject = f"{claims['iss']} {claims['sub']}".encode(errors="surrogatepass")
    return "oidc_" + sha256(subject).hexdigest()[:16]
