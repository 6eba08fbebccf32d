"""The committed OpenAPI document, and the service that it describes."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from flask import Flask
from werkzeug.serving import make_server

from service.app import create_app
from service.config import Settings
from service.store.client.connection import connect
from tests.master_keys import ONE
from tests.openapi_document import PATH, openapi_document


@pytest.fixture(scope="session")
def document_path() -> Path:
    """Return the path of the committed document."""
    return PATH


@pytest.fixture(scope="session")
def document() -> dict[str, Any]:
    """Return the committed document."""
    return openapi_document()


@pytest.fixture(scope="session")
def validator(document: dict[str, Any]) -> Callable[[dict[str, Any]], jsonschema_rs.Draft202012Validator]:
    """Return a function that creates a validator for a schema of the document."""

    def validator_for(schema: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
        with_components = schema | {"components": document["components"]}
        return jsonschema_rs.Draft202012Validator(with_components, validate_formats=True)

    return validator_for


@pytest.fixture
def app(mongodb_uri: str, database_name: str) -> Iterator[Flask]:
    """Return the application with an empty database of a real MongoDB."""
    settings = Settings(mongodb_uri=mongodb_uri, mongodb_database=database_name, master_keys=ONE, auth=False)
    database = connect(settings)
    yield create_app(settings, database=database)
    database.client.close()


@pytest.fixture
def base_url(app: Flask) -> Iterator[str]:
    """Serve the application over HTTP and return its URL."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
