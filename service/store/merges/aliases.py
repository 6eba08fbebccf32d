"""The ``merged_profiles`` collection: the ID of each merged profile lives on as an alias.

No profile that exists has such an ID, except after an interrupted creation: see ``ProfileCreatedAgain``. So
aliases are usually read only when a profile is not found.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from pymongo.client_session import ClientSession
from pymongo.collection import Collection as MongoCollection
from pymongo.database import Database

from service.model.merge import Alias, Merge
from service.store.client.document import Document
from service.store.client.errors import translate_errors
from service.store.client.page_scan import single_batch
from service.store.indexes.definitions import ALIASES_OF_PROFILE


class AliasStore:
    """Reads aliases."""

    def __init__(self, collection: MongoCollection[Document]) -> None:
        self._collection = collection

    @translate_errors
    def find(self, domain: str, profile_ids: Collection[str]) -> dict[str, Alias]:
        """Return the aliases among the IDs, by ID. Sends one command."""
        query = {"_id": {"$in": sorted(profile_ids)}, "domain": domain}
        cursor = self._collection.find(query).hint("_id_").batch_size(single_batch(len(profile_ids)))
        return {document["_id"]: to_alias(document) for document in cursor}

    def get(self, domain: str, profile_id: str) -> Alias | None:
        """Return the alias with this ID, or None."""
        return self.find(domain, [profile_id]).get(profile_id)

    @translate_errors
    def of_profiles(self, domain: str, profile_ids: Collection[str]) -> dict[str, list[str]]:
        """Return for each of these profiles the sorted IDs of the merged profiles that live on in it.

        Omits profiles without aliases. Also finds the aliases of a profile that is erased already.
        """
        query = {"domain": domain, "path": {"$in": sorted(profile_ids)}}
        aliases: dict[str, list[str]] = {}
        for document in self._collection.find(query).hint(ALIASES_OF_PROFILE).sort("_id"):
            alias = to_alias(document)
            if alias.target in profile_ids:
                aliases.setdefault(alias.target, []).append(alias.profile_id)
        return aliases

    def pages(self, size: int) -> Iterator[list[tuple[str, Alias]]]:
        """Yield all aliases with their domains, ``size`` at a time. Raises ``DatastoreUnavailable``."""
        after = ""
        while page := self._page(after, size):
            yield page
            after = page[-1][1].profile_id

    @translate_errors
    def _page(self, after: str, size: int) -> list[tuple[str, Alias]]:
        cursor = self._collection.find({"_id": {"$gt": after}}).hint("_id_").sort("_id").limit(size)
        return [
            (document["domain"], to_alias(document)) for document in cursor.batch_size(single_batch(size))
        ]


def to_alias(document: Document) -> Alias:
    """Return the alias of a document."""
    path: Sequence[str] = document["path"]
    return Alias(document["_id"], path, document["merge_ids"], document.get("fingerprint"))


def to_document(domain: str, alias: Alias) -> Document:
    """Return the document of an alias."""
    document: Document = {
        "_id": alias.profile_id,
        "domain": domain,
        "path": list(alias.path),
        "merge_ids": list(alias.merge_ids),
    }
    return document if alias.fingerprint is None else document | {"fingerprint": alias.fingerprint}


def exists(
    database: Database[Document], domain: str, profile_ids: Collection[str], session: ClientSession
) -> bool:
    """Return whether any of the IDs is an alias. Raises driver errors."""
    query = {"_id": {"$in": sorted(profile_ids)}, "domain": domain}
    return database["merged_profiles"].find_one(query, {"_id": True}, session=session) is not None


def add(
    database: Database[Document],
    domain: str,
    merge: Merge,
    documents: Mapping[str, Document],
    session: ClientSession,
) -> None:
    """Add the aliases of a merge, and extend the paths of aliases that lead to its profiles.

    ``documents`` are the merged profiles, by ID. Raises driver errors.
    """
    collection = database["merged_profiles"]
    earlier: Document = {"domain": domain, "path": {"$in": list(merge.profile_ids)}}
    longer = {"$push": {"path": merge.profile_id, "merge_ids": merge.merge_id}}
    collection.update_many(earlier, longer, session=session)
    new = (
        Alias(id_, [merge.profile_id], [merge.merge_id], documents[id_].get("fingerprint"))
        for id_ in merge.profile_ids
    )
    collection.insert_many([to_document(domain, each) for each in new], session=session)


def remove(database: Database[Document], domain: str, merge: Merge, session: ClientSession) -> None:
    """Remove the aliases of a merge that is undone, and the merge from the ends of the paths of others.

    Raises driver errors.
    """
    collection = database["merged_profiles"]
    ids: Document = {"_id": {"$in": list(merge.profile_ids)}, "domain": domain}
    collection.delete_many(ids, session=session)
    extended: Document = {"domain": domain, "path": merge.profile_id, "merge_ids": merge.merge_id}
    collection.update_many(extended, {"$pop": {"path": 1, "merge_ids": 1}}, session=session)
