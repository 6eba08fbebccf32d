"""`profile-lookup run`: serve on a developer's machine."""

import os
from dataclasses import replace

import click
from environs import EnvError

from service.config import Settings
from service.local import supervisor
from service.local.mongod import BundledMongoDBError


@click.command()
@click.option(
    "--parent-pid",
    type=int,
    metavar="PID",
    help="Stop when the process with this ID is no longer the parent. `make run` sets it.",
)
def run(parent_pid: int | None) -> None:
    """Serve on this machine, with a bundled MongoDB unless MONGODB_URI is set.

    The service runs under gunicorn. On Ctrl-C or SIGTERM it finishes the requests in flight and stops.

    Settings are environment variables. The most important ones are HOST (default 127.0.0.1), PORT (8080; 0
    means any free port), DATA_DIR (.data; the folder of the bundled MongoDB) and MONGODB_URI (your own
    MongoDB). docs/settings.md lists all settings.

    If AUTH is not set, authentication is disabled, and HOST must be a loopback address. If PANEL is not set,
    the page /panel is served. If AWS_API is not set, the API of Amazon Connect Customer Profiles is served.
    """
    try:
        settings = Settings.from_environment()
        if "AUTH" not in os.environ:
            settings = replace(settings, auth=False)
        if "PANEL" not in os.environ:
            settings = replace(settings, panel=True)
        if "AWS_API" not in os.environ:
            settings = replace(settings, aws_api=True)
        settings.check()
        supervisor.run(settings, parent_pid=parent_pid, report=click.echo)
    except (EnvError, BundledMongoDBError, supervisor.RunError) as error:
        raise click.ClickException(str(error)) from error
