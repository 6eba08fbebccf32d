"""What the audit costs a match: ``python -m benchmarks.audit_cost``.

The application is called in this process, over a real MongoDB, with the audit and without it in turns, so
that a busy machine slows both down alike. CPU time is that of the request's thread, and that of the process,
in which the audit is written behind the requests; the first round warms up.
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
from service.embedded import embedded_mongodb
from service.store.audit_trail import AuditTrail
from service.store.client import connect

_NUMBER = "+1 415 555 0100"
_MATCH = {"channel": "voice", "phone_number": _NUMBER}
_WITHOUT, _WITH = "without", "with"


class _Commands(CommandListener):
    """Counts the commands that a request waits for, and those that are sent behind it."""

    def __init__(self) -> None:
        self.waited_for = 0
        self.behind = 0
        self.in_request = False

    def started(self, event: Any) -> None:
        del event
        if self.in_request and threading.current_thread() is threading.main_thread():
            self.waited_for += 1
        else:
            self.behind += 1

    def succeeded(self, event: Any) -> None:
        """Need nothing of it."""

    def failed(self, event: Any) -> None:
        """Need nothing of it."""


class _NoAudit:
    """Takes the place of the audit, and writes nothing."""

    def note(self, events: Sequence[Any]) -> None:
        """Forget them."""

    def write(self, events: Sequence[Any], *, happened: bool) -> None:
        """Forget them."""

    def flush(self) -> None:
        """Have nothing to write."""


class _Round:
    """What a number of matches took, each in microseconds."""

    def __init__(self, match: Callable[[], None], flush: Callable[[], None], count: int) -> None:
        wall, thread, process = time.perf_counter(), time.thread_time(), time.process_time()
        for _ in range(count):
            match()
        self.thread = 1e6 * (time.thread_time() - thread) / count
        # What is left is written now, so that it is not the next round's.
        flush()
        self.wall = 1e6 * (time.perf_counter() - wall) / count
        self.process = 1e6 * (time.process_time() - process) / count


@click.command()
@click.option("--rounds", type=click.IntRange(2), default=20, show_default=True)
@click.option("--matches", type=click.IntRange(1), default=300, show_default=True, help="In each round.")
@click.option(
    "--profiles", type=click.IntRange(0, 100), default=1, show_default=True, help="With the number."
)
def main(rounds: int, matches: int, profiles: int) -> None:
    """Compare matches with the audit and without it."""
    with (
        tempfile.TemporaryDirectory() as data_dir,
        embedded_mongodb(Path(data_dir)) as uri,
        contextlib.redirect_stderr(io.StringIO()),
    ):
        commands = _Commands()
        settings = Settings(mongodb_uri=uri, auth="off", settings_cache_seconds=3600)
        database = connect(settings, listeners=[commands])
        apps = {name: create_app(settings, database=database) for name in (_WITHOUT, _WITH)}
        stores = apps[_WITHOUT].extensions["profile_lookup"]
        apps[_WITHOUT].extensions["profile_lookup"] = replace(stores, audit=cast("AuditTrail", _NoAudit()))
        for _ in range(profiles):
            person = {"first_name": "Ann", "phone_numbers": [{"value": _NUMBER}]}
            apps[_WITHOUT].test_client().post("/v1/profiles", json=person)
        measured: dict[str, list[_Round]] = {name: [] for name in apps}
        counts: dict[str, str] = {}
        for number in range(rounds + 1):
            # Whoever comes second finds everything warm.
            for name, app in sorted(apps.items(), reverse=number % 2 == 1):
                commands.waited_for = commands.behind = 0
                measured[name].append(_measure(app, commands, matches))
                counts[name] = f"{commands.waited_for / matches:.3f} + {commands.behind / matches:.3f}"
        database.client.close()
    _tell({name: found[1:] for name, found in measured.items()}, counts)


def _measure(app: Flask, commands: _Commands, count: int) -> _Round:
    client = app.test_client()

    def match() -> None:
        commands.in_request = True
        status = client.post("/v1/contacts/c-1/match", json=_MATCH).status_code
        commands.in_request = False
        if status != 200:  # noqa: PLR2004 - a status code reads best as a number
            raise click.ClickException(f"a match was answered {status}")

    return _Round(match, app.extensions["profile_lookup"].audit.flush, count)


def _tell(measured: dict[str, list[_Round]], counts: dict[str, str]) -> None:
    click.echo("per match, medians of the rounds:       without      with     ratio")
    for name, about in (
        ("thread", "CPU of the request's thread, us"),
        ("process", "CPU of the process, us"),
        ("wall", "time, us"),
    ):
        without, with_ = ([getattr(r, name) for r in measured[key]] for key in (_WITHOUT, _WITH))
        ratio = statistics.median(b / a for a, b in zip(without, with_, strict=True))
        click.echo(
            f"{about:36}{statistics.median(without):11.0f}{statistics.median(with_):10.0f}{ratio:10.3f}"
        )
    click.echo(f"commands waited for + behind, without: {counts[_WITHOUT]}; with: {counts[_WITH]}")


if __name__ == "__main__":
    main()
