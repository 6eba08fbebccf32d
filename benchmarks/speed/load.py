"""Load from wrk: one thread with several connections, which send a request after each response."""

import json
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_SCRIPT = Path(__file__).with_name("load.lua")


@dataclass(frozen=True)
class Request:
    """A request. The body is JSON or empty. ``headers`` are sent in addition to those of all requests."""

    method: str
    path: str
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def line(self) -> str:
        """The line for this request in the file that wrk's script reads."""
        headers = (f"{name}={value}" for name, value in self.headers.items())
        return "\t".join((self.method, self.path, self.body, *headers)) + "\n"


@dataclass(frozen=True)
class LoadResult:
    """The result of a run."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    failed: int

    @property
    def per_second(self) -> float:
        """Responses per second."""
        return self.requests / self.seconds


def find_wrk() -> str:
    """Return the path of wrk.

    Raises:
        RuntimeError: wrk is not installed.

    """
    path = shutil.which("wrk")
    if path is None:
        raise RuntimeError("wrk is not installed; install it (apt-get install wrk).")
    return path


def write_requests(path: Path, requests: Iterable[Request]) -> None:
    """Write the file of requests for wrk."""
    path.write_text("".join(each.line for each in requests))


def run(
    url: str, requests: Path, *, seconds: int, connections: int, begin: int = 0, token: str | None = None
) -> LoadResult:
    """Send the requests of a file for a number of seconds, in turn, from the one at position ``begin``.

    Raises:
        RuntimeError: wrk failed, or more than one request in a hundred failed, so the figures would be wrong.

    """
    command = [
        find_wrk(),
        "-t1",
        f"-c{connections}",
        f"-d{seconds}s",
        "--timeout",
        "30s",
        "-s",
        str(_SCRIPT),
    ]
    arguments = [str(requests), str(begin), *([token] if token else [])]
    process = subprocess.run(  # noqa: S603 - wrk, with our own script
        [*command, url, "--", *arguments], check=False, capture_output=True, text=True
    )
    if process.returncode:
        # Do not show the command, because it contains the credential.
        raise RuntimeError(f"wrk ended with {process.returncode}: {process.stderr}")
    figures = json.loads(process.stdout.strip().splitlines()[-1])
    figures["failed"] = figures.pop("refused") + figures.pop("broken")
    result = LoadResult(**figures)
    if result.failed * 100 > result.requests:
        raise RuntimeError(f"{result.failed} of {result.requests} requests failed: {requests.name} at {url}")
    return result
