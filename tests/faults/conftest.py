"""Replica sets and services for tests of failures."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest

from tests.faults.replica_set import ReplicaSet, replica_set
from tests.faults.serving import Service, running_service

Serve = Callable[..., Service]


@pytest.fixture(scope="module")
def three_members(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    """Return a replica set of three healthy members for a module."""
    with replica_set(tmp_path_factory.mktemp("three-members"), 3) as replicas:
        yield replicas


@pytest.fixture(scope="session")
def one_member(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    """Return a replica set of one member with failpoints. Each pytest-xdist worker starts its own."""
    with replica_set(tmp_path_factory.mktemp("one-member"), 1) as replicas:
        yield replicas


@pytest.fixture
def new_name() -> str:
    """Return the name of an unused database."""
    return f"faults_{uuid4().hex[:12]}"


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Return a function that starts the service with a MongoDB. The service runs until the test ends."""
    with ExitStack() as stack:

        def start(uri: str, database: str, **options: str) -> Service:
            settings = {"MONGODB_URI": uri, "MONGODB_DATABASE": database, "MONGODB_HEARTBEAT_MS": "500"}
            return stack.enter_context(
                running_service(tmp_path / f"log-{uuid4().hex[:8]}", settings, **options)
            )

        yield start
