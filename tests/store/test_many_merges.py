"""Profiles with many merges."""

from typing import Any

import pytest
from pymongo.database import Database

from service.errors.merges import TooManyMerges
from service.model.limits import MAX_OPEN_MERGES
from service.store.stores import Stores
from tests.store.merging import check_consistency, create, dump, living_id, merge, undo

Document = dict[str, Any]


def test_a_profile_has_a_limited_number_of_merges(stores: Stores, database: Database[Document]) -> None:
    """So that an undo, which reads all of them, ends in time. Undone merges do not count."""
    target, source, other = create(stores), create(stores), create(stores)
    merged = merge(stores, target, source)
    (record,) = database["merges"].find()
    copies = [record | {"_id": f"{number:032}"} for number in range(1, MAX_OPEN_MERGES)]
    undone = [record | {"_id": f"{number:032}", "undone_at": record["merged_at"]} for number in (998, 999)]
    database["merges"].insert_many([*copies, *undone])
    before = dump(database)
    with pytest.raises(TooManyMerges):
        merge(stores, target, other)
    assert dump(database) == before
    undo(stores, merged)
    second = merge(stores, target, other)
    # The limit does not prevent merging the profile into another one.
    undo(stores, second)
    database["merges"].delete_many({"_id": {"$in": [each["_id"] for each in copies]}})
    merge(stores, other, target)
    assert living_id(stores, target) == other
    check_consistency(database)
