"""`profile-lookup openapi`: write the OpenAPI document."""

from typing import TextIO

import click

from service.api.openapi.document import to_yaml
from service.app import create_app


@click.command()
@click.option(
    "--output",
    type=click.File("w", encoding="utf-8", lazy=True),
    default="openapi.yaml",
    show_default=True,
    help="The file to write; - is the standard output.",
)
def openapi(output: TextIO) -> None:
    """Write the OpenAPI document of the service."""
    output.write(to_yaml(create_app()))
