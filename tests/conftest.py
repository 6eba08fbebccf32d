"""A real MongoDB for the tests that need one, and a database of its own for each of those tests."""

import shutil
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pymongo
import pytest

from service.embedded.mongod import embedded_mongodb


class _NoThread:
    """Takes the place of the thread that writes the audit."""

    def __init__(self, **_: Any) -> None:
        """Need nothing."""

    def start(self) -> None:
        """Leave it to the test to write what waits, if it wants to see it."""

    def is_alive(self) -> bool:
        """Say that nothing runs."""
        return False


@pytest.fixture(scope="session", autouse=True)
def _nothing_is_written_behind() -> Iterator[None]:
    """Have no thread ask MongoDB while a test runs.

    Its commands would stand among those that a test counts, and the driver draws from ``random``, which
    Hypothesis takes for a strategy that is none.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("service.store.audit.trail.Thread", _NoThread)
        yield


@pytest.fixture(scope="session")
def mongodb_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the URI of a one-node replica set; each worker of pytest-xdist starts one when it needs it."""
    data_dir = tmp_path_factory.mktemp("mongodb")
    with embedded_mongodb(data_dir) as uri:
        yield uri
    # 300 MB of journal; pytest would keep those of the last three runs.
    shutil.rmtree(data_dir)


@pytest.fixture(scope="session")
def mongodb_client(mongodb_uri: str) -> Iterator[pymongo.MongoClient[dict[str, Any]]]:
    """Return a client with administrator's rights, for setting the stage and for looking behind it."""
    with pymongo.MongoClient[dict[str, Any]](mongodb_uri, tz_aware=True) as client:
        yield client


@pytest.fixture
def database_name(mongodb_client: pymongo.MongoClient[dict[str, Any]]) -> Iterator[str]:
    """Return the name of a database that no other test uses; it is dropped afterwards."""
    name = f"test_{uuid4().hex}"
    yield name
    mongodb_client.drop_database(name)
