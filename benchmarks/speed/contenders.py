"""The services that are measured, with two processes each, on the same MongoDB and data."""

import os
from dataclasses import dataclass

from service.config import Settings

PROCESSES = 2
# Number of concurrent requests in each process of the service.
THREADS = os.environ.get("THREADS", str(Settings.threads))
_GUNICORN = ("-m", "gunicorn", "--bind", "127.0.0.1:{port}", "--log-level", "warning")
# The same values as in the service's gunicorn configuration.
_SAME_SETTINGS = (
    "-k",
    "gevent",
    "-w",
    str(PROCESSES),
    "--keep-alive",
    "75",
)
_RIVALS = "benchmarks.speed.rivals"


@dataclass(frozen=True)
class Contender:
    """A service to measure. ``arguments`` are those of Python; ``{port}`` in them stands for a free port.

    ``ready`` is the path that responds when the service is ready.
    ``in_rivals_environment``: it needs the packages of the separate environment. ``is_eve``: it gets requests
    in the form of Eve. ``with_token``: its requests have the API key.
    """

    name: str
    arguments: tuple[str, ...]
    ready: str
    in_rivals_environment: bool = False
    is_eve: bool = False
    with_token: bool = False


OURS = Contender(
    "profile-lookup",
    (*_GUNICORN, "--config", "python:service.server.gunicorn_config"),
    "/readyz",
    with_token=True,
)
FLOOR = Contender("bare Flask + PyMongo", (*_GUNICORN, *_SAME_SETTINGS, f"{_RIVALS}.floor:app"), "/ready")
EVE = Contender(
    "Eve",
    (*_GUNICORN, *_SAME_SETTINGS, f"{_RIVALS}.eve_app:app"),
    "/",
    in_rivals_environment=True,
    is_eve=True,
)
FASTAPI = Contender(
    "FastAPI + Beanie",
    (
        *("-m", "uvicorn", f"{_RIVALS}.fastapi_app:app", "--host", "127.0.0.1", "--port", "{port}"),
        *("--workers", str(PROCESSES), "--log-level", "warning", "--no-access-log"),
    ),
    "/ready",
    in_rivals_environment=True,
)
CONTENDERS = (OURS, FLOOR, EVE, FASTAPI)


def versions(rivals_python: str) -> str:
    """Return the versions of the measured packages in the rivals' environment."""
    names = ("Eve", "fastapi", "beanie", "uvicorn", "Flask", "gunicorn", "pymongo")
    code = (
        f"from importlib.metadata import version as v; print(', '.join(f'{{n}} {{v(n)}}' for n in {names}))"
    )
    return os.popen(f'{rivals_python} -c "{code}"').read().strip()  # noqa: S605 - no user input
