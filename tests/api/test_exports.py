"""Everything that is held on a person, in one answer."""

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


def test_everything_held_on_the_person_is_exported(api: Caller) -> None:
    """The profile as it is read, the contacts that it stands or stood in, and who did what with it."""
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
    assert exported.keys() == {"exported_at", "profile", "contacts", "audit"}
    assert exported["profile"] == ann == api.get(f"/v1/profiles/{ann_id}")
    contacts = {contact["contact_id"]: contact for contact in exported["contacts"]}
    assert contacts.keys() == {"c-1", "c-2"}
    assert contacts["c-1"]["associations"][0]["agent_id"] == "jo"
    assert contacts["c-1"]["cleared_at"]
    assert contacts["c-2"]["associations"][0]["disassociated_at"]
    actions = [event["action"] for event in exported["audit"]]
    assert actions == ["searched", "cleared", "associated", "associated", "created"]
    assert exported["audit"][0]["keys"] == ["vip"]


def test_nobody_else_is_in_it(api: Caller) -> None:
    """Neither another profile of a contact nor those that were found by the same search."""
    ann, bob = (api.create(name, last_name="Lee")["profile_id"] for name in ("Ann", "Bob"))
    api.associate("c-1", bob)
    api.associate("c-1", ann, status=200)
    api.search(("name", ["Lee"]))
    api.audit()
    assert bob not in str(_export(api, ann))


def test_it_is_a_file_that_nobody_keeps_by_accident(api: Caller) -> None:
    """Named after the profile, and not for a cache."""
    ann = api.create("Ann")["profile_id"]
    response = api.call("GET", f"/v1/profiles/{ann}/export")
    assert response.headers["Content-Disposition"] == f'attachment; filename="profile-{ann}.json"'
    assert response.headers["Cache-Control"] == "no-store"


def test_a_profile_that_is_not_there_cannot_be_exported(api: Caller) -> None:
    """Nor one of another domain."""
    api.refuse("GET", f"/v1/profiles/{'0' * 32}/export", status=404, code="profile_not_found")
    ann = api.create("Ann")["profile_id"]
    api.database["profiles"].update_one({"_id": ann}, {"$set": {"domain": "other"}})
    api.refuse("GET", f"/v1/profiles/{ann}/export", status=404, code="profile_not_found")


@pytest.mark.parametrize(("reveal", "shown"), [(True, "123-45-6789"), (False, "*******6789")])
def test_values_of_sensitive_keys_are_shown_to_whom_may_reveal_them(
    api: Caller,
    reveal: bool,  # noqa: FBT001 - drawn
    shown: str,
) -> None:
    """The names of those that are shown stand in the event."""
    api.define("ssn", type="digits", sensitive=True)
    api.define("vip")
    ann = api.create("Ann", keys={"ssn": ["123-45-6789"], "vip": ["gold"]})["profile_id"]
    stores = api.client.application.extensions["profile_lookup"]
    audited = export_profile(stores, "default", ann, reveal=reveal)
    exported = {key: list(map(str, values)) for key, values in audited.value.profile["keys"].items()}
    assert exported == {"ssn": [shown], "vip": ["gold"]}
    assert list(audited.accesses[0].keys) == (["ssn"] if reveal else [])
    _export(api, ann)
    assert api.audit()[-1]["keys"] == ["ssn"]


@pytest.fixture
def of_thousands(api: Caller) -> str:
    """Return the ID of a person with five thousand contacts."""
    ann: str = api.create("Ann")["profile_id"]
    api.associate("c-0", ann)
    document = api.database["associations"].find_one()
    copies = [document | {"_id": f"default/c-{n}", "contact_id": f"c-{n}"} for n in range(1, 5000)]
    api.database["associations"].insert_many(copies)
    return ann


def test_over_http_a_sensitive_value_is_masked_for_whom_may_export_alone(credentials: Credentials) -> None:
    """As text in the file, where others may see it in plain."""
    everything = credentials.caller()
    everything.define("ssn", type="digits", sensitive=True)
    ann = everything.create("Ann", keys={"ssn": ["078-05-1120"]})["profile_id"]
    for scopes, shown in ((set(Scope), "078-05-1120"), ({Scope.ADMIN}, "*******1120")):
        assert _export(credentials.caller(scopes=scopes), ann)["profile"]["keys"] == {"ssn": [shown]}


def test_a_person_of_thousands_of_contacts_is_exported_piece_by_piece(
    shared_app: Flask, of_thousands: str
) -> None:
    """However many there are, a few are in memory at a time; and all of it is JSON."""
    response = shared_app.test_client().get(f"/v1/profiles/{of_thousands}/export", buffered=False)
    pieces: Iterator[Any] = iter(response.response)
    whole = b""
    longest = 0
    for piece in pieces:
        longest = max(longest, len(piece))
        whole += piece
    response.close()
    assert longest < 2000
    ids = {contact["contact_id"] for contact in orjson.loads(whole)["contacts"]}
    assert ids == {f"c-{n}" for n in range(5000)}


def test_an_export_that_is_cut_off_is_no_json(
    shared_app: Flask, of_thousands: str, mongodb_client: pymongo.MongoClient[dict[str, Any]]
) -> None:
    """Where MongoDB goes away in the middle, nobody takes what has arrived for the whole."""
    response = shared_app.test_client().get(f"/v1/profiles/{of_thousands}/export", buffered=False)
    pieces: Iterator[Any] = iter(response.response)
    arrived = b"".join(next(pieces) for _ in range(10))
    mongodb_client.admin.command("killAllSessions", [])
    following: list[bytes] = []
    with pytest.raises(DatastoreUnavailable):
        following.extend(pieces)
    response.close()
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(arrived + b"".join(following))
