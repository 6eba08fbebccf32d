"""The speed of `profile-lookup duplicates`: ``python -m benchmarks.duplicates_speed``.

Fills a MongoDB with made-up customers, one in 20 a second profile of an earlier customer. Runs the
command on them, and prints its time and memory. MongoDB runs on the same processors. A second run reuses the
profiles in ``--data-dir``.
"""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from functools import partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import click
import pymongo

from benchmarks.speed import corpus
from service.config import Settings
from service.local.mongod import BundledMongoDB
from service.store.client.connection import connect
from service.store.profiles.documents import to_document
from service.store.stores import Stores
from service.use_cases.profiles import new_profile

_BATCH = 1000
_PART = 10_000
_PROCESSES = 2
_TIMEOUT_MS = 120_000
_DATABASE, _DOMAIN = "duplicates_speed", "default"
# Of every 20 customers, the last one repeats the customer 10 numbers before.
_ONE_IN_REPEATED, _REPEATED, _BACK = 20, 19, 10
_FIRST_BIRTH = date(1940, 1, 1)
_DAYS, _STEP = 23_741, 9_973
_KIB = 1024


def customer(number: int) -> dict[str, Any]:
    """Return the fields of a profile. One customer in 20 repeats an earlier one, in one of four ways."""
    if number % _ONE_IN_REPEATED != _REPEATED:
        return corpus.customer(number) | {"birth_date": _birth_date(number)}
    original = number - _BACK
    body = corpus.customer(original) | {"birth_date": _birth_date(original)}
    own = corpus.customer(number)
    last, account = body["last_name"], {"account_number": own["account_number"]}
    changes: list[dict[str, Any]] = [
        # A typo in the last name. The phone numbers and the date of birth are the same.
        {"last_name": f"{last[:2]}{last[3:4]}{last[2:3]}{last[4:]}", "email_addresses": [], **account},
        # Other phone numbers. The name and the e-mail address are the same.
        {"phone_numbers": own["phone_numbers"], "birth_date": None, **account},
        # The name, the account number and the date of birth are the same.
        {"phone_numbers": own["phone_numbers"], "email_addresses": own["email_addresses"]},
        # Another last name. The phone numbers, the e-mail address and the date of birth are the same.
        {"last_name": own["last_name"], **account},
    ]
    return body | changes[number // _ONE_IN_REPEATED % len(changes)]


def _birth_date(number: int) -> str:
    """Return a day between 1940 and 2004. Neighbours have days far apart."""
    return (_FIRST_BIRTH + timedelta(days=number * _STEP % _DAYS)).isoformat()


def fill(settings: Settings, count: int) -> None:
    """Store the first ``count`` customers, unless an earlier run has stored them."""
    database = connect(settings)
    stores = Stores.over(database, settings)
    if database["profiles"].estimated_document_count() != count:
        database.client.drop_database(_DATABASE)
        stores.indexes.build()
        parts = [(begin, min(begin + _PART, count)) for begin in range(0, count, _PART)]
        # Spawn processes, since PyMongo is not fork-safe.
        with ProcessPoolExecutor(_PROCESSES, mp_context=get_context("spawn")) as pool:
            for _ in pool.map(partial(_fill_part, settings), parts):
                pass
    database.client.close()


def _fill_part(settings: Settings, part: tuple[int, int]) -> None:
    database = connect(settings)
    target = database["profiles"].with_options(write_concern=pymongo.WriteConcern(1))
    documents = _documents(Stores.over(database, settings), *part)
    while batch := list(islice(documents, _BATCH)):
        target.insert_many(batch, ordered=False)
    database.client.close()


def _documents(stores: Stores, begin: int, end: int) -> Iterator[dict[str, Any]]:
    for number in range(begin, end):
        profile, index = new_profile(stores, _DOMAIN, customer(number), f"{number:032x}")
        yield to_document(_DOMAIN, profile, index, ())


def measure(uri: str, folder: Path) -> float:
    """Run the command. Print its time, its CPU time and the memory of its largest process.

    Return the CPU seconds. Those of its processes are included.
    """
    environment = {**os.environ, "MONGODB_URI": uri, "MONGODB_DATABASE": _DATABASE}
    output, state = folder / "duplicates.ndjson", folder / "duplicates.state"
    state.unlink(missing_ok=True)
    started_at = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "service.cli", "duplicates", "--output", str(output), "--state", str(state)],
        env=environment,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds, cpu_seconds = time.perf_counter() - started_at, usage.ru_utime + usage.ru_stime
    if status:
        raise click.ClickException("The command failed.")
    click.echo(f"{seconds:.0f} seconds, {cpu_seconds:.0f} CPU seconds, {usage.ru_maxrss / _KIB:.0f} MiB")
    return cpu_seconds


def _cpu_of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


@click.command()
@click.option("--profiles", type=click.IntRange(min=1), default=1_000_000, show_default=True)
@click.option("--data-dir", type=click.Path(path_type=Path), default=Path(".bench/duplicates"))
def main(profiles: int, data_dir: Path) -> None:
    """Fill the database, and measure the command."""
    mongodb = BundledMongoDB(data_dir, cache_gb=1)
    with mongodb:
        fill(
            Settings(mongodb_uri=mongodb.uri, mongodb_database=_DATABASE, mongodb_timeout_ms=_TIMEOUT_MS),
            profiles,
        )
    before = _cpu_of_children()
    with mongodb:
        own = measure(mongodb.uri, data_dir)
    click.echo(f"{_cpu_of_children() - before - own:.0f} CPU seconds of MongoDB")


if __name__ == "__main__":
    main()
