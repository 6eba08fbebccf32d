"""Servers as child processes, and their CPU time and memory."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from benchmarks.speed.contenders import PROCESSES, THREADS, Contender
from service.config import Settings

_ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 60
_STOP_SECONDS = 40


@dataclass(frozen=True)
class Server:
    """A running server."""

    url: str
    process: psutil.Process

    def cpu_seconds(self) -> float:
        """Return the CPU time of the server and its workers so far."""
        return cpu_seconds(self.process)

    def worker_megabytes(self) -> list[float]:
        """Return the resident memory of each worker."""
        workers = sorted(self.process.children(recursive=True), key=lambda child: child.pid)
        return [worker.memory_info().rss / 2**20 for worker in workers]


def cpu_seconds(process: psutil.Process) -> float:
    """Return the CPU seconds of a process and its living descendants."""
    times = [each.cpu_times() for each in (process, *process.children(recursive=True))]
    return float(sum(each.user + each.system for each in times))


def free_port() -> int:
    """Return a free port on loopback."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def service_environment(settings: Settings) -> dict[str, str]:
    """Return the environment variables of the service, with authentication."""
    return {
        "MONGODB_URI": settings.mongodb_uri,
        "MONGODB_DATABASE": settings.mongodb_database,
        "DEFAULT_REGION": str(settings.default_region),
        "AUTH": "on",
    }


@contextmanager
def serve(command: Sequence[str], env: Mapping[str, str], ready: str, log: Path) -> Iterator[Server]:
    """Run a server during the block. Replace ``{port}`` in the command by a free port.

    The server writes its output to ``log``.

    Raises:
        RuntimeError: the server did not respond at the path ``ready``.

    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    argv = [part.format(port=port) for part in command]
    with log.open("wb") as output:
        child = subprocess.Popen(  # noqa: S603 - our own commands
            argv, env={**os.environ, "PYTHONPATH": str(_ROOT), **env}, stdout=output, stderr=output, cwd=_ROOT
        )
    try:
        _wait_until_ready(f"{url}{ready}", child, log)
        yield Server(url, psutil.Process(child.pid))
    finally:
        child.terminate()
        child.wait(_STOP_SECONDS)


@contextmanager
def run_contenders(
    contenders: tuple[Contender, ...], env: Mapping[str, str], rivals_python: str, logs: Path
) -> Iterator[dict[str, Server]]:
    """Run all contenders during the block. Yield the servers by name."""
    with ExitStack() as stack:
        yield {
            each.name: stack.enter_context(
                serve(
                    (rivals_python if each.in_rivals_environment else sys.executable, *each.arguments),
                    {**env, "WORKERS": str(PROCESSES), "THREADS": THREADS},
                    each.ready,
                    logs / f"{each.name.split()[0]}.log",
                )
            )
            for each in contenders
        }


def _wait_until_ready(url: str, child: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and child.poll() is None:
        try:
            if httpx.get(url, timeout=_START_SECONDS).status_code < httpx.codes.INTERNAL_SERVER_ERROR:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError(f"A server did not start: {log.read_text(errors='replace')[-2000:]}")
