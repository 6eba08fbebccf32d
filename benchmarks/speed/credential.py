"""Creates the credentials of the load. The service is measured with authentication."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from pymongo.database import Database

from service.auth.access_keys import create_access_key
from service.auth.api_keys import create_api_key
from service.config import Settings
from service.model.principal import Scope
from service.store.client.connection import connect
from service.store.keys import AccessKeyStore, ApiKeyStore
from service.store.master_keys import read_master_keys

_SCOPES = (Scope.CREATE, Scope.EDIT)
"""The scopes of all measured operations."""


def make_key(settings: Settings) -> str:
    """Return an API key."""
    with _connection(settings) as database:
        _, text = create_api_key(
            ApiKeyStore(database["api_keys"]),
            label="benchmark",
            domain="default",
            scopes=_SCOPES,
            agent_id=None,
            lifetime=None,
            now=datetime.now(UTC),
        )
    return text


def make_access_key(settings: Settings) -> tuple[str, str]:
    """Return the ID and the secret of an access key."""
    with _connection(settings) as database:
        key, secret = create_access_key(
            AccessKeyStore(database["access_keys"]),
            read_master_keys(settings),
            label="benchmark",
            domain="default",
            scopes=_SCOPES,
            agent_id=None,
            lifetime=None,
            now=datetime.now(UTC),
        )
    return key.key_id, secret


@contextmanager
def _connection(settings: Settings) -> Iterator[Database[dict[str, Any]]]:
    database = connect(settings)
    try:
        yield database
    finally:
        database.client.close()
