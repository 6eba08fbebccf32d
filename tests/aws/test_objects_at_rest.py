"""Objects in the database: encrypted under the master keys, masked in responses, and erased."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import orjson
import pymongo
import pytest
from bson import json_util
from pymongo.database import Database

from service.app import create_app
from service.config import Settings
from service.store.client.connection import connect
from service.store.stores import Stores
from service.use_cases.amazon.claims import claim_profile
from service.use_cases.exports import export_profile
from service.use_cases.reindex import ReindexedObjects, reindex_objects
from tests.aws.in_process import InProcess
from tests.aws.object_calls import define, found, listed, only, put
from tests.commands import Commands
from tests.master_keys import ONE, ONE_THEN_TWO, TWO, TWO_THEN_ONE
from tests.readiness import uncached

Json = dict[str, Any]
Connect = Callable[[str], InProcess]

SSN = "321-54-9876"
NAME = "Quillfeather"


@pytest.fixture
def open_service(mongodb_uri: str, mongodb_client: pymongo.MongoClient[Json]) -> Iterator[Connect]:
    """Return a function that opens the same database with these master keys."""
    settings = Settings(
        mongodb_uri=mongodb_uri, mongodb_database=f"aws_{uuid4().hex[:12]}", auth=False, aws_api=True
    )
    databases: list[Database[Json]] = []

    def service(master_keys: str) -> InProcess:
        commands = Commands()
        databases.append(connect(settings, listeners=[commands]))
        with_keys = replace(settings, master_keys=master_keys)
        app = create_app(with_keys, database=databases[-1], readiness_times=uncached())
        app.extensions["database"] = databases[-1]
        return InProcess(app.test_client(), commands)

    yield service
    for database in databases:
        database.client.close()
    mongodb_client.drop_database(settings.mongodb_database)


def _ignore(_count: int) -> None:
    """Do nothing with the number of objects of a batch."""


def stores_of(api: InProcess) -> Stores:
    """Return the stores of a service."""
    stores: Stores = api.client.application.extensions["profile_lookup"]
    return stores


def dump(api: InProcess, *names: str) -> str:
    """Return the documents of these collections, by default of all, as JSON."""
    database: Database[Json] = api.client.application.extensions["database"]
    names = names or tuple(database.list_collection_names())
    return json_util.dumps({name: list(database[name].find()) for name in names})


def _with_ssn(api: InProcess) -> str:
    definition = {"label": "SSN", "type": "digits", "sensitive": True, "unique": True}
    api.v1("PUT", "/v1/search-keys/ssn", definition, expect=201)
    return define(
        api,
        {"ssn": "PROFILE"},
        ssn={"Source": "_source.person.ssn"},
        name={"Source": "_source.person.name", "Target": "_profile.LastName"},
    )


def _put_person(api: InProcess, name: str) -> str:
    return put(api, name, id=1, person={"ssn": SSN, "name": NAME}, note=SSN, list=[{"x": SSN}])


def test_an_object_is_never_in_plain_text(open_service: Connect) -> None:
    """No value of the object is in its document, and no sensitive one in the database."""
    api = open_service(ONE)
    name = _with_ssn(api)
    _put_person(api, name)
    assert not any(value in dump(api, "profile_objects") for value in (NAME, SSN, "321549876"))
    assert SSN not in dump(api)
    assert "321549876" not in dump(api)
    assert '"object_type": null' not in dump(api, "profile_objects"), "No claim is left."


def test_sensitive_values_are_masked_wherever_they_are_in_an_object(open_service: Connect) -> None:
    """In lists, and in exports without the scope to reveal."""
    api = open_service(ONE)
    name = _with_ssn(api)
    _put_person(api, name)
    (profile,) = found(api, "ssn", SSN)
    mask = "*******9876"
    masked = {
        "id": 1,
        "person": {"ssn": mask, "name": NAME},
        "note": mask,
        "list": [{"x": mask}],
    }
    (shown,) = listed(api, profile, name).values()
    assert shown == masked
    for reveal, note in ((True, SSN), (False, mask)):
        exported = export_profile(stores_of(api), "default", profile["ProfileId"], reveal=reveal)
        (item,) = exported.value.objects
        assert orjson.loads(item.content)["note"] == note
        (access,) = exported.accesses
        assert list(access.keys) == (["ssn"] if reveal else [])


def test_the_export_of_a_person_has_the_objects(open_service: Connect) -> None:
    """As they were sent, with their times."""
    api = open_service(ONE)
    name = define(api, {"custS": "PROFILE"})
    keys = [put(api, name, id=number, custS="c") for number in (1, 2)]
    put(api, name, id=3, custS="other")
    profile = only(api, "custS", "c")
    exported = api.v1("GET", f"/v1/profiles/{profile['ProfileId']}/export")["objects"]
    assert {each["object_id"]: orjson.loads(each["content"])["id"] for each in exported} == dict(
        zip(keys, (1, 2), strict=True)
    )
    assert {each["object_type"] for each in exported} == {name}
    assert all(each["created_at"] <= each["updated_at"] for each in exported)


def test_a_value_that_becomes_sensitive_later_is_masked(open_service: Connect) -> None:
    """The object remembers where its keys are."""
    api = open_service(ONE)
    name = define(api, {"pin": "", "custZ": "PROFILE"})
    put(api, name, id=1, pin="998877", custZ="c")
    profile = only(api, "custZ", "c")
    api("DeleteProfileKey", **profile, KeyName="pin", Values=["998877"])
    api.v1("DELETE", "/v1/search-keys/pin", expect=204)
    definition = {"label": "PIN", "type": "text", "sensitive": True}
    api.v1("PUT", "/v1/search-keys/pin", definition, expect=201)
    (shown,) = listed(api, profile, name).values()
    assert shown["pin"] == "****77"
    put(api, name, id=1, pin="998877", custZ="c")
    assert "998877" not in dump(api)


def test_an_object_that_was_stored_before_the_master_keys_is_encrypted(open_service: Connect) -> None:
    """By `reindex`. Until then, /readyz says so."""
    api = open_service("")
    name = define(api, {"custY": "PROFILE"})
    key = put(api, name, id=1, custY="c", note=NAME)
    assert NAME in dump(api, "profile_objects")
    api = open_service(ONE)
    assert api.v1("GET", "/readyz")["checks"]["lookup_entries"].startswith("stale")
    assert put(api, name, id=2, custY="c") != key
    assert reindex_objects(stores_of(api), batch_size=1, advance=_ignore) == ReindexedObjects(1, 0)
    assert NAME not in dump(api, "profile_objects")
    assert api.v1("GET", "/readyz")["checks"]["lookup_entries"] == "ok"
    # The object is still the same one.
    assert put(api, name, id=1, custY="c", note="new") == key


def test_objects_keep_their_identity_while_master_keys_change(open_service: Connect) -> None:
    """In each step, old and new processes find the same object. At the end, the old key is not needed."""
    api = open_service(ONE)
    name = define(api, {"custX": "PROFILE"})
    key = put(api, name, id=1, custX="c", note=NAME)
    for earlier, later in ((ONE, ONE_THEN_TWO), (ONE_THEN_TWO, TWO_THEN_ONE)):
        assert put(open_service(later), name, id=1, custX="c", note=NAME) == key
        assert put(open_service(earlier), name, id=1, custX="c", note=NAME) == key
    api = open_service(TWO_THEN_ONE)
    assert reindex_objects(stores_of(api), batch_size=10, advance=_ignore) == ReindexedObjects(1, 0)
    api = open_service(TWO)
    (shown,) = listed(api, only(api, "custX", "c"), name).values()
    assert shown["note"] == NAME
    assert reindex_objects(stores_of(api), batch_size=10, advance=_ignore) == ReindexedObjects(1, 0)
    assert put(api, name, id=1, custX="c") == key


def test_without_its_master_key_an_object_is_not_shown(open_service: Connect) -> None:
    """It is an error of the operator. `reindex` leaves it, and /readyz names the key."""
    api = open_service(ONE)
    name = define(api, {"custW": "PROFILE"})
    put(api, name, id=1, custW="c")
    api = open_service(TWO)
    profile = only(api, "custW", "c")
    error = api("ListProfileObjects", expect=500, **profile, ObjectTypeName=name)
    assert error["Error"]["Code"] == "InternalServerException"
    assert "MASTER_KEYS" in error["Error"]["Message"]
    assert reindex_objects(stores_of(api), batch_size=10, advance=_ignore) == ReindexedObjects(0, 1)
    assert "one" in api.v1("GET", "/readyz")["checks"]["lookup_entries"]


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
    hashes = stores.objects.seal.hashes("default", name, ["1"])
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
