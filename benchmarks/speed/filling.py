"""Fill a database with customers, made as the service makes them and written many at a time."""

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
# Enough to have every kind of customer among them.
_LOOKED_AT = 500
_PROFILES, _MARKER = "profiles", "filled"
DOMAIN = "default"


def fill(settings: Settings, count: int) -> Filled | None:
    """Bring the database to ``count`` customers, and nothing besides; None where it has them already.

    They are kept from run to run as long as this release would make and index them in the same way. The
    profile of customer n has the ID n in hexadecimal digits, so that whoever measures knows it.
    """
    database = connect(settings)
    stores = Stores.over(database, settings)
    marker = {
        "_id": _MARKER,
        "profiles": count,
        "fingerprint": fingerprint(INDEXES[_PROFILES], _documents(stores, 0, _LOOKED_AT)),
    }
    stands = _stands(database, marker)
    # What runs have left behind beside them: associations, the audit, keys.
    _drop_all_but({_PROFILES, _MARKER} if stands else set(), database)
    stores.indexes.build()
    filled = None
    if not stands:
        filled = _fill(settings, count)
        # Last, so that a run that is cut short leaves nothing that is taken for filled.
        database[_MARKER].insert_one(marker)
    database.client.close()
    return filled


def fingerprint(indexes: Iterable[IndexModel], documents: Iterable[dict[str, Any]]) -> str:
    """Return another text for other indexes, or for profiles that are made differently.

    A document tells the rules that its entries were made with, and the releases of the libraries.
    """
    times = {"created_at", "updated_at"}
    made = [{name: value for name, value in each.items() if name not in times} for each in documents]
    told = repr(([index.document for index in indexes], made))
    return blake2b(told.encode(), digest_size=16).hexdigest()


def _stands(database: Database[dict[str, Any]], marker: dict[str, Any]) -> bool:
    counted = database[_PROFILES].estimated_document_count()
    return database[_MARKER].find_one() == marker and counted == marker["profiles"]


def _drop_all_but(kept: set[str], database: Database[dict[str, Any]]) -> None:
    for name in set(database.list_collection_names()) - kept:
        database.drop_collection(name)


def _fill(settings: Settings, count: int) -> Filled:
    started = time.perf_counter()
    step = max(_BATCH, min(20 * _BATCH, count // _PROCESSES))
    parts = [(begin, min(begin + step, count)) for begin in range(0, count, step)]
    # Spawned, since PyMongo is not fork-safe.
    with ProcessPoolExecutor(_PROCESSES, mp_context=get_context("spawn")) as pool:
        cpu_seconds = sum(pool.map(partial(_fill_part, settings), parts))
    return Filled(count, time.perf_counter() - started, cpu_seconds)


def _fill_part(settings: Settings, part: Sequence[int]) -> float:
    """Insert customers of these numbers; returns the CPU seconds that making and sending them took."""
    started = time.process_time()
    database = connect(settings)
    # Nobody waits for these writes one by one, and a run that is cut short begins anew.
    target = database[_PROFILES].with_options(write_concern=pymongo.WriteConcern(1))
    made = _documents(Stores.over(database, settings), *part)
    while batch := list(islice(made, _BATCH)):
        target.insert_many(batch, ordered=False)
    database.client.close()
    return time.process_time() - started


def _documents(stores: Stores, begin: int, end: int) -> Iterator[dict[str, Any]]:
    for number in range(begin, end):
        profile, index = new_profile(stores, DOMAIN, corpus.customer(number), f"{number:032x}")
        yield to_document(DOMAIN, profile, index, ())
