"""A program that merges profiles, or undoes that, and is killed before a certain command."""

import sys
from dataclasses import replace

from service.config import Settings
from service.store.client.connection import connect
from service.store.stores import Stores
from service.use_cases import merges
from tests.master_keys import ONE
from tests.store.killing import KillingDatabase, kill_program
from tests.store.merging import DOMAIN, events_of, merge


def main(uri: str, database: str, at: str, *ids: str) -> None:
    """Merge the second and later IDs into the first one, or undo the merge if there is only one ID."""
    settings = Settings(mongodb_uri=uri, mongodb_database=database, master_keys=ONE, auth=False)
    connected = connect(settings)
    killing = KillingDatabase(connected, kill_program, int(at))
    stores = Stores.over(connected, settings)
    writer = Stores.over(killing, settings).merge_writer  # type: ignore[arg-type]
    stores = replace(stores, merge_writer=writer)
    if len(ids) == 1:
        merges.undo_merge(stores, DOMAIN, ids[0], None, events_of)
    else:
        merge(stores, *ids)


if __name__ == "__main__":
    main(*sys.argv[1:])
