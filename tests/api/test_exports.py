"""The export of all data about a person."""

from collections.abc import Iterator
from typing import Any

import orjson
import pymongo
import pytest
from flask import Flask

from service.errors.datastore import DatastoreUnavailable
from service.model.principal import Scope
from service.use_cases.exports import export_profile
from tests.api.caller import Caller, Json
from tests.api.credentials import Credentials


def _export(api: Caller, profile_id: str) -> Json:
    exported: Json = api.get(f"/v1/profiles/{profile_id}/export")
    return exported


def test_all_data_about_a_person_is_exported(api: Caller) -> None:
    """An export has the profile, all of its contacts, even former ones, and its audit events."""
    api.define("vip")
    ann = api.create("Ann", phone_numbers=[{"value": "555"}], keys={"vip": ["gold"]})
    bob = api.create("Bob")
    ann_id, bob_id = ann["profile_id"], bob["profile_id"]
    api.associate("c-1", ann_id, agent_id="jo", channel="voice")
    api.associate("c-2", ann_id)
    api.associate("c-2", bob_id, status=200)
    api.associate("c-3", bob_id)
    api.post("/v1/contacts/c-1/clear")
    api.search(("vip", ["gold"]))
    api.audit()
    exported = _export(api, ann_id)
    assert exported.keys() == {"exported_at", "profile", "contacts", "objects", "merges", "audit"}
    assert exported["profile"] == ann == api.get(f"/v1/profiles/{ann_id}")
    contacts = {contact["contact_id"]: contact for contact in exported["contacts"]}
    assert contacts.keys() == {"c-1", "c-2"}
    assert contacts["c-1"]["associations"][0]["agent_id"] == "jo"
    assert contacts["c-1"]["cleared_at"]
    assert contacts["c-2"]["associations"][0]["disassociated_at"]
    actions = [event["action"] for event in exported["audit"]]
    assert actions == ["searched", "cleared", "associated", "associated", "created"]
    assert exported["audit"][0]["keys"] == ["vip"]


def test_an_export_has_no_data_of_other_people(api: Caller) -> None:
    """The contacts omit their other profiles. The events of searches omit the other results."""
    ann, bob = (api.create(name, last_name="Lee")["profile_id"] for name in ("Ann", "Bob"))
    api.associate("c-1", bob)
    api.associate("c-1", ann, status=200)
    api.search(("name", ["Lee"]))
    api.audit()
    assert bob not in str(_export(api, ann))


def test_an_export_is_a_file_that_is_not_cached(api: Caller) -> None:
    """The name of the file contains the profile ID."""
    ann = api.create("Ann")["profile_id"]
    response = api.call("GET", f"/v1/profiles/{ann}/export")
    assert response.headers["Content-Disposition"] == f'attachment; filename="profile-{ann}.json"'
    assert response.headers["Cache-Control"] == "no-store"


def test_a_missing_profile_cannot_be_exported(api: Caller) -> None:
    """A profile of another domain is treated as missing."""
    api.reject("GET", f"/v1/profiles/{'0' * 32}/export", status=404, code="profile_not_found")
    ann = api.create("Ann")["profile_id"]
    api.database["profiles"].update_one({"_id": ann}, {"$set": {"domain": "other"}})
    api.reject("GET", f"/v1/profiles/{ann}/export", status=404, code="profile_not_found")


@pytest.mark.parametrize(("reveal", "exported_value"), [(True, "123-45-6789"), (False, "*******6789")])
def test_values_of_sensitive_keys_are_exported_with_the_reveal_scope(
    api: Caller,
    reveal: bool,  # noqa: FBT001 - a test parameter
    exported_value: str,
) -> None:
    """The audit event lists the search keys whose values were revealed."""
    api.define("ssn", type="digits", sensitive=True)
    api.define("vip")
    ann = api.create("Ann", keys={"ssn": ["123-45-6789"], "vip": ["gold"]})["profile_id"]
    stores = api.client.application.extensions["profile_lookup"]
    audited = export_profile(stores, "default", ann, reveal=reveal)
    exported = {key: list(map(str, values)) for key, values in audited.value.profile["keys"].items()}
    assert exported == {"ssn": [exported_value], "vip": ["gold"]}
    assert list(audited.accesses[0].keys) == (["ssn"] if reveal else [])
    _export(api, ann)
    assert api.audit()[-1]["keys"] == ["ssn"]


@pytest.fixture
def with_many_contacts(api: Caller) -> str:
    """Return the ID of a profile with five thousand contacts."""
    ann: str = api.create("Ann")["profile_id"]
    api.associate("c-0", ann)
    document = api.database["associations"].find_one()
    copies = [document | {"_id": f"default/c-{n}", "contact_id": f"c-{n}"} for n in range(1, 5000)]
    api.database["associations"].insert_many(copies)
    return ann


def test_an_export_without_the_reveal_scope_is_masked_over_http(credentials: Credentials) -> None:
    """With the scope, the export contains the plain text."""
    unrestricted = credentials.caller()
    unrestricted.define("ssn", type="digits", sensitive=True)
    ann = unrestricted.create("Ann", keys={"ssn": ["078-05-1120"]})["profile_id"]
    for scopes, exported_value in ((set(Scope), "078-05-1120"), ({Scope.ADMIN}, "*******1120")):
        assert _export(credentials.caller(scopes=scopes), ann)["profile"]["keys"] == {"ssn": [exported_value]}


def test_an_export_of_thousands_of_contacts_is_streamed(shared_app: Flask, with_many_contacts: str) -> None:
    """Each part of the response is short. The whole response is valid JSON."""
    response = shared_app.test_client().get(f"/v1/profiles/{with_many_contacts}/export", buffered=False)
    parts: Iterator[Any] = iter(response.response)
    content = b""
    longest = 0
    for part in parts:
        longest = max(longest, len(part))
        content += part
    response.close()
    assert longest < 2000
    ids = {contact["contact_id"] for contact in orjson.loads(content)["contacts"]}
    assert ids == {f"c-{n}" for n in range(5000)}


def test_an_interrupted_export_is_not_valid_json(
    shared_app: Flask, with_many_contacts: str, mongodb_client: pymongo.MongoClient[dict[str, Any]]
) -> None:
    """If MongoDB fails during an export, the client notices that the export is incomplete."""
    response = shared_app.test_client().get(f"/v1/profiles/{with_many_contacts}/export", buffered=False)
    parts: Iterator[Any] = iter(response.response)
    first_parts = b"".join(next(parts) for _ in range(10))
    mongodb_client.admin.command("killAllSessions", [])
    last_parts: list[bytes] = []
    with pytest.raises(DatastoreUnavailable):
        last_parts.extend(parts)
    response.close()
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(first_parts + b"".join(last_parts))
