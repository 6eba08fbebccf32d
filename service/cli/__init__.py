"""The `profile-lookup` command. Each subcommand has its own module."""

import click

from service.cli.api_keys import api_keys
from service.cli.export import export
from service.cli.import_ import import_
from service.cli.indexes import indexes
from service.cli.openapi import openapi
from service.cli.reindex import reindex
from service.cli.run import run
from service.server import log


@click.group(
    commands=[api_keys, export, import_, indexes, openapi, reindex, run],
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="profile-lookup")
def main() -> None:
    """Tell a contact-centre agent who is calling."""
    log.configure()
