"""The ``batches`` collection: the progress of batches with an Idempotency-Key, without values of profiles."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo import ReturnDocument
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from service.errors.datastore import DatastoreUnavailable
from service.model.batch import BatchOutcome, ItemResult
from service.model.possible_duplicates import PossibleDuplicate
from service.store.client.document import Document
from service.store.client.errors import translate_write_errors

BATCH_RETENTION = timedelta(days=1)
"""How long the results of a batch are stored."""


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """What earlier requests with the same Idempotency-Key have done."""

    fingerprint: str
    targets: Mapping[int, str]
    """The IDs of the profiles that items began to change or to delete, by the positions of the items."""
    results: Mapping[int, ItemResult]
    """The results of completed items, by their positions."""


class BatchStore:
    """Reads and writes the progress of batches."""

    def __init__(self, collection: Collection[Document]) -> None:
        self._collection = collection

    @translate_write_errors
    def begin(self, domain: str, batch_id: str, fingerprint: str, time: datetime) -> BatchProgress | None:
        """Store a new batch and return None, or return the progress of an earlier request."""
        new = {"domain": domain, "fingerprint": fingerprint, "expires_at": time + BATCH_RETENTION}
        # A concurrent request can insert the same document. Then the second attempt finds it.
        for _ in range(2):
            try:
                before = self._collection.find_one_and_update(
                    {"_id": batch_id, "domain": domain},
                    {"$setOnInsert": new},
                    upsert=True,
                    return_document=ReturnDocument.BEFORE,
                )
            except DuplicateKeyError:
                continue
            return None if before is None else _to_progress(before)
        raise DatastoreUnavailable

    @translate_write_errors
    def add_targets(self, domain: str, batch_id: str, targets: Mapping[int, str]) -> None:
        """Store which profile each item is going to change or delete. Call this before the writes."""
        fields = {f"targets.{position}": profile_id for position, profile_id in targets.items()}
        self._collection.update_one({"_id": batch_id, "domain": domain}, {"$set": fields})

    @translate_write_errors
    def add_results(self, domain: str, batch_id: str, results: Mapping[int, ItemResult]) -> None:
        """Store the results of completed items. Call this after the writes."""
        fields = {f"results.{position}": _to_document(result) for position, result in results.items()}
        self._collection.update_one({"_id": batch_id, "domain": domain}, {"$set": fields})


def _to_document(result: ItemResult) -> Document:
    document: Document = {
        "profile_id": result.profile_id,
        "version": result.version,
        "outcome": result.outcome,
    }
    if result.kept:
        document["kept"] = list(result.kept)
    if result.possible_duplicates:
        document["possible_duplicates"] = [
            {"profile_id": each.profile_id, "matched_on": list(each.matched_on)}
            for each in result.possible_duplicates
        ]
    if result.problem is not None:
        # ``stored_form`` is the only member with a value of a profile.
        document["problem"] = {n: v for n, v in result.problem.items() if n != "stored_form"}
    return document


def _to_progress(document: Document) -> BatchProgress:
    return BatchProgress(
        document["fingerprint"],
        {int(position): profile_id for position, profile_id in document.get("targets", {}).items()},
        {int(position): _to_result(result) for position, result in document.get("results", {}).items()},
    )


def _to_result(document: Document) -> ItemResult:
    outcome = document["outcome"]
    return ItemResult(
        profile_id=document["profile_id"],
        version=document["version"],
        outcome=None if outcome is None else BatchOutcome(outcome),
        problem=document.get("problem"),
        kept=tuple(document.get("kept", ())),
        possible_duplicates=[PossibleDuplicate(**each) for each in document.get("possible_duplicates", ())],
    )
