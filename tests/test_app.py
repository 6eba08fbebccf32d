"""The application factory. It does not connect to MongoDB before the first request."""

import ast
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import mongomock
import pytest

import schemas
import service
from service.app import create_app
from service.config import Settings

_ROOT = Path(service.__file__).parents[1]
MODULES = sorted(
    module.name
    for package in (service, schemas)
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
)
SOURCES = sorted(path for package in ("service", "schemas") for path in (_ROOT / package).rglob("*.py"))


def test_the_list_of_modules_is_complete() -> None:
    """The other tests check modules of every package."""
    assert {"service.app", "service.cli", "service.store.profiles.collection", "schemas.profiles"} <= set(
        MODULES
    )


# gevent must replace parts of the standard library before other modules are imported.
_GUNICORN_CONFIG = "service.server.gunicorn_config"


@pytest.mark.parametrize(
    "modules",
    [[name for name in MODULES if name != _GUNICORN_CONFIG], [_GUNICORN_CONFIG]],
    ids=["all", "gunicorn"],
)
def test_imports_need_no_environment_and_open_no_connection(modules: list[str]) -> None:
    """Every module can be imported with an empty environment and without sockets."""
    program = (
        "import importlib, socket, sys\n"
        "class Forbidden(socket.socket):\n"
        "    def __init__(self, *args, **kwargs): raise AssertionError('a socket at import')\n"
        "socket.socket = Forbidden\n"
        "for name in sys.argv[1:]: importlib.import_module(name)\n"
        "import threading; assert threading.active_count() == 1, threading.enumerate()\n"
    )
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, *modules],
        env={},
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")


def _calls(path: Path, name: str) -> int:
    """Count the calls of a function or class in a module, with or without a subscript."""
    calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    functions = [func.value if isinstance(func, ast.Subscript) else func for func in calls]
    return sum(name in (getattr(func, "id", None), getattr(func, "attr", None)) for func in functions)


def test_only_one_module_creates_a_client() -> None:
    """The start of the bundled mongod is the only other use of ``MongoClient``."""
    calls = {str(path.relative_to(_ROOT)): _calls(path, "MongoClient") for path in SOURCES}
    del calls["service/local/replica_set.py"]
    assert {path: count for path, count in calls.items() if count} == {
        "service/store/client/connection.py": 1
    }


def test_only_a_few_modules_read_the_environment() -> None:
    """The settings, gunicorn's configuration, the commands and the state of an import read the environment.

    Commands must know if a variable is set at all, which the settings do not show. They also look for
    misspelt names.
    """
    readers = {
        str(path.relative_to(_ROOT))
        for path in SOURCES
        if any(
            isinstance(node, ast.Attribute)
            and node.attr in {"environ", "getenv"}
            # This is the WSGI environment.
            and ast.unparse(node) != "request.environ"
            for node in ast.walk(ast.parse(path.read_text()))
        )
    }
    assert readers <= {
        "service/api/http/metrics.py",
        "service/cli/run.py",
        "service/cli/stores.py",
        "service/local/supervisor.py",
        "service/server/gunicorn_config.py",
        "service/transfer/state_folder.py",
    }


def test_creating_an_application_does_not_connect_to_mongodb() -> None:
    """The application starts and is live, although MongoDB is unreachable."""
    app = create_app(Settings(mongodb_uri="mongodb://127.0.0.1:1/?replicaSet=nowhere"))
    assert app.test_client().get("/livez").get_json() == {"status": "ok"}


def test_the_database_can_be_passed_in() -> None:
    """The given database replaces the database of the settings."""
    app = create_app(Settings(auth=False), database=mongomock.MongoClient(tz_aware=True)["test"])
    response = app.test_client().post("/v1/profiles", json={"first_name": "Ada"})
    assert response.status_code == 201


def test_two_applications_share_no_state() -> None:
    """An application has its own database and its own cache of domains."""
    one, other = (
        create_app(Settings(auth=False), database=mongomock.MongoClient(tz_aware=True)["test"]).test_client()
        for _ in range(2)
    )
    assert one.put("/v1/search-keys/ssn", json={"label": "SSN", "type": "digits"}).status_code == 201
    assert "ssn" in {key["name"] for key in one.get("/v1/search-keys").get_json()["items"]}
    assert "ssn" not in {key["name"] for key in other.get("/v1/search-keys").get_json()["items"]}


def test_settings_default_to_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server calls ``create_app()`` without arguments."""
    for name in list(os.environ):
        if name.startswith("MONGODB_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("MAX_BODY_BYTES", "1000")
    assert create_app().config["MAX_CONTENT_LENGTH"] == 1000
