"""Compares the CPU of a signed SearchProfiles with that of the same search on `/v1`, which has an API key.

``make bench`` includes this comparison. ``make bench-signed`` makes it alone, with new data.
"""

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from random import Random
from statistics import median
from uuid import uuid4

import click
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from benchmarks.speed import corpus, filling, load, processes
from benchmarks.speed.contenders import OURS
from benchmarks.speed.credential import make_access_key, make_key
from benchmarks.speed.figures import Signed
from benchmarks.speed.load import Request
from benchmarks.speed.processes import Server
from service.config import Settings
from service.local.data_dir import generate_master_key
from service.local.mongod import BundledMongoDB

_REQUESTS = 4000
"""Number of different requests. A signature is valid for five minutes, so each round has new ones."""
_PATH = "/domains/default/profiles/search"
_USER_AGENT = "Boto3/1.44 md/Botocore#1.44 ua/2.1 os/linux md/arch#x86_64 lang/python#3.11 md/pyimpl#CPython"


def measure(
    settings: Settings, folder: Path, *, customers: int, rounds: int, seconds: int, connections: int
) -> Signed:
    """Measure both searches in turn, on one server. The database must have the customers."""
    master_keys = folder / "master-keys"
    generate_master_key(master_keys)
    settings = replace(settings, master_keys_file=str(master_keys))
    credentials = Credentials(*make_access_key(settings))
    token = make_key(settings)
    env = {
        **processes.service_environment(settings),
        "AWS_API": "on",
        "MASTER_KEYS_FILE": settings.master_keys_file,
    }
    with processes.run_contenders((OURS,), env, "", folder) as servers:
        server = servers[OURS.name]

        def cost(make: Callable[[int], Request], token: str | None, seconds: int) -> float:
            return _cpu_ms(server, _requests(make, customers), folder, token, seconds, connections)

        def unsigned(seconds: int) -> float:
            return cost(_search, token, seconds)

        def signed(seconds: int) -> float:
            return cost(lambda number: _signed(server.url, credentials, number), None, seconds)

        unsigned(1), signed(1)
        figures = []
        for number in range(rounds):
            # Change the order in each round, since the first load affects the second.
            first, second = (unsigned, signed) if number % 2 else (signed, unsigned)
            costs = {each: each(seconds) for each in (first, second)}
            figures.append((costs[unsigned], costs[signed]))
    return Signed(
        median(each for each, _ in figures),
        median(each for _, each in figures),
        median(of_signed / of_unsigned for of_unsigned, of_signed in figures),
    )


def _requests(make: Callable[[int], Request], customers: int) -> Iterator[Request]:
    """Yield requests about random customers, the same for both searches."""
    random = Random("signed")
    return (make(random.randrange(customers)) for _ in range(_REQUESTS))


def _search(number: int) -> Request:
    body = {"criteria": [{"key": "account", "values": [corpus.account(number)]}]}
    return Request("POST", "/v1/profiles/search", json.dumps(body))


def _signed(url: str, credentials: Credentials, number: int) -> Request:
    """Return a request with the headers of boto3."""
    body = json.dumps({"KeyName": "_account", "Values": [corpus.account(number)]})
    headers = {"Content-Type": "application/json"}
    request = AWSRequest("POST", url + _PATH, headers, body.encode(), {})
    SigV4Auth(credentials, "profile", "us-east-1").add_auth(request)
    sent = request.prepare()
    signature = {name: sent.headers[name] for name in ("X-Amz-Date", "Authorization")}
    others = {
        "User-Agent": _USER_AGENT,
        "amz-sdk-invocation-id": str(uuid4()),
        "amz-sdk-request": "attempt=1",
    }
    return Request("POST", _PATH, body, {**signature, **others})


def _cpu_ms(
    server: Server,
    requests: Iterator[Request],
    folder: Path,
    token: str | None,
    seconds: int,
    connections: int,
) -> float:
    """Return the CPU time of the service for a request, in milliseconds."""
    path = folder / "signed.tsv"
    load.write_requests(path, requests)
    before = server.cpu_seconds()
    result = load.run(server.url, path, seconds=seconds, connections=connections, token=token)
    return (server.cpu_seconds() - before) / result.requests * 1000


@click.command()
@click.option("--customers", default=10_000, show_default=True)
@click.option("--rounds", default=9, show_default=True)
@click.option("--seconds", default=4, show_default=True, help="Duration of each measurement.")
@click.option("--connections", default=16, show_default=True, help="Concurrent requests.")
def main(customers: int, rounds: int, seconds: int, connections: int) -> None:
    """Compare both searches."""
    load.find_wrk()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        mongod = stack.enter_context(BundledMongoDB(folder))
        settings = Settings(
            mongodb_uri=mongod.uri, mongodb_database="signed", default_region="JP", auth=False
        )
        filling.fill(settings, customers)
        figures = measure(
            settings, folder, customers=customers, rounds=rounds, seconds=seconds, connections=connections
        )
    click.echo(
        f"CPU of the service, medians: {figures.search_ms:.3f} ms for the search on /v1, "
        f"{figures.signed_ms:.3f} ms for SearchProfiles; ratio {figures.ratio:.2f}"
    )


if __name__ == "__main__":
    main()
