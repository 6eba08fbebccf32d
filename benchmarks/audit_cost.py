"""The cost of the audit for a match or a creation: ``python -m benchmarks.audit_cost``.

The application runs in this process with a real MongoDB: with the audit, without it, and with an audit that
waits for the disk. The three applications take turns, so that a busy machine affects all of them equally.
Measured are the CPU time of the thread that runs the requests, and that of the process, which also writes the
audit in the background. The first round is a warm-up.
"""

import contextlib
import io
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import click
from flask import Flask
from pymongo.monitoring import CommandListener

from service.app import create_app
from service.config import Settings
from service.local.mongod import BundledMongoDB
from service.store.audit import AuditTrail
from service.store.client.connection import connect

_NUMBER = "+1 415 555 0100"
_MATCH = {"channel": "voice", "phone_number": _NUMBER}
_CALLS: dict[str, tuple[str, dict[str, Any], int]] = {
    "match": ("/v1/contacts/c-1/match", _MATCH, 200),
    "create": ("/v1/profiles", {"first_name": "Bo"}, 201),
}
_WITHOUT, _WITH, _DURABLE = "without", "with", "durable"


class _Commands(CommandListener):
    """Counts the commands that requests wait for, and those sent in the background."""

    def __init__(self) -> None:
        self.in_foreground = 0
        self.in_background = 0
        self.in_request = False

    def started(self, event: Any) -> None:
        del event
        if self.in_request and threading.current_thread() is threading.main_thread():
            self.in_foreground += 1
        else:
            self.in_background += 1

    def succeeded(self, event: Any) -> None:
        """Do nothing."""

    def failed(self, event: Any) -> None:
        """Do nothing."""


class _NoAudit:
    """Replaces the audit and writes nothing."""

    def write_later(self, events: Sequence[Any]) -> None:
        """Do nothing."""

    def write_ahead(self, events: Sequence[Any]) -> None:
        """Do nothing."""

    def write(self, events: Sequence[Any], *, durably: bool) -> None:
        """Do nothing."""

    def flush(self) -> None:
        """Do nothing."""


class _DurableAudit(AuditTrail):
    """An audit that writes the events of changes as durably as the changes: to the disks of a majority."""

    def write(self, events: Sequence[Any], *, durably: bool) -> None:
        """Write the events durably."""
        del durably
        super().write(events, durably=True)


class _Round:
    """The mean times of a request in a round, in microseconds.

    ``thread`` is the CPU time of the request's thread, ``process`` that of the process, ``wall`` the time.
    """

    def __init__(self, send: Callable[[], None], flush: Callable[[], None], count: int) -> None:
        wall, thread, process = time.perf_counter(), time.thread_time(), time.process_time()
        for _ in range(count):
            send()
        self.thread = 1e6 * (time.thread_time() - thread) / count
        # Write the remaining events now, so that the next round does not include their cost.
        flush()
        self.wall = 1e6 * (time.perf_counter() - wall) / count
        self.process = 1e6 * (time.process_time() - process) / count


@click.command()
@click.option("--rounds", type=click.IntRange(2), default=20, show_default=True)
@click.option("--requests", type=click.IntRange(1), default=300, show_default=True, help="In each round.")
@click.option(
    "--profiles", type=click.IntRange(0, 100), default=1, show_default=True, help="Profiles that match."
)
@click.option("--operation", type=click.Choice(list(_CALLS)), default="match", show_default=True)
def main(rounds: int, requests: int, profiles: int, operation: str) -> None:
    """Compare requests with and without the audit."""
    with (
        tempfile.TemporaryDirectory() as data_dir,
        BundledMongoDB(Path(data_dir)) as mongodb,
        contextlib.redirect_stderr(io.StringIO()),
    ):
        commands = _Commands()
        settings = Settings(mongodb_uri=mongodb.uri, auth=False, settings_cache_seconds=3600)
        database = connect(settings, listeners=[commands])
        apps = {
            name: create_app(settings, database=database, audit_in_background=True)
            for name in (_WITHOUT, _WITH, _DURABLE)
        }
        stores = apps[_WITHOUT].extensions["profile_lookup"]
        apps[_WITHOUT].extensions["profile_lookup"] = replace(stores, audit=cast("AuditTrail", _NoAudit()))
        apps[_DURABLE].extensions["profile_lookup"] = replace(
            stores, audit=_DurableAudit(stores.audit.store, in_background=True)
        )
        for _ in range(profiles):
            person = {"first_name": "Ann", "phone_numbers": [{"value": _NUMBER}]}
            apps[_WITHOUT].test_client().post("/v1/profiles", json=person)
        measured: dict[str, list[_Round]] = {name: [] for name in apps}
        counts: dict[str, str] = {}
        for number in range(rounds + 1):
            # Alternate the order, since later runs benefit from warm caches.
            for name, app in sorted(apps.items(), reverse=number % 2 == 1):
                commands.in_foreground = commands.in_background = 0
                measured[name].append(_measure(app, commands, requests, operation))
                counts[name] = (
                    f"{commands.in_foreground / requests:.3f} + {commands.in_background / requests:.3f}"
                )
        database.client.close()
    _print(operation, {name: rounds[1:] for name, rounds in measured.items()}, counts)


def _measure(app: Flask, commands: _Commands, count: int, operation: str) -> _Round:
    client = app.test_client()
    path, body, expected = _CALLS[operation]

    def send() -> None:
        commands.in_request = True
        status = client.post(path, json=body).status_code
        commands.in_request = False
        if status != expected:
            raise click.ClickException(f"A request failed with status {status}; check the log.")

    return _Round(send, app.extensions["profile_lookup"].audit.flush, count)


def _print(operation: str, measured: dict[str, list[_Round]], counts: dict[str, str]) -> None:
    click.echo(f"{f'{operation}, medians of the rounds:':34}" + "".join(f"{name:>16}" for name in measured))
    for name, label in (
        ("thread", "CPU of the request's thread, us"),
        ("process", "CPU of the process, us"),
        ("wall", "time, us"),
    ):
        times = {key: [getattr(each, name) for each in rounds] for key, rounds in measured.items()}
        cells = []
        for values in times.values():
            ratio = statistics.median(b / a for a, b in zip(times[_WITHOUT], values, strict=True))
            cells.append(f"{f'{statistics.median(values):.0f} ({ratio:.2f})':>16}")
        click.echo(f"{label:34}" + "".join(cells))
    click.echo(
        f"{'commands, waited for + background':34}" + "".join(f"{counts[name]:>16}" for name in measured)
    )


if __name__ == "__main__":
    main()
