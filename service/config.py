"""The settings of a process. They are read once from the environment."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_address
from typing import TypeVar, cast
from urllib.parse import urlsplit

from environs import Env, EnvError, EnvValidationError, ValidationError
from marshmallow.validate import Length, Range, Regexp

from service.matching.phone import is_region
from service.model.lists import split_list

_T = TypeVar("_T")

_URI = Regexp(
    r"^mongodb(\+srv)?://",
    error="Must begin with mongodb:// or mongodb+srv://, such as mongodb://127.0.0.1:27017/. "
    "If it is not set, profile-lookup run starts the bundled MongoDB.",
)
_DATABASE = Regexp(r"^[A-Za-z0-9_-]{1,38}\Z", error="Must be 1 to 38 of A-Z, a-z, 0-9, _ and -.")
_NOT_EMPTY = Length(min=1, error="Must not be empty.")
_POSITIVE = Range(min=1)
# More workers or threads would not be faster on any machine, and would take minutes to start and to stop.
_PARALLEL = Range(min=1, max=256)
_RATE_LIMIT = re.compile(r"0|[1-9][0-9]{0,8}")
_DEFAULT_RATE_LIMIT = 1200
# 4,000 items per second: twice as many as a worker can process.
_DEFAULT_BATCH_ITEM_LIMIT = 240_000
_CENTURY_DAYS = 36525
_ON_OR_OFF = {"truthy": {"on"}, "falsy": {"off"}, "error_messages": {"invalid": "Must be one of: on, off."}}
# Only signatures with public keys: with HS256, a program that can verify a token can also create tokens.
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://(?P<host>[a-z0-9_.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?")
"""An origin in the form that browsers send (RFC 6454, section 6.2): in lower case and without a path."""


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach the host, which is an IP address or ``localhost``.

    Return False for all other host names.
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _parse_region(text: str) -> str:
    """Return the region in upper case. Reject regions without a numbering plan, such as UK (for GB)."""
    # Check for ASCII, because "ß" in upper case is "SS", which means South Sudan.
    if not (text.isascii() and is_region(text.upper())):
        raise ValidationError("Must be a region with a numbering plan, such as US, GB or JP (ISO 3166-1).")
    return text.upper()


def _parse_rate_limit(text: str) -> int | None:
    if text == "auto":
        return None
    if not _RATE_LIMIT.fullmatch(text):
        raise ValidationError("Must be auto, or a whole number up to 999999999; 0 is no limit.")
    return int(text)


def _parse_algorithms(text: str) -> tuple[str, ...]:
    algorithms = tuple(split_list(text))
    if not algorithms or not set(algorithms) <= set(_ALGORITHMS):
        raise ValidationError(f"Must be one or more of these, separated by commas: {', '.join(_ALGORITHMS)}.")
    return algorithms


def _parse_origins(text: str) -> tuple[str, ...]:
    origins = tuple(split_list(text))
    if not all(ORIGIN.fullmatch(origin) for origin in origins):
        raise ValidationError(
            "Must name each origin as scheme://host[:port], in lower case, without a path, separated by "
            "commas, such as https://agents.example.com; * is not accepted, since frontends send credentials."
        )
    return origins


def _check_jwks_url(url: str) -> None:
    """Reject plain HTTP to another host, since an attacker on the network could replace the keys."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError as error:
        raise ValidationError("Must be a URL.") from error
    if url and not (parts.scheme == "https" and host) and not (parts.scheme == "http" and is_loopback(host)):
        raise ValidationError("Must begin with https://, or be an http:// URL of a loopback address.")


def _setting(parser: str, default: _T, **options: object) -> _T:
    """Declare a setting: the name of its ``environs`` parser, its default, and options for the parser.

    With ``repr=False``, the text of ``Settings`` omits it.
    """
    shown = options.pop("repr", True) is True
    return field(default=default, repr=shown, metadata={"parser": parser, "options": options})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The operator's settings. The environment variable of a field is its name in capitals.

    Fields ending in ``_ms`` are in milliseconds, fields ending in ``_seconds`` in seconds.
    """

    mongodb_uri: str = _setting("str", "mongodb://127.0.0.1:27017", validate=_URI)
    mongodb_database: str = _setting("str", "profile_lookup", validate=_DATABASE)
    mongodb_timeout_ms: int = _setting("int", 5000, validate=_POSITIVE)
    mongodb_connect_timeout_ms: int = _setting("int", 2000, validate=_POSITIVE)
    # PyMongo rejects heartbeat intervals below half a second.
    mongodb_heartbeat_ms: int = _setting("int", 2000, validate=Range(min=500))
    mongodb_require_replica_set: bool = _setting("bool", default=True, **_ON_OR_OFF)
    default_region: str = _setting("parsed", "US", parse=_parse_region)
    settings_cache_seconds: int = _setting("int", 5, validate=Range(min=0))
    max_body_bytes: int = _setting("int", 256 * 1024, validate=_POSITIVE)
    host: str = _setting("str", "127.0.0.1", validate=_NOT_EMPTY)
    port: int = _setting("int", 8080, validate=Range(min=0, max=65535))
    workers: int = _setting("int", 2, validate=_PARALLEL)
    threads: int = _setting("int", 4, validate=_PARALLEL)
    worker_connections: int = _setting("int", 10_000, validate=Range(min=1, max=1_000_000))
    data_dir: str = _setting("str", ".data", validate=_NOT_EMPTY)
    # Parsed by ``service.crypto``, whose error messages contain no key.
    master_keys: str = _setting("str", "", repr=False)
    master_keys_file: str = _setting("str", "")
    auth: bool = _setting("bool", default=True, **_ON_OR_OFF)
    oidc_issuer: str = _setting("str", "")
    oidc_audience: str = _setting("str", "")
    oidc_jwks_url: str = _setting("str", "", validate=_check_jwks_url)
    oidc_algorithms: tuple[str, ...] = _setting("parsed", ("RS256",), parse=_parse_algorithms)
    oidc_domain_claim: str = _setting("str", "domain", validate=_NOT_EMPTY)
    oidc_scopes_claim: str = _setting("str", "scope", validate=_NOT_EMPTY)
    oidc_agent_claim: str = _setting("str", "sub", validate=_NOT_EMPTY)
    cors_origins: tuple[str, ...] = _setting("parsed", (), parse=_parse_origins)
    panel: bool = _setting("bool", default=False, **_ON_OR_OFF)
    aws_api: bool = _setting("bool", default=False, **_ON_OR_OFF)
    rate_limit_per_minute: int | None = _setting("parsed", None, parse=_parse_rate_limit)
    """None means ``auto``: see ``requests_per_minute``."""
    rate_limit_batch_items_per_minute: int | None = _setting("parsed", None, parse=_parse_rate_limit)
    """None means ``auto``: see ``batch_items_per_minute``."""
    sensitive_values_per_hour: int = _setting("int", 120, validate=Range(min=0, max=999_999_999))
    trusted_proxies: int = _setting("int", 0, validate=Range(min=0, max=10))
    audit_retention_days: int = _setting("int", 400, validate=Range(min=1, max=_CENTURY_DAYS))

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read the settings. Those whose variables are not set have their defaults.

        Raises ``environs.EnvError`` with a line for each error in a variable, without its value.
        """
        env = Env(eager=False)
        env.add_parser("parsed", _parse)
        values = {}
        for each in fields(cls):
            read = getattr(env, each.metadata["parser"])
            values[each.name] = read(each.name.upper(), getattr(cls, each.name), **each.metadata["options"])
        try:
            env.seal()
        except EnvValidationError as error:
            messages = cast("Mapping[str, list[str]]", error.error_messages)
            lines = [_sentence(name, each) for name, errors in messages.items() for each in errors]
            # Suppress the cause, because its message contains the values.
            raise EnvError("\n".join(lines)) from None
        return cls(**values)

    def check(self) -> None:
        """Raise ``environs.EnvError`` with a line for each contradiction between settings.

        Only a process that serves requests needs this check. Other commands authenticate no request and
        listen on no address.
        """
        if errors := list(self._contradictions()):
            raise EnvError("\n".join(errors))

    def _contradictions(self) -> Iterator[str]:
        if not self.auth and not is_loopback(self.host):
            yield (
                f"AUTH=off serves on a loopback address only, and HOST is {self.host}: "
                "set HOST=127.0.0.1, or AUTH=on."
            )
        if not self.auth and self.trusted_proxies:
            yield "AUTH=off serves this machine only, not proxies: set TRUSTED_PROXIES=0, or AUTH=on."
        issuer = ("oidc_issuer", "oidc_audience", "oidc_jwks_url")
        missing = [name.upper() for name in issuer if not getattr(self, name)]
        if 0 < len(missing) < len(issuer):
            yield f"Set {' and '.join(missing)} too: an OIDC issuer needs all three settings."

    @property
    def requests_per_minute(self) -> int:
        """Maximum number of requests per credential and worker; 0 means no limit."""
        if self.rate_limit_per_minute is not None:
            return self.rate_limit_per_minute
        return 0 if self._is_local else _DEFAULT_RATE_LIMIT

    @property
    def batch_items_per_minute(self) -> int:
        """Maximum number of batch items per credential and worker; 0 means no limit."""
        if self.rate_limit_batch_items_per_minute is not None:
            return self.rate_limit_batch_items_per_minute
        return 0 if self._is_local else _DEFAULT_BATCH_ITEM_LIMIT

    @property
    def limits_failures(self) -> bool:
        """Whether failed authentications are limited for each address."""
        return self.requests_per_minute > 0 or (self.auth and not self._is_local)

    @property
    def _is_local(self) -> bool:
        """Whether only this machine can send requests. Behind a proxy, other machines can too."""
        return is_loopback(self.host) and not self.trusted_proxies


def _parse(value: _T | str, *, parse: Callable[[str], _T]) -> _T | str:
    """Parse the text of a variable or of a default. Return other defaults unchanged."""
    return parse(value) if isinstance(value, str) else value


def _sentence(name: str, error: str) -> str:
    """Return a sentence about the variable, from a validator's error, such as ``Must be ...``."""
    if error == "Not a valid integer.":
        return f"{name} must be a whole number."
    return f"{name} {error[0].lower()}{error[1:]}"
