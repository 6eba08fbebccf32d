"""Fills a database with customers in batches, in the form that the service stores."""

import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from hashlib import blake2b
from itertools import islice
from multiprocessing import get_context
from typing import Any

import pymongo
from pymongo import IndexModel
from pymongo.database import Database

from benchmarks.speed import corpus
from benchmarks.speed.figures import Filled
from service.config import Settings
from service.store.client.connection import connect
from service.store.indexes.definitions import INDEXES
from service.store.profiles.documents import to_document
from service.store.stores import Stores
from service.use_cases.profiles import new_profile

_BATCH = 1000
_PROCESSES = 2
# Enough to include every kind of customer.
_SAMPLE_SIZE = 500
_PROFILES, _MARKER = "profiles", "filled"
DOMAIN = "default"


def fill(settings: Settings, count: int) -> Filled | None:
    """Fill the database with exactly ``count`` customers. Return the time of this, or None if it has them.

    Customers of an earlier run are used again if this release stores and indexes them in the same way. All
    other collections are removed. The profile of customer n has the ID n in 32 hexadecimal digits.
    """
    database = connect(settings)
    stores = Stores.over(database, settings)
    marker = {
        "_id": _MARKER,
        "profiles": count,
        "fingerprint": fingerprint(INDEXES[_PROFILES], _documents(stores, 0, _SAMPLE_SIZE)),
    }
    is_filled = _is_filled(database, marker)
    # Earlier runs added associations, audit events and API keys.
    _drop_other_collections({_PROFILES, _MARKER} if is_filled else set(), database)
    stores.indexes.build()
    filled = None
    if not is_filled:
        filled = _fill(settings, count)
        # Insert the marker last, so that an interrupted run leaves a database without a marker.
        database[_MARKER].insert_one(marker)
    database.client.close()
    return filled


def fingerprint(indexes: Iterable[IndexModel], documents: Iterable[dict[str, Any]]) -> str:
    """Return a text that changes with the indexes and with the stored form of profiles.

    A document contains the versions of the rules and of the libraries that computed its index terms.
    """
    times = {"created_at", "updated_at"}
    contents = [{name: value for name, value in each.items() if name not in times} for each in documents]
    text = repr(([index.document for index in indexes], contents))
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _is_filled(database: Database[dict[str, Any]], marker: dict[str, Any]) -> bool:
    count = database[_PROFILES].estimated_document_count()
    return database[_MARKER].find_one() == marker and count == marker["profiles"]


def _drop_other_collections(keep: set[str], database: Database[dict[str, Any]]) -> None:
    for name in set(database.list_collection_names()) - keep:
        database.drop_collection(name)


def _fill(settings: Settings, count: int) -> Filled:
    started = time.perf_counter()
    step = max(_BATCH, min(20 * _BATCH, count // _PROCESSES))
    parts = [(begin, min(begin + step, count)) for begin in range(0, count, step)]
    # Spawn processes, since PyMongo is not fork-safe.
    with ProcessPoolExecutor(_PROCESSES, mp_context=get_context("spawn")) as pool:
        cpu_seconds = sum(pool.map(partial(_fill_part, settings), parts))
    return Filled(count, time.perf_counter() - started, cpu_seconds)


def _fill_part(settings: Settings, part: Sequence[int]) -> float:
    """Insert the customers from the first number up to, but not including, the second. Return CPU seconds."""
    started = time.process_time()
    database = connect(settings)
    # Wait for the primary only, since an interrupted run starts again.
    target = database[_PROFILES].with_options(write_concern=pymongo.WriteConcern(1))
    documents = _documents(Stores.over(database, settings), *part)
    while batch := list(islice(documents, _BATCH)):
        target.insert_many(batch, ordered=False)
    database.client.close()
    return time.process_time() - started


def _documents(stores: Stores, begin: int, end: int) -> Iterator[dict[str, Any]]:
    for number in range(begin, end):
        profile, index = new_profile(stores, DOMAIN, corpus.customer(number), f"{number:032x}")
        yield to_document(DOMAIN, profile, index, ())
