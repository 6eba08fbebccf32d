"""An erased person leaves no objects, and an interrupted request no claim for long."""

from collections.abc import Callable
from typing import Any

from pymongo.database import Database

from service.use_cases.amazon.claims import claim_profile
from tests.aws.in_process import InProcess
from tests.aws.object_calls import define, dump, listed, only, put, stores_of
from tests.master_keys import ONE

Json = dict[str, Any]
Connect = Callable[[str], InProcess]

SSN = "321-54-9876"
NAME = "Quillfeather"


def test_an_erased_person_leaves_no_objects(open_service: Connect) -> None:
    """Through both APIs, and in a batch."""
    api = open_service("")
    name = define(api, {"custV": "PROFILE"})

    def erase_in_batch(profile_id: str) -> None:
        items = [{"operation": "delete", "profile_id": profile_id}]
        api.v1("POST", "/v1/profiles/batch", {"items": items})

    ways: list[Callable[[str], object]] = [
        lambda id_: api("DeleteProfile", ProfileId=id_),
        lambda id_: api.v1("DELETE", f"/v1/profiles/{id_}", expect=204),
        erase_in_batch,
    ]
    for number, erase in enumerate(ways):
        for order in range(3):
            put(api, name, id=f"{number}-{order}", custV=f"c{number}", note=NAME)
        put(api, name, id=f"other-{number}", custV="other")
        profile_id = only(api, "custV", f"c{number}")["ProfileId"]
        erase(profile_id)
        assert profile_id not in dump(api, "profile_objects")
        assert NAME not in dump(api, "profile_objects")
    assert len(listed(api, only(api, "custV", "other"), name)) == 3


def test_a_retried_erasure_removes_the_objects(open_service: Connect) -> None:
    """Even if the first request ended between the profile and its objects."""
    api = open_service("")
    name = define(api, {"custU": "PROFILE"})
    put(api, name, id=1, custU="c", note=NAME)
    profile_id = only(api, "custU", "c")["ProfileId"]
    database: Database[Json] = api.client.application.extensions["database"]
    database["profiles"].delete_one({"_id": profile_id})
    api.v1("DELETE", f"/v1/profiles/{profile_id}", expect=404)
    assert NAME not in dump(api, "profile_objects")


def test_an_interrupted_claim_expires(open_service: Connect) -> None:
    """It has hashes alone. A retry takes it over and creates the profile with its ID."""
    api = open_service(ONE)
    name = define(api, {"custT": "PROFILE"})
    key = put(api, name, id=1, custT=NAME)
    database: Database[Json] = api.client.application.extensions["database"]
    profile_id = only(api, "custT", NAME)["ProfileId"]
    database["profiles"].delete_one({"_id": profile_id})
    stored = database["profile_objects"].find_one_and_delete({"_id": key})
    assert stored is not None
    stores = stores_of(api)
    hashes = stores.objects.seal.object_hashes("default", name, ["1"])
    owner = claim_profile(stores, "default", hashes)
    assert owner is not None
    claim = database["profile_objects"].find_one({"_id": owner.object_id})
    assert claim is not None
    assert claim["expires_at"] > claim["created_at"]
    assert claim.keys().isdisjoint({"sealed", "plain"})
    assert put(api, name, id=1, custT=NAME) == owner.object_id
    assert only(api, "custT", NAME)["ProfileId"] == owner.profile_id
    written = database["profile_objects"].find_one({"_id": owner.object_id})
    assert written is not None
    assert "expires_at" not in written
