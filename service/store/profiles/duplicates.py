"""Find the profiles that have values of new profiles, and decide races between creations.

A creation that rejects duplicates inserts a tentative profile, looks for duplicates again, and then confirms
the profile. Until then, another creation can withdraw it. So at most one of racing creations is confirmed,
although the order in which MongoDB shows two inserts is not known.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import cast

from pymongo.collection import Collection as MongoCollection

from service.matching.profiles import KEY_OF_FIELD
from service.model.profile import EMPTY_PROFILE, Profile
from service.store.client.document import Document
from service.store.client.errors import translate_errors, translate_write_errors
from service.store.client.page_scan import single_batch
from service.store.indexes.definitions import LOOKUP

_COMPARED = [*(name for name, key in KEY_OF_FIELD.items() if key == "name"), "birth_date"]
"""The fields that can show that two profiles are of different persons."""

_FIELDS = [*_COMPARED, "lookup", "tentative"]


@dataclass(frozen=True, slots=True)
class Holder:
    """A profile that has some of the terms in a query.

    In ``profile``, only the ID, the names and the birth date are set.
    """

    profile: Profile
    terms: frozenset[str]
    """The terms of the query that the profile has."""
    is_tentative: bool


class DuplicateStore:
    """Finds profiles by index terms, and confirms tentative profiles."""

    def __init__(self, collection: MongoCollection[Document]) -> None:
        self._collection = collection

    @translate_errors
    def find(self, domain: str, terms: Collection[str], *, limit: int) -> list[Holder]:
        """Return up to ``limit`` profiles that have any of the index terms, sorted by the first of these."""
        cursor = self._collection.find(_with_any(domain, terms), _FIELDS).hint(LOOKUP).limit(limit)
        queried = frozenset(terms)
        return [_to_holder(document, queried) for document in cursor.batch_size(single_batch(limit))]

    @translate_errors
    def find_with_alias(
        self, domain: str, terms: Collection[str], profile_id: str, *, limit: int
    ) -> tuple[list[Holder], bool]:
        """Return the result of ``find``, and whether ``profile_id`` is an alias. Sends one command."""
        alias: list[Document] = [
            {"$match": {"_id": profile_id, "domain": domain}},
            {"$project": {"_id": 0, "is_alias": {"$literal": True}}},
        ]
        pipeline: list[Document] = [
            {"$match": _with_any(domain, terms)},
            {"$limit": limit},
            {"$project": dict.fromkeys(_FIELDS, True)},
            {"$unionWith": {"coll": "merged_profiles", "pipeline": alias}},
        ]
        found = list(self._collection.aggregate(pipeline, hint=LOOKUP, batchSize=single_batch(limit + 1)))
        queried = frozenset(terms)
        holders = [_to_holder(document, queried) for document in found if "is_alias" not in document]
        return holders, len(holders) < len(found)

    @translate_write_errors
    def confirm(self, domain: str, profile_ids: Collection[str]) -> set[str]:
        """Confirm tentative profiles. Return the IDs of those that were not withdrawn.

        Sends one command, or two if a profile is not tentative any more.
        """
        ids = sorted(profile_ids)
        query: Document = {"_id": {"$in": ids}, "domain": domain}
        tentative = query | {"tentative": True}
        confirmed = self._collection.update_many(tentative, {"$unset": {"tentative": ""}}, hint="_id_")
        if confirmed.matched_count == len(ids):
            return set(ids)
        query["tentative"] = {"$exists": False}
        cursor = self._collection.find(query, ["_id"]).hint("_id_").batch_size(single_batch(len(ids)))
        return {document["_id"] for document in cursor}


def _with_any(domain: str, terms: Collection[str]) -> Document:
    return {"domain": domain, "lookup": {"$in": sorted(terms)}}


def _to_holder(document: Document, queried: frozenset[str]) -> Holder:
    fields = {name: document.get(name) for name in _COMPARED}
    profile = cast("Profile", {**EMPTY_PROFILE, **fields, "profile_id": document["_id"]})
    return Holder(profile, queried.intersection(document["lookup"]), "tentative" in document)
