"""The service as clients see it: HTTP requests to gunicorn with a real MongoDB."""

import os
import shlex
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pymongo
import pytest
from click.testing import CliRunner

from service.cli import main
from tests import tls
from tests.acceptance.importing import Importer, add_curl, code_blocks, read_page
from tests.master_keys import ONE
from tests.serving import RESPONSE_SECONDS
from tests.serving import run_gunicorn as gunicorn

Serve = Callable[..., str]
Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def module_database(mongodb_client: pymongo.MongoClient[dict[str, Any]]) -> Iterator[str]:
    """Return the name of a database that only the tests of one module use."""
    name = f"acceptance_{uuid4().hex[:12]}"
    yield name
    mongodb_client.drop_database(name)


@pytest.fixture(scope="module")
def serve(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Return a function that starts gunicorn with a database and returns its URL."""
    with ExitStack() as stack:

        def start(database: str, **settings: str) -> str:
            log = tmp_path_factory.mktemp("gunicorn") / "log"
            defaults = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": database}
            defaults |= {"AUTH": "off", "MASTER_KEYS": ONE}
            return stack.enter_context(gunicorn(log, {**defaults, **settings}))

        yield start


@pytest.fixture(scope="module")
def run_gunicorn() -> Callable[[Path, dict[str, str]], Any]:
    """Return a context manager that runs gunicorn, given a log file and environment variables."""
    return gunicorn


@pytest.fixture(scope="module")
def connect() -> Iterator[Callable[[str], httpx.Client]]:
    """Return a function that creates a client for a URL. The client keeps its connections open."""
    with ExitStack() as stack:
        yield lambda url: stack.enter_context(
            httpx.Client(base_url=url, timeout=RESPONSE_SECONDS, verify=tls.UNUSED)
        )


@pytest.fixture(scope="session")
def shared_service(
    mongodb_uri: str,
    mongodb_client: pymongo.MongoClient[dict[str, Any]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[str, str]]:
    """Run a service with two workers. Return its URL and its database."""
    database = f"acceptance_{uuid4().hex[:12]}"
    settings = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": database, "WORKERS": "2"}
    log = tmp_path_factory.mktemp("gunicorn") / "log"
    with gunicorn(log, {**settings, "AUTH": "off", "MASTER_KEYS": ONE}) as url:
        yield url, database
    mongodb_client.drop_database(database)


@pytest.fixture(scope="module")
def server_url(shared_service: tuple[str, str], mongodb_client: pymongo.MongoClient[dict[str, Any]]) -> str:
    """Return the URL of a service with two workers. It has no profiles and contacts of other modules."""
    url, database = shared_service
    for collection in ("profiles", "associations"):
        mongodb_client[database][collection].delete_many({})
    return url


@pytest.fixture(scope="session")
def secured_service(
    mongodb_uri: str,
    mongodb_client: pymongo.MongoClient[dict[str, Any]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[str, str]]:
    """Run a service with authentication and two workers. Return its URL and its database."""
    database = f"acceptance_{uuid4().hex[:12]}"
    settings = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": database, "WORKERS": "2"}
    log = tmp_path_factory.mktemp("gunicorn") / "log"
    # Without a cache, both workers apply changed settings at once.
    settings |= {"SETTINGS_CACHE_SECONDS": "0", "AUTH": "on", "AWS_API": "on", "MASTER_KEYS": ONE}
    with gunicorn(log, settings) as url:
        yield url, database
    mongodb_client.drop_database(database)


@pytest.fixture(scope="module")
def secured_url(secured_service: tuple[str, str], mongodb_client: pymongo.MongoClient[dict[str, Any]]) -> str:
    """Return the URL of a service with authentication. It has no profiles and contacts of other modules."""
    url, database = secured_service
    for collection in ("profiles", "associations"):
        mongodb_client[database][collection].delete_many({})
    return url


@pytest.fixture(scope="session")
def make_commands(mongodb_uri: str) -> Callable[[str], Callable[..., str]]:
    """Return a function that returns a function that runs `profile-lookup` with a database."""

    def make(database: str) -> Callable[..., str]:
        def run(*arguments: str) -> str:
            environment = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": database, "MASTER_KEYS": ONE}
            result = CliRunner().invoke(main, arguments, env=environment)
            assert result.exit_code == 0, result.output
            return result.stdout.strip()

        return run

    return make


@pytest.fixture(scope="session")
def commands(
    make_commands: Callable[[str], Callable[..., str]], secured_service: tuple[str, str]
) -> Callable[..., str]:
    """Return a function that runs `profile-lookup` with the database of the service with authentication."""
    return make_commands(secured_service[1])


@pytest.fixture(scope="module")
def http(server_url: str, connect: Callable[[str], httpx.Client]) -> httpx.Client:
    """Return a client of the service for tests that check headers."""
    return connect(server_url)


@pytest.fixture(scope="module")
def make_ask() -> Callable[[httpx.Client], Ask]:
    """Return a function that turns a client into an ``ask`` function."""
    return _make_ask


@pytest.fixture(scope="module")
def ask(http: httpx.Client) -> Ask:
    """Return a function that sends a request, checks the status and returns the response's body."""
    return _make_ask(http)


@pytest.fixture(scope="session")
def curl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for commands. It has a curl if the machine has none."""
    return add_curl(tmp_path_factory.mktemp("curl"))


@pytest.fixture(scope="session")
def importer(
    mongodb_uri: str,
    mongodb_client: pymongo.MongoClient[dict[str, Any]],
    curl: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Importer]:
    """Return an importer of a service with two workers. The page creates its API key and its search key.

    The service has short time limits, so that its list of changes shows a change soon.
    """
    database = f"acceptance_{uuid4().hex[:12]}"
    page = read_page("importing.md")
    arguments = shlex.split(code_blocks(page, "console")[0].replace("\\\n", ""))[1:]
    environment = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": database}
    scopes = ("--scope", "profiles:admin", "--scope", "profiles:merge")
    created = CliRunner().invoke(main, [*arguments, *scopes], env=environment)
    assert created.exit_code == 0, created.output
    settings = {"MASTER_KEYS": ONE, "WORKERS": "2", "AUTH": "on", "MONGODB_TIMEOUT_MS": "1000"}
    log = tmp_path_factory.mktemp("gunicorn") / "log"
    with gunicorn(log, {**environment, **settings}) as url:
        prepared = Importer(tmp_path_factory.mktemp("import"), url, created.stdout.strip(), database)
        result = prepared.shell(code_blocks(page, "sh")[1], PATH=f"{curl}{os.pathsep}{os.environ['PATH']}")
        assert result.returncode == 0, result.stderr
        assert '"default_region":"JP"' in result.stdout
        assert '"unique":true' in result.stdout
        yield prepared
    mongodb_client.drop_database(database)


@pytest.fixture
def profiles(
    mongodb_client: pymongo.MongoClient[dict[str, Any]], importer: Importer
) -> Callable[[], list[dict[str, Any]]]:
    """Delete all profiles, and the possible duplicates that imports have listed.

    Return a function that reads all profiles, sorted by customer number.
    """
    collection = mongodb_client[importer.database].profiles
    collection.delete_many({})
    for path in importer.folder.glob("*.duplicates*.csv"):
        path.unlink()
    return lambda: sorted(collection.find(), key=lambda profile: profile["keys"][0]["values"])


def _make_ask(client: httpx.Client) -> Ask:
    def ask(method: str, path: str, body: Any = None, *, expect: int = 200) -> Any:
        response = client.request(method, path, json=body)
        assert response.status_code == expect, response.text
        return response.json() if response.content else None

    return ask
