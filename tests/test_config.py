"""Reading and checking the settings from the environment."""

from dataclasses import FrozenInstanceError, fields
from typing import Any

import pytest
from environs import EnvError

from service.config import Settings

NAMES = [setting.name for setting in fields(Settings)]


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove every setting from the environment."""
    for name in NAMES:
        monkeypatch.delenv(name.upper(), raising=False)


def test_an_empty_environment_gives_the_defaults() -> None:
    """No setting is required."""
    assert Settings.from_environment() == Settings()


NON_DEFAULTS: dict[str, str | int | tuple[str, ...]] = {
    "mongodb_uri": "mongodb+srv://db.example.com/?retryWrites=true",
    "mongodb_database": "customers-2",
    "mongodb_timeout_ms": 1,
    "mongodb_connect_timeout_ms": 3,
    "mongodb_heartbeat_ms": 500,
    "mongodb_require_replica_set": False,
    "default_region": "JP",
    "settings_cache_seconds": 0,
    "max_body_bytes": 4,
    "host": "::",
    "port": 0,
    "workers": 5,
    "threads": 6,
    "worker_connections": 7,
    "data_dir": "/var/lib/data",
    "master_keys": "2026-01:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "master_keys_file": "/run/secrets/master_keys",
    "auth": False,
    "oidc_issuer": "https://id.example.com/realms/calls",
    "oidc_audience": "profile-lookup",
    "oidc_jwks_url": "https://id.example.com/realms/calls/protocol/openid-connect/certs",
    "oidc_algorithms": ("ES256", "PS256"),
    "oidc_domain_claim": "tid",
    "oidc_scopes_claim": "roles",
    "oidc_agent_claim": "employee_id",
    "cors_origins": ("https://agents.example.com", "http://[::1]:3000", "http://localhost:5173"),
    "panel": True,
    "aws_api": True,
    "rate_limit_batch_items_per_minute": 2000,
    "rate_limit_per_minute": 600,
    "sensitive_values_per_hour": 0,
    "trusted_proxies": 1,
    "audit_retention_days": 30,
}


def test_the_table_covers_every_setting() -> None:
    """Every setting has a value that differs from its default."""
    assert set(NON_DEFAULTS) == set(NAMES)
    assert all(value != getattr(Settings(), name) for name, value in NON_DEFAULTS.items())


def _in_environment(value: str | int | tuple[str, ...]) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return ", ".join(value) if isinstance(value, tuple) else str(value)


@pytest.mark.parametrize(("name", "value"), NON_DEFAULTS.items())
def test_each_setting_is_read_from_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str | int | tuple[str, ...]
) -> None:
    """The variable has the setting's name in capitals. Other settings keep their defaults."""
    monkeypatch.setenv(name.upper(), _in_environment(value))
    assert Settings.from_environment() == Settings(**{name: value})  # type: ignore[arg-type] # the type of its field


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MONGODB_URI", "localhost:27017"),
        ("MONGODB_URI", "http://localhost"),
        ("MONGODB_DATABASE", ""),
        ("MONGODB_DATABASE", "a.b"),
        ("MONGODB_DATABASE", "a" * 39),
        ("MONGODB_DATABASE", "a\n"),
        ("MONGODB_TIMEOUT_MS", "0"),
        ("MONGODB_TIMEOUT_MS", "5s"),
        ("MONGODB_CONNECT_TIMEOUT_MS", "0"),
        ("MONGODB_HEARTBEAT_MS", "499"),
        ("MONGODB_REQUIRE_REPLICA_SET", "yes"),
        ("DEFAULT_REGION", "JPN"),
        ("DEFAULT_REGION", "UK"),
        ("DEFAULT_REGION", "ZZ"),
        # In upper case, SS is South Sudan, FI Finland and KR South Korea.
        ("DEFAULT_REGION", "ß"),
        ("DEFAULT_REGION", "ﬁ"),
        ("DEFAULT_REGION", "\N{LATIN SMALL LETTER LONG S}s"),
        ("DEFAULT_REGION", "\N{KELVIN SIGN}r"),
        ("SETTINGS_CACHE_SECONDS", "-1"),
        ("MAX_BODY_BYTES", "0"),
        ("HOST", ""),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("WORKERS", "0"),
        ("WORKERS", "257"),
        ("THREADS", "257"),
        ("THREADS", "many"),
        ("DATA_DIR", ""),
        ("AUTH", "maybe"),
        ("AUTH", "OFF"),
        ("OIDC_JWKS_URL", "http://id.example.com/keys"),
        ("OIDC_JWKS_URL", "http://127.0.0.1.example.com/keys"),
        ("OIDC_JWKS_URL", "http://localhost@example.com/keys"),
        ("OIDC_JWKS_URL", "http://localhost:80@example.com/keys"),
        ("OIDC_JWKS_URL", "file:///etc/keys"),
        ("OIDC_JWKS_URL", "https:///keys"),
        ("OIDC_JWKS_URL", "http://[::1/keys"),
        ("OIDC_ALGORITHMS", ""),
        ("OIDC_ALGORITHMS", "none"),
        ("OIDC_ALGORITHMS", "HS256"),
        ("OIDC_ALGORITHMS", "RS256,HS256"),
        ("OIDC_ALGORITHMS", ","),
        ("OIDC_ALGORITHMS", "RS256 ES256"),
        ("OIDC_DOMAIN_CLAIM", ""),
        ("OIDC_SCOPES_CLAIM", ""),
        ("OIDC_AGENT_CLAIM", ""),
        ("PANEL", "true"),
        ("AWS_API", "yes"),
        ("CORS_ORIGINS", "*"),
        ("CORS_ORIGINS", "null"),
        ("CORS_ORIGINS", "agents.example.com"),
        ("CORS_ORIGINS", "https://agents.example.com/"),
        ("CORS_ORIGINS", "https://*.example.com"),
        ("CORS_ORIGINS", "https://Agents.example.com"),
        ("CORS_ORIGINS", "https://agents.example.com https://a.example.com"),
        ("RATE_LIMIT_PER_MINUTE", "off"),
        ("RATE_LIMIT_PER_MINUTE", "-1"),
        ("RATE_LIMIT_PER_MINUTE", "10/second"),
        ("SENSITIVE_VALUES_PER_HOUR", "auto"),
        ("SENSITIVE_VALUES_PER_HOUR", "-1"),
        ("SENSITIVE_VALUES_PER_HOUR", "1000000000"),
        ("TRUSTED_PROXIES", "-1"),
        ("TRUSTED_PROXIES", "11"),
        ("AUDIT_RETENTION_DAYS", "0"),
        ("AUDIT_RETENTION_DAYS", "36526"),
    ],
)
def test_an_invalid_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """The error stops the process at start-up."""
    monkeypatch.setenv(name, value)
    with pytest.raises(EnvError, match=name):
        Settings.from_environment()


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("MONGODB_URI", "localhost:27017", "MONGODB_URI must begin with mongodb:// or mongodb+srv://"),
        ("MONGODB_URI", "", "MONGODB_URI must begin with mongodb:// or mongodb+srv://"),
        ("MONGODB_DATABASE", "a b", "MONGODB_DATABASE must be 1 to 38 of A-Z, a-z, 0-9, _ and -."),
        ("HOST", "", "HOST must not be empty."),
        ("DATA_DIR", "", "DATA_DIR must not be empty."),
        ("OIDC_ALGORITHMS", "HS256", "separated by commas: RS256, RS384, RS512, PS256, "),
        ("OIDC_DOMAIN_CLAIM", "", "OIDC_DOMAIN_CLAIM must not be empty."),
        ("OIDC_SCOPES_CLAIM", "", "OIDC_SCOPES_CLAIM must not be empty."),
        ("OIDC_AGENT_CLAIM", "", "OIDC_AGENT_CLAIM must not be empty."),
        (
            "RATE_LIMIT_PER_MINUTE",
            "many",
            "RATE_LIMIT_PER_MINUTE must be auto, or a whole number up to 999999999; 0 is no limit.",
        ),
    ],
)
def test_an_error_states_the_allowed_values(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, allowed: str
) -> None:
    """The text says how to correct the setting."""
    monkeypatch.setenv(name, value)
    with pytest.raises(EnvError) as caught:
        Settings.from_environment()
    assert allowed in str(caught.value)


def test_a_wildcard_origin_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error shows the format of an origin."""
    monkeypatch.setenv("CORS_ORIGINS", "*")
    with pytest.raises(EnvError, match=r"scheme://host.*https://agents\.example\.com; \* is not accepted"):
        Settings.from_environment()


def test_there_are_no_origins_by_default() -> None:
    """Pages of other origins cannot call the API."""
    assert Settings().cors_origins == ()


@pytest.mark.parametrize(
    ("host", "limit", "expected"),
    [
        ("127.0.0.1", None, 0),
        ("127.1.2.3", None, 0),
        ("::1", None, 0),
        ("localhost", None, 0),
        ("0.0.0.0", None, 1200),  # noqa: S104 - read, not bound
        ("::", None, 1200),
        ("192.0.2.1", None, 1200),
        ("localhost.example.com", None, 1200),
        ("0.0.0.0", 0, 0),  # noqa: S104 - read, not bound
        ("127.0.0.1", 60, 60),
    ],
)
def test_requests_are_limited_except_on_loopback(host: str, limit: int | None, expected: int) -> None:
    """The default depends on the address. An explicit limit applies everywhere."""
    assert Settings(host=host, rate_limit_per_minute=limit).requests_per_minute == expected


def test_all_errors_are_reported_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each error is a sentence on its own line. Values may be secret and are not shown."""
    invalid = {
        "MONGODB_URI": "http://user:hidden@db.example.com",
        "DEFAULT_REGION": "hidden",
        "PORT": "hidden",
        "THREADS": "999",
        "AUTH": "hidden",
        "OIDC_JWKS_URL": "http://hidden.example.com",
    }
    for name, value in invalid.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(EnvError) as caught:
        Settings.from_environment()
    lines = str(caught.value).splitlines()
    assert [line.partition(" must ")[0] for line in lines] == list(invalid)
    assert lines[2] == "PORT must be a whole number."
    assert lines[3] == "THREADS must be greater than or equal to 1 and less than or equal to 256."
    assert lines[4] == "AUTH must be one of: on, off."
    assert all(line.endswith(".") for line in lines)
    assert "hidden" not in str(caught.value)
    assert "{" not in str(caught.value)


def test_all_contradictions_are_reported_together() -> None:
    """Each contradiction is on its own line."""
    settings = Settings(auth=False, host="0.0.0.0", trusted_proxies=1, oidc_issuer="x")  # noqa: S104 - read, not bound
    with pytest.raises(EnvError) as caught:
        settings.check()
    assert [line.partition(" ")[0] for line in str(caught.value).splitlines()] == [
        "AUTH=off",
        "AUTH=off",
        "Set",
    ]


@pytest.mark.parametrize("region", ["jp", "Jp", "JP"])
def test_a_region_may_be_in_lower_case(monkeypatch: pytest.MonkeyPatch, region: str) -> None:
    """The setting is converted to upper case."""
    monkeypatch.setenv("DEFAULT_REGION", region)
    assert Settings.from_environment().default_region == "JP"


@pytest.mark.parametrize(
    "algorithms",
    ["RS256,ES256", "RS256, ES256", " RS256 ,ES256 ", "RS256,ES256,", ",RS256,,ES256", "RS256\nES256\n"],
)
def test_algorithms_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch, algorithms: str) -> None:
    """White space around items and empty items are ignored."""
    monkeypatch.setenv("OIDC_ALGORITHMS", algorithms)
    assert Settings.from_environment().oidc_algorithms == ("RS256", "ES256")


@pytest.mark.parametrize(
    "origins", ["https://a.example,https://b.example", " https://a.example , https://b.example,", ""]
)
def test_origins_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch, origins: str) -> None:
    """The list may be empty."""
    monkeypatch.setenv("CORS_ORIGINS", origins)
    expected = ("https://a.example", "https://b.example") if origins else ()
    assert Settings.from_environment().cors_origins == expected


def test_settings_are_immutable() -> None:
    """Assigning to a field raises an error."""
    settings = Settings()
    with pytest.raises(FrozenInstanceError):
        settings.port = 1  # type: ignore[misc] # the test expects it to fail


def test_without_authentication_the_address_must_be_loopback() -> None:
    """Other machines must not reach a service without authentication."""
    for host in ("127.0.0.1", "127.8.8.8", "::1", "localhost"):
        Settings(auth=False, host=host).check()
    for host in ("0.0.0.0", "::", "10.0.0.1", "localhost.example.com", "127.0.0.1.example.com", ""):  # noqa: S104
        with pytest.raises(EnvError, match=r"AUTH=off serves on a loopback address only.*AUTH=on"):
            Settings(auth=False, host=host).check()
        Settings(host=host).check()


_ISSUER = {
    "oidc_issuer": "https://id.example.com",
    "oidc_audience": "profile-lookup",
    "oidc_jwks_url": "https://id.example.com/keys",
}


@pytest.mark.parametrize("missing", _ISSUER)
def test_a_partly_configured_issuer_is_rejected(missing: str) -> None:
    """The error names the missing settings."""
    Settings(**_ISSUER).check()  # type: ignore[arg-type] # the types of their fields
    partial = {name: value for name, value in _ISSUER.items() if name != missing}
    with pytest.raises(EnvError, match=f"^Set {missing.upper()} too"):
        Settings(**partial).check()  # type: ignore[arg-type] # the types of their fields
    single = {name: value for name, value in _ISSUER.items() if name == missing}
    with pytest.raises(EnvError, match=" and "):
        Settings(**single).check()  # type: ignore[arg-type] # the types of their fields


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_the_jwks_url_may_use_http_on_loopback(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    """Elsewhere it needs HTTPS, as an attacker in the network could replace the keys."""
    monkeypatch.setenv("OIDC_JWKS_URL", f"http://{host}:8443/keys")
    assert Settings.from_environment().oidc_jwks_url == f"http://{host}:8443/keys"


@pytest.mark.parametrize(
    ("settings", "limits"),
    [
        ({}, False),
        ({"trusted_proxies": 1}, True),
        ({"host": "0.0.0.0"}, True),  # noqa: S104 - read, not bound
        ({"host": "0.0.0.0", "rate_limit_per_minute": 0}, True),  # noqa: S104 - read, not bound
        ({"rate_limit_per_minute": 60}, True),
    ],
)
def test_authentication_failures_are_limited_except_on_loopback(
    settings: dict[str, Any], *, limits: bool
) -> None:
    """Failures are also limited behind a proxy and without a rate limit."""
    assert Settings(**settings).limits_failures is limits


def test_without_authentication_a_proxy_is_rejected() -> None:
    """A proxy forwards requests from other machines."""
    with pytest.raises(EnvError, match="TRUSTED_PROXIES=0"):
        Settings(auth=False, trusted_proxies=1).check()
