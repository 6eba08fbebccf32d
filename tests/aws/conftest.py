"""The real AWS client against gunicorn with a real MongoDB, and botocore's parts without an HTTP server."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any
from uuid import uuid4

import boto3
import httpx
import pymongo
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from click.testing import CliRunner
from pymongo.database import Database

from service.app import create_app
from service.cli import main
from service.config import Settings
from service.store.client.connection import connect as connect_database
from tests import tls
from tests.aws.in_process import InProcess
from tests.aws.services import AccessKeys, new_app
from tests.commands import Commands
from tests.master_keys import ONE
from tests.readiness import uncached
from tests.serving import RESPONSE_SECONDS, run_gunicorn

Ask = Callable[..., Any]


@pytest.fixture(scope="session")
def service_url(
    mongodb_uri: str,
    mongodb_client: pymongo.MongoClient[dict[str, Any]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """Run a service with two workers, without authentication. All tests share it."""
    database = f"aws_{uuid4().hex[:12]}"
    settings = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": database, "WORKERS": "2", "AUTH": "off"}
    log = tmp_path_factory.mktemp("gunicorn") / "log"
    with run_gunicorn(log, {**settings, "MASTER_KEYS": ONE, "AWS_API": "on"}) as url:
        yield url
    mongodb_client.drop_database(database)


@pytest.fixture(scope="session")
def make_client() -> Iterator[Callable[[str], Any]]:
    """Return a function that creates a client without credentials for a URL. It does not retry."""
    with ExitStack() as stack:

        def make(url: str, *, attempts: int = 1) -> Any:
            config = Config(signature_version=UNSIGNED, retries={"total_max_attempts": attempts})
            client = boto3.client(
                "customer-profiles", endpoint_url=url, region_name="us-east-1", config=config
            )
            stack.callback(client.close)
            return client

        yield make


@pytest.fixture(scope="session")
def aws(service_url: str, make_client: Callable[[str], Any]) -> Any:
    """Return a client of the service."""
    return make_client(service_url)


@pytest.fixture(scope="session")
def ask(service_url: str) -> Iterator[Ask]:
    """Return a function that sends a request to `/v1`, checks the status and returns the body."""
    with httpx.Client(base_url=service_url, timeout=RESPONSE_SECONDS, verify=tls.UNUSED) as client:

        def send(method: str, path: str, body: Any = None, *, expect: int = 200) -> Any:
            response = client.request(method, path, json=body)
            assert response.status_code == expect, response.text
            return response.json() if response.content else None

        yield send


@pytest.fixture(scope="session")
def in_process(mongodb_uri: str, mongodb_client: pymongo.MongoClient[dict[str, Any]]) -> Iterator[InProcess]:
    """Return a client of an application without authentication. The cache of its domain does not expire."""
    settings = Settings(
        mongodb_uri=mongodb_uri,
        mongodb_database=f"aws_{uuid4().hex[:12]}",
        settings_cache_seconds=3600,
        master_keys=ONE,
        auth=False,
        aws_api=True,
    )
    commands = Commands()
    database = connect_database(settings, listeners=[commands])
    app = create_app(settings, database=database, readiness_times=uncached())
    yield InProcess(app.test_client(), commands)
    database.client.close()
    mongodb_client.drop_database(settings.mongodb_database)


@pytest.fixture
def keys() -> AccessKeys:
    """Return the access keys of an application that verifies signatures."""
    return AccessKeys(new_app())


@pytest.fixture(scope="session")
def emptied_service(
    mongodb_uri: str,
    mongodb_client: pymongo.MongoClient[dict[str, Any]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[str, str]]:
    """Run a service without caches for modules that empty its database. Return its URL and its database."""
    database = f"aws_{uuid4().hex[:12]}"
    settings = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": database, "WORKERS": "1", "AUTH": "off"}
    log = tmp_path_factory.mktemp("gunicorn") / "log"
    with run_gunicorn(log, {**settings, "AWS_API": "on", "SETTINGS_CACHE_SECONDS": "0"}) as url:
        yield url, database
    mongodb_client.drop_database(database)


@pytest.fixture(scope="module")
def own_service(
    emptied_service: tuple[str, str],
    mongodb_client: pymongo.MongoClient[dict[str, Any]],
    make_client: Callable[[str], Any],
) -> Any:
    """Return a client of a service that has no data of other modules."""
    url, name = emptied_service
    database = mongodb_client[name]
    for collection in database.list_collection_names():
        database[collection].delete_many({})
    return make_client(url)


@pytest.fixture(scope="session")
def signed_service(
    mongodb_uri: str,
    mongodb_client: pymongo.MongoClient[dict[str, Any]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[str, dict[str, str]]]:
    """Run a service with two workers that verify signatures. Return its URL and the settings of commands."""
    database = f"aws_{uuid4().hex[:12]}"
    settings = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": database, "MASTER_KEYS": ONE}
    log = tmp_path_factory.mktemp("gunicorn") / "log"
    with run_gunicorn(log, {**settings, "WORKERS": "2", "AUTH": "on", "AWS_API": "on"}) as url:
        yield url, settings
    mongodb_client.drop_database(database)


@pytest.fixture(scope="session")
def client_environment(
    signed_service: tuple[str, dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """Return the environment variables of a program that calls the service with signatures."""
    url, settings = signed_service
    scopes = [f"--scope=profiles:{each}" for each in ("view", "edit", "create", "admin")]
    created = CliRunner().invoke(
        main, ["access-keys", "create", *scopes, "--scope=settings:admin"], env=settings
    )
    assert created.exit_code == 0, created.output
    key = dict(line.split("=", 1) for line in created.stdout.splitlines())
    folder = tmp_path_factory.mktemp("client")
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        **key,
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL_CUSTOMER_PROFILES": url,
        "AWS_CONFIG_FILE": str(folder / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "none"),
        "NO_PROXY": "127.0.0.1",
    }


@pytest.fixture
def open_service(
    mongodb_uri: str, mongodb_client: pymongo.MongoClient[dict[str, Any]]
) -> Iterator[Callable[[str], InProcess]]:
    """Return a function that opens the same database with these master keys."""
    settings = Settings(
        mongodb_uri=mongodb_uri, mongodb_database=f"aws_{uuid4().hex[:12]}", auth=False, aws_api=True
    )
    databases: list[Database[dict[str, Any]]] = []

    def service(master_keys: str) -> InProcess:
        commands = Commands()
        databases.append(connect_database(settings, listeners=[commands]))
        with_keys = replace(settings, master_keys=master_keys)
        app = create_app(with_keys, database=databases[-1], readiness_times=uncached())
        app.extensions["database"] = databases[-1]
        return InProcess(app.test_client(), commands)

    yield service
    for database in databases:
        database.client.close()
    mongodb_client.drop_database(settings.mongodb_database)


@pytest.fixture(scope="session")
def connect(
    mongodb_uri: str,
    mongodb_client: pymongo.MongoClient[dict[str, Any]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[..., Any]]:
    """Run a service with authentication. Return a function that creates a client with these scopes.

    Each client can send 50 requests in a minute.
    """
    database = f"aws_{uuid4().hex[:12]}"
    environment = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": database, "MASTER_KEYS": ONE}
    settings = {"AUTH": "on", "AWS_API": "on", "WORKERS": "1", "RATE_LIMIT_PER_MINUTE": "50"}

    def create(*scopes: str, domain: str = "default") -> Any:
        options = [option for scope in scopes for option in ("--scope", scope)]
        arguments = ["access-keys", "create", "--label", "test", "--domain", domain, *options]
        created = CliRunner().invoke(main, arguments, env=environment)
        assert created.exit_code == 0, created.output
        key = dict(line.split("=", 1) for line in created.stdout.splitlines() if "=" in line)
        return boto3.client(
            "customer-profiles",
            endpoint_url=url,
            region_name="us-east-1",
            aws_access_key_id=key["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=key["AWS_SECRET_ACCESS_KEY"],
            config=Config(retries={"total_max_attempts": 1}),
        )

    log = tmp_path_factory.mktemp("gunicorn") / "log"
    with run_gunicorn(log, {**environment, **settings}) as url:
        yield create
    mongodb_client.drop_database(database)
