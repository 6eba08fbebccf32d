"""If MongoDB did not confirm a write, the response reports it.

A retry is safe; a create needs an idempotency key for that.
"""

from typing import Any

import pytest

from service.config import Settings
from service.store.client.connection import connect
from service.store.stores import Stores
from tests.api.caller import Caller, check_problem
from tests.safety.conftest import FailPoint
from tests.store.changes_feed import Copy, change_store

KEY = {"Idempotency-Key": "7f3d0c6e-0f0a-4b0e-9d57-6c0a5f6c2f11"}
ADA = {"first_name": "Ada"}
# The write succeeds, but the server cannot wait for the other members (WriteConcernFailed).
UNCONFIRMED = {"writeConcernError": {"code": 64, "errmsg": "no majority yet"}}
ONCE = {"times": 1}
# The command is not executed (MaxTimeMSExpired).
NOT_EXECUTED = {"errorCode": 50}
# Another document has the value (DuplicateKey).
DUPLICATE = {"errorCode": 11000, "errorExtraInfo": {"keyPattern": {"_id": 1}, "keyValue": {"_id": "1"}}}


def _assert_unknown_outcome(api: Caller, method: str, path: str, body: Any = None, **options: Any) -> None:
    """Send a request. Assert that it gets a 503 that reports an unknown outcome."""
    response = api.call(method, path, body, status=503, **options)
    problem = check_problem(response)
    assert problem["code"] == "datastore_unavailable"
    assert "it may have been made" in problem["detail"]
    assert "idempotency key" in problem["detail"]
    assert int(response.headers["Retry-After"]) > 0


@pytest.mark.parametrize("failure", [UNCONFIRMED, NOT_EXECUTED], ids=["stored", "not stored"])
def test_a_create_with_an_unknown_outcome_can_be_repeated_with_its_idempotency_key(
    api: Caller, failing: FailPoint, failure: dict[str, Any]
) -> None:
    """The retry gets a 201, and there is exactly one profile."""
    with failing("insert", mode=ONCE, **failure):
        _assert_unknown_outcome(api, "POST", "/v1/profiles", ADA, headers=KEY)
    stored = api.database["profiles"].count_documents({})
    response = api.call("POST", "/v1/profiles", ADA, status=201, headers=KEY)
    assert (response.headers.get("Idempotency-Replayed") == "true") == (stored == 1)
    assert [d["_id"] for d in api.database["profiles"].find()] == [response.get_json()["profile_id"]]


@pytest.mark.parametrize("command", ["insert", "findAndModify"])
def test_a_temporary_conflict_is_not_reported(api: Caller, failing: FailPoint, command: str) -> None:
    """The service repeats the write after a duplicate key error, and the second attempt succeeds."""
    with failing(command, mode=ONCE, **DUPLICATE):
        api.post("/v1/contacts/c-1/profile", ADA, status=201)
    assert api.database["profiles"].count_documents({}) == 1
    assert len(api.get("/v1/contacts/c-1")["associations"]) == 1


def test_without_an_idempotency_key_a_retry_creates_another_profile(api: Caller, failing: FailPoint) -> None:
    """MongoDB stored the first profile, although the response was a 503."""
    with failing("insert", mode=ONCE, **UNCONFIRMED):
        _assert_unknown_outcome(api, "POST", "/v1/profiles", ADA)
    api.post("/v1/profiles", ADA, status=201)
    assert api.database["profiles"].count_documents({}) == 2


@pytest.mark.parametrize("failure", [UNCONFIRMED, NOT_EXECUTED], ids=["stored", "not stored"])
def test_a_retry_completes_an_interrupted_create_for_a_contact(
    api: Caller, failing: FailPoint, failure: dict[str, Any]
) -> None:
    """The retry finds the stored profile and associates it with the contact."""
    with failing("findAndModify", mode=ONCE, **failure):
        _assert_unknown_outcome(api, "POST", "/v1/contacts/c-1/profile", ADA, headers=KEY)
    assert api.database["profiles"].count_documents({}) == 1
    response = api.call("POST", "/v1/contacts/c-1/profile", ADA, status=201, headers=KEY)
    assert response.headers["Idempotency-Replayed"] == "true"
    assert api.database["profiles"].count_documents({}) == 1
    (entry,) = api.get("/v1/contacts/c-1")["associations"]
    assert entry["profile_id"] == response.get_json()["profile_id"]


def test_a_read_that_fails_after_a_write_has_an_unknown_outcome(api: Caller, failing: FailPoint) -> None:
    """Both writes succeed, then the last check of the new profile fails. The retry returns this profile."""
    # This request fills the cache of domains, so the create does not read the domain. Its first `find` reads
    # the contact, the next two look for a merge of the profile, and the fourth checks the profile.
    api.get("/v1/settings")
    with failing("find", mode={"skip": 3}, **NOT_EXECUTED):
        _assert_unknown_outcome(api, "POST", "/v1/contacts/c-1/profile", ADA, headers=KEY)
    profile = api.post("/v1/contacts/c-1/profile", ADA, status=201, headers=KEY)
    assert [d["_id"] for d in api.database["profiles"].find()] == [profile["profile_id"]]
    assert len(api.get("/v1/contacts/c-1")["associations"]) == 1


def test_a_failed_read_does_not_make_the_outcome_unknown(api: Caller, failing: FailPoint) -> None:
    """The response only advises to retry later."""
    with failing("find", mode=ONCE, **NOT_EXECUTED):
        response = api.call("PATCH", f"/v1/profiles/{'0' * 32}", ADA, status=503)
    assert check_problem(response)["detail"].endswith("; retry later.")


@pytest.mark.parametrize(
    ("successful_updates", "retry_status"),
    [(1, 204), (2, 404)],
    ids=["before the profile is removed", "before the association is removed"],
)
def test_a_retry_completes_an_interrupted_delete(
    api: Caller, settings: Settings, failing: FailPoint, successful_updates: int, retry_status: int
) -> None:
    """A contact still has the profile. The retry removes what is left, and only the deletion remains."""
    profile_id = api.create()["profile_id"]
    api.associate("c-1", profile_id)
    # The first update begins the erasure, the second stores the deletion for the list of changes, and the
    # third removes the profile from the contacts.
    with failing("update", mode={"skip": successful_updates}, **NOT_EXECUTED):
        _assert_unknown_outcome(api, "DELETE", f"/v1/profiles/{profile_id}")
    assert api.get("/v1/contacts/c-1")["association"]["profile_id"] == profile_id
    api.call("DELETE", f"/v1/profiles/{profile_id}", status=retry_status)
    deletions = api.dump()["deletions"]
    assert [(each["_id"], {*each}) for each in deletions] == [
        (profile_id, {"_id", "domain", "erasing_at", "deleted"})
    ]
    assert profile_id not in str(api.dump() | {"deletions": []})
    database = connect(settings)
    changes = Copy(change_store(database, Stores.over(database, settings))).poll()
    database.client.close()
    assert changes == [(profile_id, None)]


def test_a_read_shows_whether_an_unconfirmed_patch_succeeded(api: Caller, failing: FailPoint) -> None:
    """The retry gets a 412, which explains that its own change may be stored already."""
    path = f"/v1/profiles/{api.create()['profile_id']}"
    patch = {"last_name": "Lovelace"}
    with failing("update", mode=ONCE, **UNCONFIRMED):
        _assert_unknown_outcome(api, "PATCH", path, patch, headers={"If-Match": '"1"'})
    problem = check_problem(api.call("PATCH", path, patch, status=412, headers={"If-Match": '"1"'}))
    assert "may be there already" in problem["detail"]
    assert api.get(path)["last_name"] == "Lovelace"
    # Without If-Match the repeated patch changes nothing, not even the version.
    assert api.patch(path, patch)["version"] == 2


@pytest.mark.parametrize("failure", [UNCONFIRMED, NOT_EXECUTED], ids=["stored", "not stored"])
@pytest.mark.parametrize("operation", ["associate", "disassociate", "clear", "add", "release"])
def test_every_other_change_can_be_repeated(
    api: Caller, failing: FailPoint, operation: str, failure: dict[str, Any]
) -> None:
    """Afterwards the data is the same as after one confirmed request."""
    ids = [api.create(phone_numbers=[{"value": "+12125550100"}])["profile_id"] for _ in range(2)]
    for contact_id in ("unconfirmed", "confirmed"):
        api.associate(contact_id, ids[0])
    for target, profile_id in (("unconfirmed", ids[0]), ("confirmed", ids[1])):
        method, path, body, status = {
            "associate": ("PUT", f"/v1/contacts/{target}/association", {"profile_id": ids[1]}, 200),
            "disassociate": ("DELETE", f"/v1/contacts/{target}/association", None, 204),
            "clear": ("POST", f"/v1/contacts/{target}/clear", None, 200),
            "add": ("POST", f"/v1/profiles/{profile_id}/keys", _values("+12125550111"), 200),
            "release": ("POST", f"/v1/profiles/{profile_id}/keys/release", _values("+12125550100"), 200),
        }[operation]
        if target == "unconfirmed":
            command = "update" if operation in {"add", "release"} else "findAndModify"
            with failing(command, mode=ONCE, **failure):
                _assert_unknown_outcome(api, method, path, body)
            if operation == "disassociate" and failure == UNCONFIRMED:
                # The first request has removed the association.
                status = 404
        api.call(method, path, body, status=status)
    assert _comparable(api.get("/v1/contacts/unconfirmed")) == _comparable(api.get("/v1/contacts/confirmed"))
    unconfirmed, confirmed = (api.get(f"/v1/profiles/{profile_id}") for profile_id in ids)
    assert (unconfirmed["phone_numbers"], unconfirmed["version"]) == (
        confirmed["phone_numbers"],
        confirmed["version"],
    )


def _values(number: str) -> dict[str, Any]:
    return {"key": "phone", "values": [number]}


def _comparable(contact: dict[str, Any]) -> Any:
    """Return the parts of a contact that can be compared: whether each time is set, not its value."""
    entries = [(e["profile_id"], e["disassociated_at"] is None) for e in contact["associations"]]
    return entries, contact["association"] is None, contact["cleared_at"] is None
