"""Reindexing does not undo concurrent changes."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from pymongo.database import Database

from service.matching.profiles import Index, index
from service.matching.rules import MARKER
from service.store.stores import Stores
from service.use_cases import erasure, profiles
from service.use_cases.reindex import reindex_profiles
from tests.store.reindexing import (
    PHONE,
    Document,
    all_profiles,
    create,
    define,
    make_stale,
    reindex_all,
)


def test_a_concurrent_change_wins(stores: Stores, database: Database[Document]) -> None:
    """Profiles that were changed, deleted or renewed after they were read are not overwritten."""
    changed, deleted, done, plain = (create(stores, account_number="A-1") for _ in range(4))
    for profile_id in (changed, deleted, done, plain):
        make_stale(database, profile_id)
    (batch,) = stores.stale_profiles.batches(10)
    profiles.update_profile(stores, "default", changed, {"account_number": "A-2"})
    erasure.erase_profile(stores, "default", deleted, record=lambda *_: None)
    database["profiles"].update_one({"_id": done}, {"$set": {"rules": MARKER}})
    before = all_profiles(database)
    wrong_index = Index(lookup=["account:wrong"], unique=[])
    assert stores.stale_profiles.renew([(stale, wrong_index) for stale in batch]) == (1, [])
    wrong = {"lookup": ["account:wrong"], "rules": MARKER}
    assert all_profiles(database) == [d | wrong if d["_id"] == plain else d for d in before]


def _expected_terms(stores: Stores, documents: Iterable[Document]) -> dict[str, list[str]]:
    domain = stores.domains.read("default")
    return {
        d["_id"]: index(
            profiles.read_profile(stores, "default", d["_id"]), domain.custom_keys, domain.default_region
        ).lookup
        for d in documents
    }


def test_changes_during_a_run_are_not_lost(stores: Stores, database: Database[Document]) -> None:
    """Eight clients change and create profiles during two runs. No profile stays stale."""
    define(stores, "default", "ssn", "digits", unique=True)
    ids = [create(stores, keys={"ssn": [str(n)]}, phone_numbers=[PHONE]) for n in range(96)]
    for profile_id in ids:
        make_stale(database, profile_id)
    started = Barrier(10)
    created: list[str] = []

    def patch(mine: list[str]) -> None:
        started.wait(timeout=30)
        for turn in range(3):
            for profile_id in mine:
                profiles.update_profile(
                    stores, "default", profile_id, {"account_number": f"{profile_id}-{turn}"}
                )
            created.append(create(stores, last_name="Meanwhile"))

    def run(batch_size: int) -> int:
        started.wait(timeout=30)
        return reindex_all(stores, batch_size).renewed

    with ThreadPoolExecutor(10) as pool:
        runs = [pool.submit(run, size) for size in (4, 7)]
        # The clients do not change every second profile.
        patchers = [pool.submit(patch, ids[n::16]) for n in range(8)]
        renewed = sum(done.result() for done in runs)
        for patcher in patchers:
            patcher.result()

    assert stores.stale_profiles.count() == 0
    documents = all_profiles(database)
    assert {d["_id"] for d in documents} == {*ids, *created}
    assert {d["_id"]: d["lookup"] for d in documents} == _expected_terms(stores, documents)
    patched = {profile_id for n in range(8) for profile_id in ids[n::16]}
    for document in documents:
        turns = 3 if document["_id"] in patched else 0
        assert document["version"] == 1 + turns
        assert document["account_number"] == (f"{document['_id']}-2" if turns else None)
    # One of the runs renews a profile, unless a client changes this profile first.
    assert len(ids) - len(patched) <= renewed <= len(ids)


def test_two_concurrent_runs_renew_each_profile_once(stores: Stores, database: Database[Document]) -> None:
    """Each run skips the profiles that the other run has renewed."""
    for n in range(60):
        make_stale(database, create(stores, last_name=f"L{n}"))
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda size: reindex_all(stores, size), (4, 5)))
    assert sum(result.renewed for result in results) == 60
    assert stores.stale_profiles.count() == 0


def test_an_interrupted_run_is_continued(stores: Stores, database: Database[Document]) -> None:
    """The next run renews only the remaining profiles."""
    for _ in range(10):
        make_stale(database, create(stores))

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reindex_profiles(stores, batch_size=4, advance=interrupt)
    assert stores.stale_profiles.count() == 6
    advanced: list[int] = []
    result = reindex_profiles(stores, batch_size=4, advance=advanced.append)
    assert (result.renewed, result.still_stale, advanced) == (6, 0, [4, 2])
