"""Find the owners of unique values after the unique index has rejected a write."""

from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from service.errors.records import UniqueKeyTaken
from service.store.client.batches import single_batch
from service.store.client.document import Document


def raise_if_taken(profiles: Collection[Document], document: Document, error: DuplicateKeyError) -> None:
    """Raise ``UniqueKeyTaken`` if other profiles own unique values of the document.

    Return if they have released the values meanwhile. A search key that is not sensitive is preferred, since
    the error can then name the owner too.
    """
    terms = document.get("unique", [])
    query = {"domain": document["domain"], "unique": {"$in": terms}, "_id": {"$ne": document["_id"]}}
    owners = profiles.find(query, {"unique": True}).batch_size(single_batch(len(terms)))
    taken_by = {owner["_id"]: set(terms).intersection(owner["unique"]) for owner in owners}
    sensitive = {pair["key"] for pair in document["keys"] if "sealed" in pair}
    taken = sorted((key_of(term) in sensitive, term, owner) for owner, of in taken_by.items() for term in of)
    if taken:
        is_sensitive, term, owner_id = taken[0]
        raise UniqueKeyTaken(
            key_of(term),
            owner_id,
            sensitive=is_sensitive,
            # The index term of a sensitive value is a hash, which is of no use to the caller.
            stored_form=None if is_sensitive else term.partition(":")[2],
            owners={owner: sorted(set(map(key_of, of))) for owner, of in taken_by.items()},
        ) from error


def key_of(term: str) -> str:
    """Return the name of the search key of an index term."""
    return term.partition(":")[0]
