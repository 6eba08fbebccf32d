"""Remove everything that was stored for the merges of erased profiles."""

from collections.abc import Collection

from pymongo.database import Database

from service.store.client.document import Document
from service.store.client.errors import translate_write_errors


class MergeEraser:
    """Removes the snapshots, records and aliases of merges."""

    def __init__(self, database: Database[Document]) -> None:
        self._database = database

    @translate_write_errors
    def forget(self, domain: str, profile_ids: Collection[str]) -> None:
        """Remove what is stored for merges into the profiles, and the aliases among the IDs.

        The aliases are removed last, so that an interrupted request can be repeated with any of the IDs.
        Sends three commands.
        """
        ids = {"$in": sorted(profile_ids)}
        self._database["merge_snapshots"].delete_many({"domain": domain, "snapshot.target_id": ids})
        self._database["merges"].delete_many({"domain": domain, "profile_id": ids})
        self._database["merged_profiles"].delete_many({"domain": domain, "_id": ids})
