"""A real MongoDB, and a separate database for each test that needs one."""

import signal
from collections.abc import Generator, Iterator
from typing import Any
from uuid import uuid4

import pymongo
import pytest
from hypothesis import is_hypothesis_test

from service.local.mongod import BundledMongoDB
from service.server import log
from tests.measuring import unmeasured
from tests.memory_folder import memory_folder

_UNMEASURED = {"acceptance", "benchmarks", "faults", "model", "openapi", "safety"}
"""Folders of tests that are slow, or that run the service in other processes."""
_MEASURED = {"test_importing.py", "test_importing_errors.py", "test_round_trip.py"}
"""Files in these folders that run commands in this process."""
_ALL_CASES = {"transfer", "test_importing_errors.py"}
"""Folders and files of tests whose cases are short, and take different ways through the code."""

_measured: set[str] = set()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Measure coverage in the first case of most tests only, and not in tests that generate their cases.

    Measuring all cases would double the time.
    """
    has_short_cases = not _ALL_CASES.isdisjoint((item.path.parent.name, item.path.name))
    test = item.nodeid if has_short_cases else item.nodeid.partition("[")[0]
    is_in_measured_file = item.path.parent.name not in _UNMEASURED or item.path.name in _MEASURED
    is_generated = isinstance(item, pytest.Function) and is_hypothesis_test(item.obj)
    if test in _measured or is_generated or not is_in_measured_file:
        with unmeasured():
            return (yield)
    _measured.add(test)
    return (yield)


@pytest.fixture(scope="session", autouse=True)
def _configure_logging() -> None:
    """Configure logging, as each command does when it starts."""
    log.configure()


@pytest.fixture
def interruptible() -> Iterator[None]:
    """During the test, SIGINT raises KeyboardInterrupt, even if pytest is a background job of a shell."""
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, previous)


@pytest.fixture(scope="session")
def mongodb_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the URI of a one-node replica set. Each pytest-xdist worker starts its own on demand."""
    folder = tmp_path_factory.mktemp("mongodb")
    with memory_folder(folder) as data_dir, BundledMongoDB(data_dir) as mongodb:
        yield mongodb.uri


@pytest.fixture(scope="session")
def mongodb_client(mongodb_uri: str) -> Iterator[pymongo.MongoClient[dict[str, Any]]]:
    """Return an administrator's client, to prepare and inspect data."""
    with pymongo.MongoClient[dict[str, Any]](mongodb_uri, tz_aware=True) as client:
        yield client


@pytest.fixture
def database_name(mongodb_client: pymongo.MongoClient[dict[str, Any]]) -> Iterator[str]:
    """Return the name of an unused database. Drop it afterwards."""
    name = f"test_{uuid4().hex}"
    yield name
    mongodb_client.drop_database(name)
