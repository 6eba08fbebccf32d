"""Distribution of connections among workers."""

import os
import signal
import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.faults.conftest import Serve
from tests.faults.in_flight import find_worker
from tests.faults.replica_set import ReplicaSet, wait_for
from tests.faults.serving import Service

_ACCEPT_SECONDS = 30
_CONCURRENT = 16

pytestmark = [
    pytest.mark.skipif(not Path("/proc/self/net/tcp").exists(), reason="connections are read from /proc"),
    pytest.mark.timeout(300),
]


@contextmanager
def _suspended(pid: int) -> Iterator[None]:
    """Suspend a worker during the block."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def _count_by_worker(service: Service, workers: list[int], count: int) -> Counter[int]:
    """Open connections, as a proxy does. Return the number of connections that each worker accepted."""
    with ExitStack() as stack:
        connections = [
            stack.enter_context(socket.create_connection(("127.0.0.1", service.port))) for _ in range(count)
        ]
        ports = [connection.getsockname()[1] for connection in connections]
        return Counter(
            wait_for(lambda port=port: find_worker(service.port, port, workers), "a worker", _ACCEPT_SECONDS)  # type: ignore[misc]
            for port in ports
        )


def test_a_suspended_worker_blocks_no_connection(one_member: ReplicaSet, serve: Serve, new_name: str) -> None:
    """The other worker accepts all connections at once."""
    service = serve(one_member.uri, new_name)
    one, other = service.workers()
    began = time.monotonic()
    with _suspended(other):
        assert _count_by_worker(service, [one, other], _CONCURRENT) == {one: _CONCURRENT}
    assert time.monotonic() - began < 5
