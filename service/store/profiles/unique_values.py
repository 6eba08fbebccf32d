"""Which profiles own unique values: for the message after the unique index has refused a write."""

from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from service.errors.records import UniqueKeyTaken
from service.store.client.connection import Document, in_one_batch


def refuse_if_taken(profiles: Collection[Document], document: Document, error: DuplicateKeyError) -> None:
    """Raise ``UniqueKeyTaken`` if other profiles own unique values of the document.

    Return if they have released the values meanwhile. A key that is not sensitive is named before one that
    is, since its owner can be named too.
    """
    claimed = document.get("unique", [])
    query = {"domain": document["domain"], "unique": {"$in": claimed}, "_id": {"$ne": document["_id"]}}
    found = profiles.find(query, {"unique": True}).batch_size(in_one_batch(len(claimed)))
    held = {owner["_id"]: set(claimed).intersection(owner["unique"]) for owner in found}
    sensitive = {pair["key"] for pair in document["keys"] if "sealed" in pair}
    taken = sorted((_key_of(e) in sensitive, e, owner) for owner, entries in held.items() for e in entries)
    if taken:
        is_sensitive, entry, owner = taken[0]
        raise UniqueKeyTaken(
            _key_of(entry),
            owner,
            sensitive=is_sensitive,
            # The entry of a sensitive value is a hash: it is of no use to the caller.
            stored_form=None if is_sensitive else entry.partition(":")[2],
            owners={each: sorted(set(map(_key_of, entries))) for each, entries in held.items()},
        ) from error


def _key_of(entry: str) -> str:
    return entry.partition(":")[0]
