"""The settings of one process, read from the environment once."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from typing import cast
from urllib.parse import urlsplit

from environs import Env, EnvError, EnvValidationError, ValidationError
from marshmallow.validate import Length, OneOf, Range, Regexp

from service.lists import split_list
from service.matching.phone import is_region

_URI = Regexp(
    r"^mongodb(\+srv)?://",
    error="Must begin with mongodb:// or mongodb+srv://, such as mongodb://127.0.0.1:27017/; "
    "where it is not set at all, profile-lookup run starts the bundled MongoDB.",
)
_DATABASE = Regexp(r"^[A-Za-z0-9_-]{1,38}\Z", error="Must be 1 to 38 of A-Z, a-z, 0-9, _ and -.")
_RATE_LIMIT = Regexp(
    r"^(auto|0|[1-9][0-9]{0,8})\Z", error="Must be auto, or a whole number up to 999999999; 0 is no limit."
)
_POSITIVE = Range(min=1)
# MongoDB's integers have at most 64 bits.
_COUNT = Range(min=0, max=999_999_999)
# More than any machine gains by; a zero too many would take minutes to start, and to stop.
_PARALLEL = Range(min=1, max=256)
_PORT = Range(min=0, max=65535)
# Signatures that a public key verifies, and no other: with HS256 whoever can verify a token can make one.
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
# As browsers write it (RFC 6454, 6.2): in lower case, and without a path.
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://([a-z0-9_.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?")
_REQUESTS_PER_MINUTE = 1200
_NOT_EMPTY = Length(min=1, error="Must not be empty.")
_ON_OR_OFF = OneOf(["on", "off"])
_CENTURY_DAYS = 36525


def _check_region(region: str) -> None:
    """Raise ``ValidationError`` where numbers would silently be read in no region, as in UK for GB."""
    # Without the check for ASCII, "ß" would be "SS", which is South Sudan.
    if not (region.isascii() and is_region(region.upper())):
        raise ValidationError("Must be a region with a numbering plan, such as US, GB or JP (ISO 3166-1).")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an operator can set; each field is the environment variable of the same name in capitals.

    Times ending in ``_ms`` are milliseconds, those ending in ``_seconds`` seconds.
    """

    mongodb_uri: str = "mongodb://127.0.0.1:27017"
    mongodb_database: str = "profile_lookup"
    mongodb_timeout_ms: int = 5000
    mongodb_connect_timeout_ms: int = 2000
    mongodb_heartbeat_ms: int = 2000
    mongodb_require_replica_set: str = "on"
    default_region: str = "US"
    settings_cache_seconds: int = 5
    max_body_bytes: int = 256 * 1024
    host: str = "127.0.0.1"
    port: int = 8080
    workers: int = 2
    threads: int = 4
    worker_connections: int = 10_000
    data_dir: str = ".data"
    # Not shown where the settings are.
    master_keys: str = field(default="", repr=False)
    master_keys_file: str = ""
    auth: str = "on"
    oidc_issuer: str = ""
    oidc_audience: str = ""
    oidc_jwks_url: str = ""
    oidc_algorithms: str = "RS256"
    oidc_domain_claim: str = "domain"
    oidc_scopes_claim: str = "scope"
    oidc_agent_claim: str = "sub"
    cors_origins: str = ""
    rate_limit_per_minute: str = "auto"
    sensitive_values_per_hour: int = 120
    trusted_proxies: int = 0
    audit_retention_days: int = 400

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read the settings; raises ``environs.EnvError`` with a line for every variable that is wrong."""
        env = Env(eager=False)
        settings = cls(
            mongodb_uri=env.str("MONGODB_URI", cls.mongodb_uri, validate=_URI),
            mongodb_database=env.str("MONGODB_DATABASE", cls.mongodb_database, validate=_DATABASE),
            mongodb_timeout_ms=env.int("MONGODB_TIMEOUT_MS", cls.mongodb_timeout_ms, validate=_POSITIVE),
            mongodb_connect_timeout_ms=env.int(
                "MONGODB_CONNECT_TIMEOUT_MS", cls.mongodb_connect_timeout_ms, validate=_POSITIVE
            ),
            # PyMongo refuses less than half a second between two heartbeats.
            mongodb_heartbeat_ms=env.int(
                "MONGODB_HEARTBEAT_MS", cls.mongodb_heartbeat_ms, validate=Range(min=500)
            ),
            mongodb_require_replica_set=env.str(
                "MONGODB_REQUIRE_REPLICA_SET", cls.mongodb_require_replica_set, validate=_ON_OR_OFF
            ),
            default_region=env.str("DEFAULT_REGION", cls.default_region, validate=_check_region),
            settings_cache_seconds=env.int(
                "SETTINGS_CACHE_SECONDS", cls.settings_cache_seconds, validate=Range(min=0)
            ),
            max_body_bytes=env.int("MAX_BODY_BYTES", cls.max_body_bytes, validate=_POSITIVE),
            host=env.str("HOST", cls.host, validate=_NOT_EMPTY),
            port=env.int("PORT", cls.port, validate=_PORT),
            workers=env.int("WORKERS", cls.workers, validate=_PARALLEL),
            threads=env.int("THREADS", cls.threads, validate=_PARALLEL),
            worker_connections=env.int(
                "WORKER_CONNECTIONS", cls.worker_connections, validate=Range(min=1, max=1_000_000)
            ),
            data_dir=env.str("DATA_DIR", cls.data_dir, validate=_NOT_EMPTY),
            # Read by ``service.master_keys``, in whose messages no key stands.
            master_keys=env.str("MASTER_KEYS", ""),
            master_keys_file=env.str("MASTER_KEYS_FILE", ""),
            auth=env.str("AUTH", cls.auth, validate=_ON_OR_OFF),
            oidc_issuer=env.str("OIDC_ISSUER", cls.oidc_issuer),
            oidc_audience=env.str("OIDC_AUDIENCE", cls.oidc_audience),
            oidc_jwks_url=env.str("OIDC_JWKS_URL", cls.oidc_jwks_url, validate=_check_jwks_url),
            oidc_algorithms=env.str("OIDC_ALGORITHMS", cls.oidc_algorithms, validate=_check_algorithms),
            oidc_domain_claim=env.str("OIDC_DOMAIN_CLAIM", cls.oidc_domain_claim, validate=_NOT_EMPTY),
            oidc_scopes_claim=env.str("OIDC_SCOPES_CLAIM", cls.oidc_scopes_claim, validate=_NOT_EMPTY),
            oidc_agent_claim=env.str("OIDC_AGENT_CLAIM", cls.oidc_agent_claim, validate=_NOT_EMPTY),
            cors_origins=env.str("CORS_ORIGINS", cls.cors_origins, validate=_check_origins),
            rate_limit_per_minute=env.str(
                "RATE_LIMIT_PER_MINUTE", cls.rate_limit_per_minute, validate=_RATE_LIMIT
            ),
            sensitive_values_per_hour=env.int(
                "SENSITIVE_VALUES_PER_HOUR", cls.sensitive_values_per_hour, validate=_COUNT
            ),
            trusted_proxies=env.int("TRUSTED_PROXIES", cls.trusted_proxies, validate=Range(min=0, max=10)),
            audit_retention_days=env.int(
                "AUDIT_RETENTION_DAYS", cls.audit_retention_days, validate=Range(min=1, max=_CENTURY_DAYS)
            ),
        )
        _seal(env)
        return replace(settings, default_region=settings.default_region.upper())

    def check(self) -> None:
        """Raise ``environs.EnvError`` with a line for every contradiction between settings.

        Only an application needs this check: the other commands use no credential and no address.
        """
        if errors := list(self._contradictions()):
            raise EnvError("\n".join(errors))

    def _contradictions(self) -> Iterator[str]:
        if self.auth == "off" and not is_loopback(self.host):
            yield (
                f"AUTH=off serves on a loopback address only, and HOST is {self.host}: "
                "set HOST=127.0.0.1, or AUTH=on."
            )
        if self.auth == "off" and self.trusted_proxies:
            yield "AUTH=off serves this machine only, and no proxy: set TRUSTED_PROXIES=0, or AUTH=on."
        issuer = {
            "OIDC_ISSUER": self.oidc_issuer,
            "OIDC_AUDIENCE": self.oidc_audience,
            "OIDC_JWKS_URL": self.oidc_jwks_url,
        }
        missing = [name for name, value in issuer.items() if not value]
        if 0 < len(missing) < len(issuer):
            yield f"Set {' and '.join(missing)} too: an OIDC issuer is described by all three."

    @property
    def origins(self) -> tuple[str, ...]:
        """The origins whose pages may call from a browser."""
        return split_list(self.cors_origins)

    @property
    def token_algorithms(self) -> tuple[str, ...]:
        """The signature algorithms that are accepted in tokens."""
        return split_list(self.oidc_algorithms)

    @property
    def requests_per_minute(self) -> int:
        """What one credential may send to one worker in a minute; 0 is without a limit."""
        if self.rate_limit_per_minute != "auto":
            return int(self.rate_limit_per_minute)
        return 0 if self._is_local else _REQUESTS_PER_MINUTE

    @property
    def limits_failures(self) -> bool:
        """Whether failed authentications of an address are limited."""
        return self.requests_per_minute > 0 or (self.auth == "on" and not self._is_local)

    @property
    def _is_local(self) -> bool:
        """Whether only this machine calls: behind a proxy a loopback address serves everybody."""
        return is_loopback(self.host) and not self.trusted_proxies


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches the address; a name but localhost may lead anywhere."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _seal(env: Env) -> None:
    """Raise ``EnvError`` with a line for each variable that is wrong; no value is repeated."""
    try:
        env.seal()
    except EnvValidationError as error:
        messages = cast("Mapping[str, list[str]]", error.error_messages)
        lines = [_sentence(name, each) for name, errors in messages.items() for each in errors]
        # Without the cause, which repeats the errors as a dict.
        raise EnvError("\n".join(lines)) from None


def _sentence(name: str, error: str) -> str:
    """Return the error of a validator, ``Must be ...``, as a sentence about the variable."""
    if error == "Not a valid integer.":
        return f"{name} must be a whole number."
    return f"{name} {error[0].lower()}{error[1:]}"


def _check_algorithms(algorithms: str) -> None:
    names = split_list(algorithms)
    if not names or not set(names) <= set(_ALGORITHMS):
        raise ValidationError(f"Must be one or more of these, separated by commas: {', '.join(_ALGORITHMS)}.")


def _check_jwks_url(url: str) -> None:
    """Refuse an URL from which keys would come over an open network: they would prove nothing."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError as error:
        raise ValidationError("Must be a URL.") from error
    if url and not (parts.scheme == "https" and host) and not (parts.scheme == "http" and is_loopback(host)):
        raise ValidationError("Must begin with https://, or lead to a loopback address.")


def _check_origins(origins: str) -> None:
    if not all(_ORIGIN.fullmatch(origin) for origin in split_list(origins)):
        raise ValidationError(
            "Must name each origin as scheme://host[:port], in lower case, without a path, separated by "
            "commas, such as https://agents.example.com; * is not accepted, since frontends send credentials."
        )
