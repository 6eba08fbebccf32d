"""Move contacts and objects from a merged profile to another one, and back.

Each association and each object has a list ``moves`` of the merges that moved it, oldest first, each with the
profile from which it moved.
"""

from collections.abc import Collection, Sequence

from pymongo.database import Database

from service.model.merge import Alias
from service.store.client.document import Document
from service.store.client.errors import translate_errors, translate_write_errors
from service.store.client.transactions import Session
from service.store.indexes.definitions import HISTORY_OF_PROFILE, OBJECTS_OF_PROFILE


def move_contacts(
    database: Database[Document],
    domain: str,
    profile_ids: Sequence[str],
    alias: Alias,
    session: Session = None,
) -> None:
    """Move all associations with the profiles to the target of the alias, and record its merges in them."""
    query: Document = {"domain": domain, "associations.profile_id": {"$in": list(profile_ids)}}
    change = [_change_associations(_moved(profile_ids, alias))]
    database["associations"].update_many(query, change, hint=HISTORY_OF_PROFILE, session=session)


def move_objects(
    database: Database[Document],
    domain: str,
    profile_ids: Sequence[str],
    alias: Alias,
    session: Session = None,
) -> None:
    """Move the objects of the profiles to the target of the alias, and record its merges in them.

    Claims stay: a request with a claim finds the merged profile through its alias.
    """
    query = _objects_of(domain, profile_ids)
    change = [_change_object(_moved(profile_ids, alias))]
    database["profile_objects"].update_many(query, change, hint=OBJECTS_OF_PROFILE, session=session)


def move_back(
    database: Database[Document],
    domain: str,
    profile_id: str,
    merge_ids: Sequence[str],
    session: Session = None,
) -> None:
    """Move back the profile's associations and objects whose last moves are these merges, in this order.

    Sends two commands.
    """
    change = _moved_back(merge_ids)
    contacts: Document = {"domain": domain, "associations.profile_id": profile_id}
    database["associations"].update_many(
        contacts | {"associations.moves.merge_id": merge_ids[-1]},
        [_change_associations(change)],
        hint=HISTORY_OF_PROFILE,
        session=session,
    )
    database["profile_objects"].update_many(
        _objects_of(domain, [profile_id]) | {"moves.merge_id": merge_ids[-1]},
        [_change_object(change)],
        hint=OBJECTS_OF_PROFILE,
        session=session,
    )


def _objects_of(domain: str, profile_ids: Sequence[str]) -> Document:
    return {"domain": domain, "profile_id": {"$in": list(profile_ids)}, "object_type": {"$gt": ""}}


def _moved(profile_ids: Sequence[str], alias: Alias) -> Document:
    """Return the expression that moves ``$$this`` if it belongs to one of the profiles."""
    origins = ["$$this.profile_id", *alias.path[:-1]]
    moves = [
        {"merge_id": merge_id, "profile_id": origin}
        for merge_id, origin in zip(alias.merge_ids, origins, strict=True)
    ]
    all_moves = {"$concatArrays": [{"$ifNull": ["$$this.moves", []]}, moves]}
    moved = {"$mergeObjects": ["$$this", {"profile_id": alias.target, "moves": all_moves}]}
    return {"$cond": [{"$in": ["$$this.profile_id", list(profile_ids)]}, moved, "$$this"]}


def _moved_back(merge_ids: Sequence[str]) -> Document:
    """Return the expression that moves ``$$this`` back if its last moves are these merges."""
    count, moves = len(merge_ids), {"$ifNull": ["$$this.moves", []]}
    last = {"$slice": [moves, -count]}
    are_last = {"$eq": [{"$map": {"input": last, "as": "move", "in": "$$move.merge_id"}}, list(merge_ids)]}
    kept = {"$subtract": [{"$size": moves}, count]}
    earlier = {"$cond": [{"$gt": [kept, 0]}, {"$slice": [moves, {"$max": [kept, 1]}]}, []]}
    origin = {"$getField": {"field": "profile_id", "input": {"$first": last}}}
    back = {"$mergeObjects": ["$$this", {"profile_id": origin, "moves": earlier}]}
    return {"$cond": [are_last, back, "$$this"]}


def _change_associations(change: Document) -> Document:
    """Return the stage that applies ``change`` to all associations of a contact.

    It changes ``association`` too, which is a copy of the current one, or None.
    """
    current = {"$first": {"$map": {"input": ["$association"], "as": "this", "in": change}}}
    return {
        "$set": {
            "association": {"$cond": [{"$eq": ["$association", None]}, None, current]},
            "associations": {"$map": {"input": "$associations", "in": change}},
        }
    }


def _change_object(change: Document) -> Document:
    return {"$replaceWith": {"$first": {"$map": {"input": ["$$ROOT"], "as": "this", "in": change}}}}


class MoveStore:
    """Moves contacts and objects that the transaction of a merge or of its undo has not moved."""

    def __init__(self, database: Database[Document]) -> None:
        self._database = database

    @translate_errors
    def profiles_with_records(self, domain: str, profile_ids: Collection[str]) -> set[str]:
        """Return the IDs of those profiles that have contacts, objects or claims. Sends two commands."""
        ids: Document = {"$in": sorted(profile_ids)}
        contacts = self._database["associations"].distinct(
            "associations.profile_id", {"domain": domain, "associations.profile_id": ids}
        )
        objects = self._database["profile_objects"].distinct(
            "profile_id", {"domain": domain, "profile_id": ids}
        )
        return {*contacts, *objects}.intersection(profile_ids)

    @translate_write_errors
    def move(self, domain: str, alias: Alias) -> None:
        """Move the contacts and objects of a merged profile to its alias's target. Sends two commands."""
        move_contacts(self._database, domain, [alias.profile_id], alias)
        move_objects(self._database, domain, [alias.profile_id], alias)

    @translate_write_errors
    def move_back(self, domain: str, alias: Alias) -> None:
        """Move back the contacts and objects that moved along the path of the alias. Sends two commands."""
        move_back(self._database, domain, alias.target, alias.merge_ids)
