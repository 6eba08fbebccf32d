"""An application with the API of Amazon Connect Customer Profiles, on mongomock."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import mongomock
import orjson
from flask import Flask
from werkzeug.test import TestResponse

from service.app import create_app
from service.auth.access_keys import create_access_key
from service.auth.api_keys import create_api_key
from service.config import Settings
from service.model.principal import AccessKey, Scope
from service.store.stores import Stores
from service.use_cases.clock import now
from tests.aws.signing import Prepared, sign
from tests.master_keys import ONE

ALL_SCOPES = frozenset(Scope) - {Scope.TOKENS}


def new_database() -> Any:
    """Return an empty database."""
    return mongomock.MongoClient(tz_aware=True)["test"]


def new_app(*, database: Any = None, **settings: Any) -> Flask:
    """Return an application, by default on an empty database."""
    database = new_database() if database is None else database
    app = create_app(Settings(**{"aws_api": True, "master_keys": ONE, **settings}), database=database)
    app.extensions["database"] = database
    app.extensions["profile_lookup"].indexes.build()
    # mongomock does not support partial indexes. It would reject a second profile without a unique value.
    if "unique" in database["profiles"].index_information():
        database["profiles"].drop_index("unique")
    return app


def check_error(response: TestResponse, status: int, error_type: str) -> str:
    """Assert that the response is an error as AWS sends it. Return its message."""
    assert (response.status_code, response.headers.get("x-amzn-ErrorType")) == (status, error_type), (
        response.text
    )
    assert response.content_type == "application/json"
    assert response.headers["x-amzn-RequestId"] == response.headers["X-Request-Id"]
    assert "WWW-Authenticate" not in response.headers
    body = orjson.loads(response.data)
    assert body.keys() == {"Message"}
    message: str = body["Message"]
    assert message
    return message


@dataclass
class AccessKeys:
    """Creates access keys of an application, and sends requests."""

    app: Flask

    @property
    def stores(self) -> Stores:
        """The stores of the application."""
        stores: Stores = self.app.extensions["profile_lookup"]
        return stores

    def create(
        self,
        *,
        domain: str = "default",
        scopes: frozenset[Scope] = ALL_SCOPES,
        agent_id: str | None = None,
        lifetime: timedelta | None = None,
    ) -> tuple[AccessKey, str]:
        """Create an access key, by default with all scopes. Return it and its secret."""
        return create_access_key(
            self.stores.access_keys,
            self.stores.keyring,
            label="test",
            domain=domain,
            scopes=scopes,
            agent_id=agent_id,
            lifetime=lifetime,
            now=now(),
        )

    def create_api_key(self) -> str:
        """Create an API key with all scopes and return it."""
        rights: Any = {"label": "a", "domain": "default", "agent_id": None, "lifetime": None}
        return create_api_key(self.stores.api_keys, **rights, scopes=ALL_SCOPES, now=now())[1]

    def send(self, key: tuple[AccessKey, str], *arguments: Any, **options: Any) -> TestResponse:
        """Sign a request with an access key and send it to a worker."""
        return self.deliver(sign(key[0].key_id, key[1], *arguments, **options))

    def deliver(self, prepared: Prepared, **options: Any) -> TestResponse:
        """Send a request."""
        headers = {name: value for name, value in prepared.headers.items() if name != "content-length"}
        return self.app.test_client().open(
            f"http://localhost{prepared.target}",
            method=prepared.method,
            headers=headers,
            data=prepared.body,
            **options,
        )
