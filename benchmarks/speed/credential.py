"""Creates the credential of the load. The service is measured with authentication."""

from datetime import UTC, datetime

from service.auth.api_keys import create_api_key
from service.config import Settings
from service.model.principal import Scope
from service.store.client.connection import connect
from service.store.keys import ApiKeyStore


def make_key(settings: Settings) -> str:
    """Return an API key with the scopes of all measured operations."""
    database = connect(settings)
    try:
        _, text = create_api_key(
            ApiKeyStore(database["api_keys"]),
            label="benchmark",
            domain="default",
            scopes=[Scope.CREATE, Scope.EDIT],
            agent_id=None,
            lifetime=None,
            now=datetime.now(UTC),
        )
    finally:
        database.client.close()
    return text
