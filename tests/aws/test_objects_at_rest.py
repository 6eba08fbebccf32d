"""Objects in the database: encrypted under the master keys, masked in responses, and erased."""

from collections.abc import Callable
from typing import Any

import orjson

from service.use_cases.exports import export_profile
from service.use_cases.reindex import ReindexedObjects, reindex_objects
from tests.aws.in_process import InProcess
from tests.aws.object_calls import define, dump, found, listed, only, put, stores_of
from tests.master_keys import ONE, ONE_THEN_TWO, TWO, TWO_THEN_ONE

Json = dict[str, Any]
Connect = Callable[[str], InProcess]

SSN = "321-54-9876"
NAME = "Quillfeather"


def _ignore(_count: int) -> None:
    """Do nothing with the number of objects of a batch."""


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
