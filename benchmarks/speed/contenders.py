"""Who is measured, and how each is started: two processes each, on the same MongoDB and the same data."""

import os
from dataclasses import dataclass

from service.config import Settings

PROCESSES = 2
# Requests that each process of the service works on at a time.
THREADS = os.environ.get("THREADS", str(Settings.threads))
_GUNICORN = ("-m", "gunicorn", "--bind", "127.0.0.1:{port}", "--log-level", "warning")
# As the service's own gunicorn settings are.
_LIKE_OURS = (
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
    """A service to measure. ``of_rivals`` are installed apart, in an environment of their own."""

    name: str
    arguments: tuple[str, ...]
    ready: str
    of_rivals: bool = False
    is_eve: bool = False
    with_token: bool = False


OURS = Contender(
    "profile-lookup",
    (*_GUNICORN, "--config", "python:service.server.gunicorn_config"),
    "/readyz",
    with_token=True,
)
FLOOR = Contender("bare Flask + PyMongo", (*_GUNICORN, *_LIKE_OURS, f"{_RIVALS}.floor:app"), "/ready")
EVE = Contender("Eve", (*_GUNICORN, *_LIKE_OURS, f"{_RIVALS}.eve_app:app"), "/", of_rivals=True, is_eve=True)
FASTAPI = Contender(
    "FastAPI + Beanie",
    (
        *("-m", "uvicorn", f"{_RIVALS}.fastapi_app:app", "--host", "127.0.0.1", "--port", "{port}"),
        *("--workers", str(PROCESSES), "--log-level", "warning", "--no-access-log"),
    ),
    "/ready",
    of_rivals=True,
)
CONTENDERS = (OURS, FLOOR, EVE, FASTAPI)


def versions(rivals_python: str) -> str:
    """Return what the rivals' environment holds of what is measured."""
    names = ("Eve", "fastapi", "beanie", "uvicorn", "Flask", "gunicorn", "pymongo")
    code = (
        f"from importlib.metadata import version as v; print(', '.join(f'{{n}} {{v(n)}}' for n in {names}))"
    )
    return os.popen(f'{rivals_python} -c "{code}"').read().strip()  # noqa: S605 - our own words
