"""Idempotency-Key: a repeated request returns the profile that the first request created."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from service.crypto.master_keyring import parse
from service.use_cases.profiles.create import idempotency_record
from tests.api.caller import Caller, check_problem, stored_part
from tests.master_keys import ONE, TWO, TWO_THEN_ONE

ADA: dict[str, Any] = {"first_name": "Ada", "attributes": {"a": "1", "b": "2"}}
PATHS = ["/v1/profiles", "/v1/contacts/c-1/profile"]


def _send(api: Caller, body: Any, key: str = "k-1", path: str = PATHS[0], status: int = 201) -> TestResponse:
    return api.call("POST", path, body, status=status, headers={"Idempotency-Key": key})


def _replayed(response: TestResponse) -> bool:
    """Return whether the header marks the response as a replay."""
    assert response.headers.get("Idempotency-Replayed") in {None, "true"}
    return "Idempotency-Replayed" in response.headers


@pytest.mark.parametrize("path", PATHS)
def test_a_repeated_request_gets_the_same_response_and_stores_nothing(api: Caller, path: str) -> None:
    """Status, body, Location and ETag are equal. An additional header marks the replay."""
    first, again = _send(api, ADA, path=path), _send(api, ADA, path=path)
    assert (_replayed(first), _replayed(again)) == (False, True)
    assert first.get_json() == again.get_json()
    for header in ("Location", "ETag"):
        assert first.headers[header] == again.headers[header]
    assert api.database["profiles"].count_documents({}) == 1


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("body", [{"first_name": "Eve"}, ADA | {"last_name": "L"}, ADA | {"attributes": {}}])
def test_another_body_with_the_same_idempotency_key_gets_a_422(
    api: Caller, path: str, body: dict[str, Any]
) -> None:
    """Nothing changes. The response does not contain the stored profile."""
    profile = _send(api, ADA, path=path).get_json()
    problem = check_problem(_send(api, body, path=path, status=422))
    assert problem["code"] == "idempotency_key_reused"
    assert api.get(f"/v1/profiles/{profile['profile_id']}") == stored_part(profile)
    assert api.database["profiles"].count_documents({}) == 1


@pytest.mark.parametrize(
    "path", ["/v1/contacts/c-1/profile?channel=chat", "/v1/contacts/c-1/profile?agent_id=jo"]
)
def test_another_query_string_with_the_same_idempotency_key_gets_a_422(api: Caller, path: str) -> None:
    """The channel and the agent in the query string belong to the compared payload."""
    _send(api, ADA, path=PATHS[1])
    assert check_problem(_send(api, ADA, path=path, status=422))["code"] == "idempotency_key_reused"


def test_a_replay_can_have_another_json_notation(api: Caller) -> None:
    """White space and the order of members do not matter."""
    first = _send(api, b'{"first_name":"Ada","attributes":{"a":"1","b":"2"}}')
    again = _send(api, b'{ "attributes": {"b": "2", "a": "1"}, "first_name": "Ada" }')
    assert _replayed(again)
    assert again.get_json() == first.get_json()


def test_a_replay_returns_the_current_profile(api: Caller) -> None:
    """Changes of the profile do not affect its idempotency key."""
    profile_id = _send(api, ADA).get_json()["profile_id"]
    current = api.patch(
        f"/v1/profiles/{profile_id}", {"first_name": "Augusta", "phone_numbers": [{"value": "5551234"}]}
    )
    current = api.post(f"/v1/profiles/{profile_id}/keys", {"key": "phone", "values": ["5550000"]})
    again = _send(api, ADA)
    assert _replayed(again)
    assert (stored_part(again.get_json()), again.headers["ETag"]) == (current, '"3"')


def test_an_idempotency_key_is_deleted_with_its_profile(api: Caller) -> None:
    """After that, the same request creates the profile again, with the same ID."""
    profile_id = _send(api, ADA).get_json()["profile_id"]
    api.delete(f"/v1/profiles/{profile_id}")
    recreated = _send(api, ADA)
    assert not _replayed(recreated)
    assert api.get(f"/v1/profiles/{profile_id}") == stored_part(recreated.get_json())


def test_an_idempotency_key_belongs_to_an_operation(api: Caller) -> None:
    """The two operations that create profiles do not share keys. Another contact is another payload."""
    ids = {_send(api, ADA, path=path).get_json()["profile_id"] for path in PATHS}
    assert len(ids) == 2
    other = check_problem(_send(api, ADA, path="/v1/contacts/c-2/profile", status=422))
    assert other["code"] == "idempotency_key_reused"


@pytest.mark.parametrize("path", PATHS)
def test_a_retry_does_not_conflict_with_its_own_profile(api: Caller, path: str) -> None:
    """The unique value belongs to the profile that the first request created, so there is no conflict."""
    api.define("ssn", unique=True)
    body = ADA | {"keys": {"ssn": ["123"]}}
    first, again = _send(api, body, path=path), _send(api, body, path=path)
    assert _replayed(again)
    assert again.get_json() == first.get_json()
    problem = check_problem(_send(api, body, key="k-2", path=path, status=409))
    assert (problem["code"], problem["profile_id"]) == ("unique_key_taken", first.get_json()["profile_id"])


def test_a_request_that_is_no_longer_valid_is_still_replayed(api: Caller) -> None:
    """Another profile has the unique value now, and later the search key is removed."""
    api.define("ssn", unique=True)
    body = ADA | {"keys": {"ssn": ["123"]}}
    profile_id = _send(api, body).get_json()["profile_id"]
    release = {"key": "ssn", "values": ["123"]}
    api.post(f"/v1/profiles/{profile_id}/keys/release", release)
    other = api.create(keys={"ssn": ["123"]})
    assert _replayed(_send(api, body))
    api.post(f"/v1/profiles/{other['profile_id']}/keys/release", release)
    api.delete("/v1/search-keys/ssn")
    assert _replayed(_send(api, body))
    check_problem(_send(api, body, key="k-2", status=422))


@pytest.mark.parametrize("key", ["k", "x" * 255, "8e03978e-40d5-43dd-bc93-6894a57f9324", "a/b?c=d&~!#'"])
def test_quotation_marks_are_not_part_of_an_idempotency_key(api: Caller, key: str) -> None:
    """The header is a structured field with quotation marks (RFC 9651), but many clients omit them."""
    _send(api, ADA, key=key)
    assert _replayed(_send(api, ADA, key=f'"{key}"'))


@pytest.mark.parametrize(
    "key", ["", " ", '""', "x" * 256, "a b", "a,b", 'a"b', '"a', 'a"', "a\\b", "schlüssel", "a\tb"]
)
@pytest.mark.parametrize("path", PATHS)
def test_a_malformed_idempotency_key_is_rejected_with_its_pointer(api: Caller, path: str, key: str) -> None:
    """No profile is created, because it would not be protected against a repetition."""
    headers = {"Idempotency-Key": key}
    problem = api.reject("POST", path, ADA, status=422, code="invalid_request", headers=headers)
    assert [fault["pointer"] for fault in problem["errors"]] == ["/Idempotency-Key"]


def test_an_idempotency_key_is_neither_returned_nor_stored(api: Caller) -> None:
    """The database contains a digest of the key. Responses do not contain the digest."""
    response = _send(api, ADA, key="a-key-of-mine")
    profile_id = response.get_json()["profile_id"]
    search = api.search(("name", ["Ada"]))
    output = response.text + str(search) + str(api.get(f"/v1/profiles/{profile_id}"))
    assert "fingerprint" not in output
    assert "repeated" not in output
    stored = api.database["profiles"].find_one({})
    assert "Ada" not in stored["fingerprint"]
    assert stored["fingerprint"].startswith("fingerprint:")
    assert stored["fingerprint"] not in output
    assert "a-key-of-mine" not in str(api.dump())


# Contacts.


def test_a_late_replay_does_not_undo_a_correction(api: Caller) -> None:
    """An agent has associated another profile meanwhile. The replay gets a 201 and keeps that association."""
    profile_id = _send(api, ADA, path=PATHS[1]).get_json()["profile_id"]
    other = api.create()["profile_id"]
    api.associate("c-1", other, status=200)
    again = _send(api, ADA, path=PATHS[1])
    assert again.get_json()["profile_id"] == profile_id
    assert api.get("/v1/contacts/c-1/association")["profile_id"] == other
    api.delete("/v1/contacts/c-1/association")
    _send(api, ADA, path=PATHS[1])
    api.call("GET", "/v1/contacts/c-1/association", status=404)
    assert len(api.get("/v1/contacts/c-1")["associations"]) == 2


def test_a_replay_succeeds_after_the_contact_is_cleared(api: Caller) -> None:
    """The first request was complete. A request with another key is rejected."""
    first = _send(api, ADA, path=PATHS[1])
    api.post("/v1/contacts/c-1/clear")
    again = _send(api, ADA, path=PATHS[1])
    assert _replayed(again)
    assert again.get_json() == first.get_json()
    assert check_problem(_send(api, ADA, key="k-2", path=PATHS[1], status=409))["code"] == "contact_cleared"
    assert api.database["profiles"].count_documents({}) == 1


def test_an_interrupted_request_is_rejected_after_the_contact_is_cleared(api: Caller) -> None:
    """The first request created a profile, but no association. The replay gets a 409. The profile remains."""
    profile_id = _send(api, ADA, path=PATHS[1]).get_json()["profile_id"]
    api.database["associations"].delete_many({})
    api.post("/v1/contacts/c-1/clear")
    problem = api.reject(
        "POST", PATHS[1], ADA, status=409, code="contact_cleared", headers={"Idempotency-Key": "k-2"}
    )
    assert problem["code"] == "contact_cleared"
    assert check_problem(_send(api, ADA, path=PATHS[1], status=409))["code"] == "contact_cleared"
    assert api.get(f"/v1/profiles/{profile_id}")["first_name"] == "Ada"


# Concurrent requests.

CLIENTS = 8
KEYS = 25


def _run_concurrently(requests: Sequence[Callable[[], TestResponse]]) -> list[TestResponse]:
    barrier = Barrier(len(requests))

    def run(request: Callable[[], TestResponse]) -> TestResponse:
        barrier.wait(timeout=30)
        return request()

    with ThreadPoolExecutor(len(requests)) as pool:
        return list(pool.map(run, requests))


def test_concurrent_requests_with_one_key_create_one_profile(api: Caller, shared_app: Flask) -> None:
    """All eight requests for a key get a 201 with the same ID. All except one are replays."""

    def post(number: int) -> TestResponse:
        headers = {"Idempotency-Key": f"race-{number}"}
        return shared_app.test_client().post("/v1/profiles", json=ADA, headers=headers)

    ids = set()
    for number in range(KEYS):
        responses = _run_concurrently([partial(post, number)] * CLIENTS)
        assert {response.status_code for response in responses} == {201}
        assert Counter(map(_replayed, responses)) == {False: 1, True: CLIENTS - 1}
        (profile_id,) = {response.get_json()["profile_id"] for response in responses}
        ids.add(profile_id)
    assert {d["_id"] for d in api.database["profiles"].find()} == ids
    assert len(ids) == KEYS


@pytest.mark.parametrize("number", range(5))
def test_concurrent_requests_with_one_key_associate_a_contact_once(
    api: Caller, shared_app: Flask, number: int
) -> None:
    """Requests with the same body get the same response. Requests with the other body get a 422."""
    path = f"/v1/contacts/c-{number}/profile"
    headers = {"Idempotency-Key": "one"}
    bodies = [ADA] * (CLIENTS - 1) + [{"first_name": "Eve"}]
    responses = _run_concurrently(
        [partial(shared_app.test_client().post, path, json=body, headers=headers) for body in bodies]
    )
    statuses = Counter(response.status_code for response in responses)
    assert statuses in ({201: CLIENTS - 1, 422: 1}, {201: 1, 422: CLIENTS - 1})
    (profile_id,) = {
        response.get_json()["profile_id"] for response in responses if response.status_code == 201
    }
    assert [d["_id"] for d in api.database["profiles"].find()] == [profile_id]
    assert [e["profile_id"] for e in api.get(f"/v1/contacts/c-{number}")["associations"]] == [profile_id]


# The profile ID and the fingerprint of an idempotency key.

_TEXT = st.text(max_size=5)


@given(st.tuples(_TEXT, _TEXT, _TEXT), st.tuples(_TEXT, _TEXT, _TEXT))
def test_different_idempotency_keys_have_different_profile_ids(
    one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    """The ID also depends on the domain and the operation. Their boundaries are unambiguous."""
    same = idempotency_record(*one, {}).resource_id == idempotency_record(*other, {}).resource_id
    assert same == (one == other)


@given(st.dictionaries(_TEXT, _TEXT, max_size=3), st.dictionaries(_TEXT, _TEXT, max_size=3))
def test_the_fingerprint_depends_on_the_payload_and_the_key(
    one: dict[str, str], other: dict[str, str]
) -> None:
    """Two payloads have the same fingerprint only if they are equal and have the same key."""
    first, second = (idempotency_record("d", "o", "k", payload) for payload in (one, other))
    assert (first.fingerprint == second.fingerprint) == (one == other)
    assert first.resource_id == second.resource_id
    assert idempotency_record("d", "o", "l", one).fingerprint != first.fingerprint


def test_the_fingerprint_cannot_be_computed_without_the_master_keys() -> None:
    """During a rotation of master keys, a retry is recognised with the old and the new master key."""
    records = [
        idempotency_record("d", "o", "k", {"ssn": "1"}, parse("", masters))
        for masters in (ONE, TWO_THEN_ONE, TWO)
    ]
    without = idempotency_record("d", "o", "k", {"ssn": "1"})
    assert records[1].fingerprint == records[2].fingerprint
    assert len({each.fingerprint for each in (*records, without)}) == 3
    assert records[0].fingerprint in records[1].fingerprints
    assert records[0].fingerprint not in records[2].fingerprints
    assert all(without.fingerprint in each.fingerprints for each in records)
