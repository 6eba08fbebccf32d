"""The settings, as the environment gives them."""

from dataclasses import FrozenInstanceError, fields

import pytest
from environs import EnvError

from service.config import Settings

NAMES = [setting.name for setting in fields(Settings)]


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take every setting out of the environment."""
    for name in NAMES:
        monkeypatch.delenv(name.upper(), raising=False)


def test_an_empty_environment_gives_the_defaults() -> None:
    """Nothing has to be set."""
    assert Settings.from_environment() == Settings()


OTHER: dict[str, str | int] = {
    "mongodb_uri": "mongodb+srv://db.example.com/?retryWrites=true",
    "mongodb_database": "customers-2",
    "mongodb_timeout_ms": 1,
    "mongodb_connect_timeout_ms": 3,
    "mongodb_heartbeat_ms": 500,
    "default_region": "JP",
    "settings_cache_seconds": 0,
    "max_body_bytes": 4,
    "host": "::",
    "port": 0,
    "workers": 5,
    "threads": 6,
    "data_dir": "/var/lib/data",
    "auth": "off",
    "audit_retention_days": 30,
}


def test_the_table_has_every_setting() -> None:
    """Whoever adds a setting says what it can be."""
    assert set(OTHER) == set(NAMES)
    assert all(value != getattr(Settings(), name) for name, value in OTHER.items())


@pytest.mark.parametrize(("name", "value"), OTHER.items())
def test_each_setting_is_the_variable_of_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str | int
) -> None:
    """In capitals, and in the type of its field; the others keep their defaults."""
    monkeypatch.setenv(name.upper(), str(value))
    assert Settings.from_environment() == Settings(**{name: value})  # type: ignore[arg-type] # as its field says


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
        ("DEFAULT_REGION", "jp"),
        ("DEFAULT_REGION", "JPN"),
        ("SETTINGS_CACHE_SECONDS", "-1"),
        ("MAX_BODY_BYTES", "0"),
        ("HOST", ""),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("WORKERS", "0"),
        ("THREADS", "many"),
        ("DATA_DIR", ""),
        ("AUDIT_RETENTION_DAYS", "0"),
        ("AUDIT_RETENTION_DAYS", "36526"),
    ],
)
def test_a_setting_that_cannot_be_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """The process does not start with it."""
    monkeypatch.setenv(name, value)
    with pytest.raises(EnvError, match=name):
        Settings.from_environment()


def test_all_that_is_wrong_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """An operator need not start again for each."""
    monkeypatch.setenv("PORT", "x")
    monkeypatch.setenv("THREADS", "x")
    with pytest.raises(EnvError) as caught:
        Settings.from_environment()
    assert "PORT" in str(caught.value)
    assert "THREADS" in str(caught.value)


def test_settings_do_not_change() -> None:
    """They are read once."""
    settings = Settings()
    with pytest.raises(FrozenInstanceError):
        settings.port = 1  # type: ignore[misc] # that it cannot is what is tested
