"""Fill a database with customers, made as the service makes them and written many at a time."""

import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from multiprocessing import get_context
from typing import Any, cast

import pymongo

from benchmarks.speed import corpus
from service.config import Settings
from service.store.client import connect
from service.store.profiles import ProfileStore
from service.store.stores import Stores
from service.use_cases.profiles import create_profile

_BATCH = 1000
_PROCESSES = 2
DOMAIN = "default"


@dataclass(frozen=True)
class Filled:
    """How many profiles were made, and what that took in seconds: by the clock, and of CPU in Python."""

    profiles: int
    seconds: float
    cpu_seconds: float


class _Collected:
    """Takes the place of the collection, and keeps the documents instead of sending them one by one."""

    def __init__(self) -> None:
        self.documents: list[dict[str, Any]] = []

    def insert_one(self, document: dict[str, Any]) -> None:
        self.documents.append(document)


def fill(settings: Settings, count: int) -> Filled | None:
    """Bring the database to ``count`` customers; None where it has them already.

    The profile of customer n has the ID n in hexadecimal digits, so that whoever measures knows it.
    """
    database = connect(settings)
    profiles = database["profiles"]
    standing = profiles.estimated_document_count()
    if standing == count:
        return None
    profiles.drop()
    Stores.over(database, settings).indexes.build()
    started = time.perf_counter()
    step = max(_BATCH, min(20 * _BATCH, count // _PROCESSES))
    parts = [(begin, min(begin + step, count)) for begin in range(0, count, step)]
    # Spawned, since PyMongo is not fork-safe.
    with ProcessPoolExecutor(_PROCESSES, mp_context=get_context("spawn")) as pool:
        cpu_seconds = sum(pool.map(partial(_fill_part, settings), parts))
    seconds = time.perf_counter() - started
    database.client.close()
    return Filled(count, seconds, cpu_seconds)


def _fill_part(settings: Settings, part: tuple[int, int]) -> float:
    """Insert customers of these numbers; returns the CPU seconds that making and sending them took."""
    started = time.process_time()
    database = connect(settings)
    # Nobody waits for these writes one by one, and a run that is cut short begins anew.
    target = database["profiles"].with_options(write_concern=pymongo.WriteConcern(1))
    made = _documents(Stores.over(database, settings), *part)
    while batch := list(islice(made, _BATCH)):
        target.insert_many(batch, ordered=False)
    database.client.close()
    return time.process_time() - started


def _documents(stores: Stores, begin: int, end: int) -> Iterator[dict[str, Any]]:
    collected = _Collected()
    collecting = replace(stores, profiles=ProfileStore(cast("Any", collected)))
    for number in range(begin, end):
        create_profile(collecting, DOMAIN, corpus.customer(number))
        document = collected.documents.pop()
        own = f"profile_id:{document['_id']}"
        document["_id"] = f"{number:032x}"
        entries = [entry for entry in document["lookup"] if entry != own]
        yield document | {"lookup": sorted([*entries, f"profile_id:{number:032x}"])}
