"""The `profile-lookup` command."""

from typing import TextIO

import click
from environs import EnvError

from service import supervisor
from service.api.openapi import to_yaml
from service.app import create_app
from service.config import Settings
from service.embedded import EmbeddedMongoDBError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="profile-lookup")
def main() -> None:
    """Tell a contact-centre agent who is calling."""


@main.command()
@click.option(
    "--parent-pid",
    type=int,
    metavar="PID",
    help="Stop when this process is no longer our parent; make passes its own.",
)
def run(parent_pid: int | None) -> None:
    """Serve on this machine, with a MongoDB of its own unless MONGODB_URI names one.

    It serves under gunicorn until Ctrl-C or SIGTERM, then finishes the requests in flight and stops.

    Settings are environment variables. Those that matter most: HOST (127.0.0.1), PORT (8080; 0 for any free
    one), DATA_DIR (.data, where the bundled MongoDB keeps its data) and MONGODB_URI (then no MongoDB is
    started). The README lists all of them.
    """
    try:
        supervisor.run(Settings.from_environment(), parent_pid=parent_pid, say=click.echo)
    except (EnvError, EmbeddedMongoDBError, supervisor.RunError) as error:
        raise click.ClickException(str(error)) from error


@main.command()
@click.option(
    "--output",
    type=click.File("w", encoding="utf-8", lazy=True),
    default="openapi.yaml",
    show_default=True,
    help="Where to write it; - is the standard output.",
)
def openapi(output: TextIO) -> None:
    """Write the OpenAPI document of the service."""
    output.write(to_yaml(create_app()))


if __name__ == "__main__":
    main()
