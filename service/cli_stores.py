"""How the commands that work on the database come by it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import click
from environs import EnvError

from service.config import Settings
from service.errors.datastore import DatastoreUnavailable
from service.errors.search_keys import MasterKeyMissing
from service.sealing.masters import MastersError
from service.store.client import check_uri, connect, ping, translated
from service.store.stores import Stores


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
    settings = Settings.from_environment()
    try:
        check_uri(settings)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    return settings
