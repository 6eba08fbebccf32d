"""The speed of an import through batches: ``python -m benchmarks.import_speed``.

Starts the service with two workers and a MongoDB, and imports customers with two phone numbers, an e-mail
address and a customer number, 1,000 in each batch. Meanwhile a client sends matches, as agents do. In the
same run, ``insert_many`` stores the same documents in a collection with the same indexes.
"""

import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty, Queue
from typing import Any, Self

import click
import pymongo

from service.local.mongod import BundledMongoDB
from service.store.indexes.definitions import INDEXES

Customer = dict[str, Any]

_BATCH = 1000
_DATABASE = "import_speed"
_JSON = {"Content-Type": "application/json"}
_KIB = 1024
_MATCHES_PER_SECOND = 20


def customers(count: int) -> Iterator[Customer]:
    """Yield made-up customers, the same in each run."""
    numbers = random.Random(1)
    letters = "abcdefghijklmnoprstuvwz"
    for number in range(count):
        first, last = ("".join(numbers.choices(letters, k=7)).title() for _ in range(2))
        yield {
            "first_name": first,
            "last_name": last,
            "phone_numbers": [
                {"type": "mobile", "value": f"+1415{numbers.randrange(2_000_000, 9_999_999)}"},
                {
                    "type": "home",
                    "value": f"(212) {numbers.randrange(200, 999)}-{numbers.randrange(10_000):04}",
                },
            ],
            "email_addresses": [{"value": f"{first}.{last}.{number}@example.com".lower()}],
            "keys": {"customer_number": [f"C-{number:08}"]},
        }


def import_customers(port: int, people: Sequence[Customer], connections: int) -> float:
    """Import the customers through batches. Return the seconds."""
    batches: Queue[Sequence[Customer]] = Queue()
    for start in range(0, len(people), _BATCH):
        batches.put(people[start : start + _BATCH])

    def send() -> None:
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        while True:
            try:
                batch = batches.get_nowait()
            except Empty:
                return
            number = batch[0]["keys"]["customer_number"][0]
            body = json.dumps({"items": list(map(_item, batch))})
            results = _call(client, "POST", "/v1/profiles/batch", body, {"Idempotency-Key": number})["items"]
            if any(result["outcome"] != "created" for result in results):
                raise click.ClickException(
                    f"Not created: {next(r for r in results if r['outcome'] != 'created')}"
                )

    started_at = time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        for future in [pool.submit(send) for _ in range(connections)]:
            future.result()
    return time.perf_counter() - started_at


def _item(person: Customer) -> dict[str, Any]:
    match_on = {"key": "customer_number", "value": person["keys"]["customer_number"][0]}
    return {"operation": "upsert", "match_on": match_on, "profile": person}


def _call(
    client: http.client.HTTPConnection,
    method: str,
    path: str,
    body: str,
    headers: dict[str, str] | None = None,
) -> Any:
    client.request(method, path, body, _JSON | (headers or {}))
    response = client.getresponse()
    content = json.loads(response.read())
    if response.status >= http.client.BAD_REQUEST:
        raise click.ClickException(f"{method} {path}: {response.status} {content}")
    return content


class _Agents:
    """Sends matches at a constant rate and measures them."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._milliseconds: list[float] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    @property
    def p99(self) -> float:
        """The 99th percentile in milliseconds."""
        return statistics.quantiles(self._milliseconds, n=100)[98]

    def _run(self) -> None:
        client = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        body = json.dumps({"channel": "voice", "phone_number": "+14155550101"})
        while not self._stop.wait(1 / _MATCHES_PER_SECOND):
            started_at = time.perf_counter()
            _call(client, "POST", "/v1/contacts/c-1/match", body)
            self._milliseconds.append(1000 * (time.perf_counter() - started_at))


def insert_documents(database: Any, documents: Sequence[Any]) -> float:
    """Insert documents into a collection with the indexes of profiles. Return the seconds."""
    database["bare"].create_indexes(INDEXES["profiles"])
    started_at = time.perf_counter()
    for start in range(0, len(documents), _BATCH):
        database["bare"].insert_many(documents[start : start + _BATCH], ordered=False)
    return time.perf_counter() - started_at


def _memory_of_workers(master: int) -> list[int]:
    """Return the memory in MiB of each worker of the process ``master``."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text(encoding="ascii").split()
    statuses = (Path(f"/proc/{child}/status").read_text(encoding="ascii") for child in children)
    return [int(status.partition("VmRSS:")[2].split()[0]) // _KIB for status in statuses]


def _start(uri: str, port: int) -> subprocess.Popen[bytes]:
    settings = {"MONGODB_DATABASE": _DATABASE, "PORT": str(port), "AUTH": "off", "WORKERS": "2"}
    environment = os.environ | settings | {"MONGODB_URI": uri}
    command = [sys.executable, "-m", "gunicorn", "--config", "python:service.server.gunicorn_config"]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)  # noqa: S603 - fixed command
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    definition = json.dumps({"label": "Customer number", "type": "text", "unique": True})
    for _ in range(600):
        try:
            _call(client, "PUT", "/v1/search-keys/customer_number", definition)
        except (OSError, click.ClickException):
            client.close()
            time.sleep(0.1)
        else:
            return process
    raise click.ClickException("The service did not start.")


@click.command(help=__doc__)
@click.option("--size", default=50_000, show_default=True, help="The number of customers.")
@click.option("--connections", default=4, show_default=True, help="The number of concurrent connections.")
@click.option("--port", default=18_419, show_default=True, help="The port of the service.")
def main(size: int, connections: int, port: int) -> None:
    """Measure, and print the figures."""
    people = list(customers(size))
    with tempfile.TemporaryDirectory() as folder, BundledMongoDB(Path(folder)) as mongodb:
        process = _start(mongodb.uri, port)
        try:
            with _Agents(port) as alone:
                time.sleep(10)
            before = _memory_of_workers(process.pid)
            with _Agents(port) as meanwhile:
                seconds = import_customers(port, people, connections)
            after = _memory_of_workers(process.pid)
        finally:
            process.terminate()
            process.wait()
        with pymongo.MongoClient[dict[str, Any]](mongodb.uri, w="majority", journal=True) as client:
            database = client[_DATABASE]
            documents = list(database["profiles"].find())
            bare = insert_documents(database, documents)
    rate, bare_rate = size / seconds, len(documents) / bare
    click.echo(
        f"import: {rate:,.0f} customers/s; insert_many: {bare_rate:,.0f}; ratio {rate / bare_rate:.2f}"
    )
    growth = max(a - b for a, b in zip(after, before, strict=True))
    click.echo(f"memory of a worker: {max(before)} MiB before, {max(after)} MiB after, {growth} MiB more")
    click.echo(
        f"matches, 99th percentile: {alone.p99:.0f} ms alone, {meanwhile.p99:.0f} ms during the import"
    )


if __name__ == "__main__":
    main()
