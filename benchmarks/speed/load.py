"""Load from wrk: one thread with open connections, which send again as soon as they have a response."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_SCRIPT = Path(__file__).with_name("load.lua")


@dataclass(frozen=True)
class Request:
    """A request; the body is JSON or empty."""

    method: str
    path: str
    body: str = ""


@dataclass(frozen=True)
class Answered:
    """The result of a run; times are milliseconds."""

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
    """Return the path of wrk; raises RuntimeError if it is not installed."""
    found = shutil.which("wrk")
    if found is None:
        raise RuntimeError("wrk is needed to make the load: install it (apt-get install wrk).")
    return found


def write_requests(path: Path, requests: Iterable[Request]) -> None:
    """Write the file of requests for wrk."""
    path.write_text("".join(f"{each.method}\t{each.path}\t{each.body}\n" for each in requests))


def run(
    url: str, requests: Path, *, seconds: int, connections: int, begin: int = 0, token: str | None = None
) -> Answered:
    """Send requests for a number of seconds, beginning with the one at position ``begin``.

    Raises RuntimeError if wrk fails, or if more than one request in a hundred fails, since the figures would
    be wrong.
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
    done = subprocess.run(  # noqa: S603 - wrk, with our own script
        [*command, url, "--", *arguments], check=False, capture_output=True, text=True
    )
    if done.returncode:
        # Without the command, which contains the credential.
        raise RuntimeError(f"wrk ended with {done.returncode}: {done.stderr}")
    figures = json.loads(done.stdout.strip().splitlines()[-1])
    figures["failed"] = figures.pop("refused") + figures.pop("broken")
    answered = Answered(**figures)
    if answered.failed * 100 > answered.requests:
        raise RuntimeError(f"{answered.failed} of {answered.requests} failed: {requests.name} at {url}")
    return answered
