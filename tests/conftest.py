"""A real MongoDB for the tests that need one, and a database of its own for each of those tests."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pymongo
import pytest

from service.embedded.mongod import embedded_mongodb
from tests.memory_folder import memory_folder


@pytest.fixture(scope="session", autouse=True)
def _readiness_is_looked_at_each_time() -> Iterator[None]:
    """Have a service remember for no time whether it is ready: a test changes that, and asks at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("service.use_cases.health.REMEMBERED_SECONDS", 0.0)
        patch.setattr("service.use_cases.lookup_entries.DEFINITIONS_TTL", 0.0)
        # However slow the machine is.
        patch.setattr("service.use_cases.lookup_entries.DEFINITIONS_TIMEOUT", 60.0)
        yield


@pytest.fixture(scope="session")
def mongodb_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the URI of a one-node replica set; each worker of pytest-xdist starts one when it needs it."""
    folder = tmp_path_factory.mktemp("mongodb")
    with memory_folder(folder) as data_dir, embedded_mongodb(data_dir) as uri:
        yield uri


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
