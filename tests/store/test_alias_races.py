"""Requests for the IDs of merged profiles, while these are merged again, or the merge is undone."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from flask import Flask
from pymongo.database import Database

from service.errors.datastore import DatastoreUnavailable
from service.errors.records import ProfileNotFound
from service.store.stores import Stores
from service.use_cases import profiles
from service.use_cases.aliases import find_with_aliases
from tests.api.batches import send_raw
from tests.api.caller import Caller
from tests.store.merging import DOMAIN, check_consistency, create, merge, undo
from tests.store.racing import run_after, run_before

Patch = pytest.MonkeyPatch
Request = Callable[[str], str]

REQUESTS = ("merge", "BatchGetProfile", "batch", "dry run")


@pytest.fixture
def stores(app: Flask) -> Stores:
    """Return the stores of the application, with all indexes."""
    stores: Stores = app.extensions["profile_lookup"]
    stores.indexes.build()
    return stores


@pytest.fixture(params=REQUESTS)
def request_profile(
    request: pytest.FixtureRequest, app: Flask, stores: Stores, database: Database[dict[str, Any]]
) -> Request:
    """Return a function that sends a request with the ID of a profile. It returns the ID that it used."""

    def merge_into_new(profile_id: str) -> str:
        (used,) = merge(stores, create(stores), profile_id).merge.profile_ids
        return used

    def view(profile_id: str) -> str:
        return profiles.view_profiles(stores, DOMAIN, [profile_id]).value[profile_id]["profile_id"]

    def update_in_batch(profile_id: str, query: str = "") -> str:
        item = {"operation": "update", "profile_id": profile_id, "profile": {"last_name": "Lee"}}
        response = send_raw(Caller(app.test_client(), database), item, query=query)
        (result,) = orjson.loads(response.data)["items"]
        assert result["outcome"] == "updated", result
        assert result.get("merged_into", profile_id) == result["profile_id"]
        used: str = result["profile_id"]
        return used

    return {
        "merge": merge_into_new,
        "BatchGetProfile": view,
        "batch": update_in_batch,
        "dry run": lambda profile_id: update_in_batch(profile_id, "?dry_run=true"),
    }[request.param]


def test_a_profile_is_found_although_its_merge_is_undone_between_two_reads(
    stores: Stores, request_profile: Request, database: Database[dict[str, Any]], monkeypatch: Patch
) -> None:
    """The first read does not find it, and the second one finds no alias."""
    target, source = create(stores), create(stores)
    merged = merge(stores, target, source)
    run_before(monkeypatch, stores.aliases, "find", lambda: undo(stores, merged))
    assert request_profile(source) == source
    check_consistency(database)


def test_a_profile_is_found_although_it_is_merged_again_between_two_reads(
    stores: Stores, request_profile: Request, database: Database[dict[str, Any]], monkeypatch: Patch
) -> None:
    """The alias leads to a profile that is gone when it is read."""
    first, second, source = create(stores), create(stores), create(stores)
    merge(stores, first, source)
    run_after(monkeypatch, stores.aliases, "find", lambda: merge(stores, second, first))
    assert request_profile(source) == second
    check_consistency(database)


def test_only_the_profiles_that_are_not_found_are_read_again(stores: Stores, monkeypatch: Patch) -> None:
    """Of the other ones, some may be merged meanwhile. The writes of the request find that out."""
    target, source, living = create(stores), create(stores), create(stores)
    merged = merge(stores, target, source)
    reads: list[set[str]] = []
    find = stores.bulk_profiles.find

    def recorded(domain: str, profile_ids: Any, terms: Any) -> Any:
        reads.append(set(profile_ids))
        return find(domain, profile_ids, terms)

    monkeypatch.setattr(stores.bulk_profiles, "find", recorded)
    run_before(monkeypatch, stores.aliases, "find", lambda: undo(stores, merged))
    found, aliases = find_with_aliases(stores, DOMAIN, {source, living}, ())
    assert {each.profile["profile_id"] for each in found} == {source, living}
    assert (reads, aliases) == ([{source, living}, {source}], {})


def test_an_unknown_profile_is_not_found(stores: Stores) -> None:
    """Both reads are repeated once, because another request may have undone a merge between them."""
    with pytest.raises(ProfileNotFound):
        merge(stores, create(stores), "0" * 32)
    assert profiles.view_profiles(stores, DOMAIN, ["0" * 32]).value == {}


def test_a_profile_that_is_merged_again_and_again_is_not_reported_as_unknown(
    stores: Stores, monkeypatch: Patch
) -> None:
    """The request can be repeated."""
    target, source, others = create(stores), create(stores), [create(stores) for _ in range(20)]
    merge(stores, target, source)

    def merge_again() -> None:
        nonlocal target
        other = others.pop()
        merge(stores, other, target)
        target = other
        run_after(monkeypatch, stores.aliases, "find", merge_again)

    run_after(monkeypatch, stores.aliases, "find", merge_again)
    with pytest.raises(DatastoreUnavailable):
        find_with_aliases(stores, DOMAIN, {source}, ())
