"""Load, by wrk: one thread, some connections that are kept open, each sending as soon as it is answered."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_SCRIPT = Path(__file__).with_name("load.lua")


@dataclass(frozen=True)
class Request:
    """What is sent; the body is JSON, or empty."""

    method: str
    path: str
    body: str = ""


@dataclass(frozen=True)
class Answered:
    """What came of it; times are milliseconds."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    failed: int

    @property
    def per_second(self) -> float:
        """Requests answered in a second."""
        return self.requests / self.seconds


def find_wrk() -> str:
    """Return the path of wrk; raises RuntimeError where it is not installed."""
    found = shutil.which("wrk")
    if found is None:
        raise RuntimeError("wrk is needed to make the load: install it (apt-get install wrk).")
    return found


def write_requests(path: Path, requests: Iterable[Request]) -> None:
    """Write requests to the file that the load is made of."""
    path.write_text("".join(f"{each.method}\t{each.path}\t{each.body}\n" for each in requests))


def run(
    url: str, requests: Path, *, seconds: int, connections: int, begin: int = 0, token: str | None = None
) -> Answered:
    """Send requests for so many whole seconds, from the one in place ``begin``.

    Raises RuntimeError where wrk fails, and where more than one request in a hundred did: what is measured
    must be what was asked for.
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
        # Without the command, in which the credential stands.
        raise RuntimeError(f"wrk ended with {done.returncode}: {done.stderr}")
    figures = json.loads(done.stdout.strip().splitlines()[-1])
    figures["failed"] = figures.pop("refused") + figures.pop("broken")
    answered = Answered(**figures)
    if answered.failed * 100 > answered.requests:
        raise RuntimeError(f"{answered.failed} of {answered.requests} failed: {requests.name} at {url}")
    return answered
