"""Open the database for the subcommands that need it."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import click
from environs import EnvError

from service.config import Settings
from service.crypto.master_keyring import MasterKeyringError
from service.errors.base import ServiceError
from service.errors.datastore import DatastoreUnavailable
from service.errors.requests import InvalidRequest
from service.local.data_dir import find_running, is_listening, master_keys_path
from service.server.setting_names import warn_of_misspelt
from service.store.client.connection import check_uri, connect, ping, server_addresses
from service.store.client.errors import translate_errors
from service.store.stores import Stores


@dataclass(frozen=True, slots=True)
class OpenDatabase:
    """A connection to MongoDB. ``settings`` contains its URI and the name of the database."""

    stores: Stores
    settings: Settings
    servers: str
    """Hosts and ports of the URI."""


@contextmanager
def open_stores() -> Iterator[Stores]:
    """Open the database as ``open_database`` does, and yield only its stores."""
    with open_database() as database:
        yield database.stores


@contextmanager
def open_database() -> Iterator[OpenDatabase]:
    """Open the database of MONGODB_URI for a ``with`` block.

    Without MONGODB_URI, uses the bundled MongoDB of DATA_DIR if it runs, otherwise the default address.
    Errors of settings, of MongoDB and of the service, also those in the block, become ClickException.
    """
    server = ""
    try:
        settings = _settings()
        database = translate_errors(lambda: connect(settings))()
        servers = server_addresses(database)
        server = f" at {servers}"
        with closing(database.client):
            ping(database)
            yield OpenDatabase(Stores.over(database, settings), settings, servers)
    except DatastoreUnavailable as error:
        raise click.ClickException(
            f"MongoDB did not answer in time, or refused ({type(error.__cause__).__name__}){server}: check "
            "MONGODB_URI, then repeat the command; completed work is kept."
        ) from error
    except InvalidRequest as error:
        options = (f"--{each.pointer[1:].replace('_', '-')}: {each.detail}" for each in error.errors)
        raise click.ClickException(" ".join(options)) from error
    except (EnvError, MasterKeyringError, ServiceError) as error:
        raise click.ClickException(str(error)) from error


def _settings() -> Settings:
    for warning in warn_of_misspelt(os.environ):
        click.echo(f"Warning: {warning}", err=True)
    settings = Settings.from_environment()
    if "MONGODB_URI" not in os.environ:
        return _without_uri(settings)
    try:
        check_uri(settings)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    return settings


def _without_uri(settings: Settings) -> Settings:
    """Return the settings for the MongoDB on this machine, and print which one it is.

    Raises ClickException if none runs.
    """
    data_dir = Path(settings.data_dir).resolve()
    uri = find_running(data_dir)
    if uri is not None:
        click.echo(f"MONGODB_URI is not set: using the bundled MongoDB of {data_dir}.", err=True)
        path = master_keys_path(data_dir)
        # Use the master keys that `profile-lookup run` generated, unless others are set.
        if path.exists() and not (settings.master_keys or settings.master_keys_file):
            settings = replace(settings, master_keys_file=str(path))
        return replace(settings, mongodb_uri=uri)
    default = urlsplit(settings.mongodb_uri)
    if not is_listening(str(default.hostname), default.port or 0):
        raise click.ClickException(
            f"MONGODB_URI is not set, no bundled MongoDB runs in DATA_DIR {data_dir}, and nothing listens at "
            f"{settings.mongodb_uri}: start the service with make run, or set MONGODB_URI."
        )
    click.echo(f"MONGODB_URI is not set: using {settings.mongodb_uri}.", err=True)
    return settings
