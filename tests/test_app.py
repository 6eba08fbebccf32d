"""The composition root: one factory, nothing at import, nobody asked before a request comes."""

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


def test_every_module_is_found() -> None:
    """The walk below misses none."""
    assert {"service.app", "service.cli", "service.store.profiles.collection", "schemas.profiles"} <= set(
        MODULES
    )


# gevent has to replace parts of the standard library before other modules are imported.
_FIRST = "service.server.gunicorn_config"


@pytest.mark.parametrize(
    "modules", [[name for name in MODULES if name != _FIRST], [_FIRST]], ids=["all", "gunicorn"]
)
def test_importing_any_module_needs_no_environment_and_connects_to_nothing(modules: list[str]) -> None:
    """With an empty environment and no sockets, each can be imported."""
    program = (
        "import importlib, socket, sys\n"
        "class Refused(socket.socket):\n"
        "    def __init__(self, *args, **kwargs): raise AssertionError('a socket at import')\n"
        "socket.socket = Refused\n"
        "for name in sys.argv[1:]: importlib.import_module(name)\n"
        "import threading; assert threading.active_count() == 1, threading.enumerate()\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, *modules],
        env={},
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def _calls(path: Path, name: str) -> int:
    """Return how often the module calls something of this name, subscripted or not."""
    calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    functions = [func.value if isinstance(func, ast.Subscript) else func for func in calls]
    return sum(name in (getattr(func, "id", None), getattr(func, "attr", None)) for func in functions)


def test_one_place_makes_a_connection() -> None:
    """``MongoClient(`` stands once, beside that of the bundled mongod's own start."""
    calling = {str(path.relative_to(_ROOT)): _calls(path, "MongoClient") for path in SOURCES}
    del calling["service/local/replica_set.py"]
    assert {path: count for path, count in calling.items() if count} == {
        "service/store/client/connection.py": 1
    }


def test_the_environment_is_read_in_few_places() -> None:
    """The settings, what gunicorn asks for by itself, and the commands.

    A command behaves differently where a variable is not set than where it is set to its default, which the
    settings do not tell; and it looks for misspelt names, which are no settings.
    """
    reading = {
        str(path.relative_to(_ROOT))
        for path in SOURCES
        if any(
            isinstance(node, ast.Attribute)
            and node.attr in {"environ", "getenv"}
            # That of WSGI is another one.
            and ast.unparse(node) != "request.environ"
            for node in ast.walk(ast.parse(path.read_text()))
        )
    }
    assert reading <= {
        "service/api/http/metrics.py",
        "service/cli/run.py",
        "service/cli/stores.py",
        "service/local/supervisor.py",
        "service/server/gunicorn_config.py",
    }


def test_making_an_application_does_not_ask_mongodb() -> None:
    """Where nothing listens, the application is made all the same, at once, and lives."""
    app = create_app(Settings(mongodb_uri="mongodb://127.0.0.1:1/?replicaSet=nowhere"))
    assert app.test_client().get("/livez").get_json() == {"status": "ok"}


def test_the_database_may_be_given() -> None:
    """A test's own takes the place of that of the settings."""
    app = create_app(Settings(auth=False), database=mongomock.MongoClient(tz_aware=True)["test"])
    response = app.test_client().post("/v1/profiles", json={"first_name": "Ada"})
    assert response.status_code == 201


def test_two_applications_share_nothing() -> None:
    """Each has its own database and its own memory of the domains."""
    one, other = (
        create_app(Settings(auth=False), database=mongomock.MongoClient(tz_aware=True)["test"]).test_client()
        for _ in range(2)
    )
    assert one.put("/v1/search-keys/ssn", json={"label": "SSN", "type": "digits"}).status_code == 201
    assert "ssn" in {key["name"] for key in one.get("/v1/search-keys").get_json()["items"]}
    assert "ssn" not in {key["name"] for key in other.get("/v1/search-keys").get_json()["items"]}


def test_settings_come_from_the_environment_unless_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """``create_app()`` is all that a server needs to call."""
    for name in list(os.environ):
        if name.startswith("MONGODB_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("MAX_BODY_BYTES", "1000")
    assert create_app().config["MAX_CONTENT_LENGTH"] == 1000
