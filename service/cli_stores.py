"""How the commands that work on the database come by it."""

import os
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

import click
from environs import EnvError

from service.config import Settings
from service.errors.datastore import DatastoreUnavailable
from service.errors.search_keys import MasterKeyMissing
from service.sealing.masters import MastersError
from service.setting_names import warn_of_misspelt
from service.store.client import check_uri, connect, ping, translated
from service.store.stores import Stores

_CONNECT_SECONDS = 1


@contextmanager
def stores_of_environment() -> Iterator[Stores]:
    """Give the block the stores of the environment's MongoDB; what goes wrong with it ends the command."""
    try:
        settings = _settings()
        database = translated(lambda: connect(settings))()
        with closing(database.client):
            ping(database)
            yield Stores.over(database, settings)
    except (EnvError, MastersError, MasterKeyMissing) as error:
        raise click.ClickException(str(error)) from error
    except DatastoreUnavailable as error:
        raise click.ClickException(
            f"MongoDB did not answer in time, or refused ({type(error.__cause__).__name__}): check "
            "MONGODB_URI, then run this again; what was done until then is done."
        ) from error


def _settings() -> Settings:
    for warning in warn_of_misspelt(os.environ):
        click.echo(f"Warning: {warning}", err=True)
    settings = Settings.from_environment()
    if "MONGODB_URI" not in os.environ and settings.mongodb_uri == Settings.mongodb_uri:
        _check_default_address(settings.mongodb_uri)
    try:
        check_uri(settings)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    return settings


def _check_default_address(uri: str) -> None:
    """Fail at once if nothing listens at the default of MONGODB_URI; the driver would try for seconds."""
    address = urlsplit(uri)
    try:
        socket.create_connection((address.hostname, address.port), timeout=_CONNECT_SECONDS).close()
    except OSError as error:
        raise click.ClickException(
            f"MONGODB_URI is not set, and no MongoDB answers at its default, {uri}: set MONGODB_URI to that "
            "of the service. `profile-lookup run` prints the one of its own MongoDB when it is ready."
        ) from error
