"""Idempotency-Key: the same request once more is answered with what the first one created."""

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
from service.use_cases.profiles.idempotency import claim
from tests.api.caller import Caller, check_problem
from tests.master_keys import ONE, TWO, TWO_THEN_ONE

ADA: dict[str, Any] = {"first_name": "Ada", "attributes": {"a": "1", "b": "2"}}
PATHS = ["/v1/profiles", "/v1/contacts/c-1/profile"]


def _send(api: Caller, body: Any, key: str = "k-1", path: str = PATHS[0], status: int = 201) -> TestResponse:
    return api.call("POST", path, body, status=status, headers={"Idempotency-Key": key})


def _replayed(response: TestResponse) -> bool:
    """Tell what the header says, which is there for a replay alone."""
    assert response.headers.get("Idempotency-Replayed") in {None, "true"}
    return "Idempotency-Replayed" in response.headers


@pytest.mark.parametrize("path", PATHS)
def test_the_same_request_is_answered_the_same_and_stored_once(api: Caller, path: str) -> None:
    """Status, body, Location and ETag; one header says that it was there."""
    first, again = _send(api, ADA, path=path), _send(api, ADA, path=path)
    assert (_replayed(first), _replayed(again)) == (False, True)
    assert first.get_json() == again.get_json()
    for header in ("Location", "ETag"):
        assert first.headers[header] == again.headers[header]
    assert api.database["profiles"].count_documents({}) == 1


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("body", [{"first_name": "Eve"}, ADA | {"last_name": "L"}, ADA | {"attributes": {}}])
def test_another_body_with_the_same_key_is_a_422(api: Caller, path: str, body: dict[str, Any]) -> None:
    """And changes nothing of what is there, to an ordinary reader."""
    profile = _send(api, ADA, path=path).get_json()
    problem = check_problem(_send(api, body, path=path, status=422))
    assert problem["code"] == "idempotency_key_reused"
    assert api.get(f"/v1/profiles/{profile['profile_id']}") == profile
    assert api.database["profiles"].count_documents({}) == 1


@pytest.mark.parametrize(
    "path", ["/v1/contacts/c-1/profile?channel=chat", "/v1/contacts/c-1/profile?agent_id=jo"]
)
def test_another_query_is_another_request(api: Caller, path: str) -> None:
    """The channel and the agent belong to what is said."""
    _send(api, ADA, path=PATHS[1])
    assert check_problem(_send(api, ADA, path=path, status=422))["code"] == "idempotency_key_reused"


def test_the_form_of_the_body_does_not_matter(api: Caller) -> None:
    """White space and the order of members are no difference."""
    first = _send(api, b'{"first_name":"Ada","attributes":{"a":"1","b":"2"}}')
    again = _send(api, b'{ "attributes": {"b": "2", "a": "1"}, "first_name": "Ada" }')
    assert _replayed(again)
    assert again.get_json() == first.get_json()


def test_a_replay_answers_the_profile_as_it_is_now(api: Caller) -> None:
    """With its current version; changes of it keep the key."""
    profile_id = _send(api, ADA).get_json()["profile_id"]
    now = api.patch(
        f"/v1/profiles/{profile_id}", {"first_name": "Augusta", "phone_numbers": [{"value": "5551234"}]}
    )
    now = api.post(f"/v1/profiles/{profile_id}/keys", {"key": "phone", "values": ["5550000"]})
    again = _send(api, ADA)
    assert _replayed(again)
    assert (again.get_json(), again.headers["ETag"]) == (now, '"3"')


def test_a_key_lives_as_long_as_its_profile(api: Caller) -> None:
    """Once that is deleted, the same request creates it anew."""
    profile_id = _send(api, ADA).get_json()["profile_id"]
    api.delete(f"/v1/profiles/{profile_id}")
    anew = _send(api, ADA)
    assert not _replayed(anew)
    assert api.get(f"/v1/profiles/{profile_id}") == anew.get_json()


def test_a_key_belongs_to_an_operation(api: Caller) -> None:
    """To create, and to create for a contact, are two requests; so is the same for another contact."""
    ids = {_send(api, ADA, path=path).get_json()["profile_id"] for path in PATHS}
    assert len(ids) == 2
    other = check_problem(_send(api, ADA, path="/v1/contacts/c-2/profile", status=422))
    assert other["code"] == "idempotency_key_reused"


@pytest.mark.parametrize("path", PATHS)
def test_a_retry_does_not_take_itself_for_another_owner(api: Caller, path: str) -> None:
    """The value of its unique key is taken, by what the first request created."""
    api.define("ssn", unique=True)
    body = ADA | {"keys": {"ssn": ["123"]}}
    first, again = _send(api, body, path=path), _send(api, body, path=path)
    assert _replayed(again)
    assert again.get_json() == first.get_json()
    problem = check_problem(_send(api, body, key="k-2", path=path, status=409))
    assert (problem["code"], problem["profile_id"]) == ("unique_key_taken", first.get_json()["profile_id"])


def test_what_is_wrong_by_now_is_still_replayed(api: Caller) -> None:
    """The value was released and found another owner, then its key was removed: it was right at the time."""
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
def test_quotation_marks_are_no_part_of_a_key(api: Caller, key: str) -> None:
    """A structured field's string has them (RFC 9651), and many clients leave them out."""
    _send(api, ADA, key=key)
    assert _replayed(_send(api, ADA, key=f'"{key}"'))


@pytest.mark.parametrize(
    "key", ["", " ", '""', "x" * 256, "a b", "a,b", 'a"b', '"a', 'a"', "a\\b", "schlüssel", "a\tb"]
)
@pytest.mark.parametrize("path", PATHS)
def test_a_malformed_key_is_refused_with_its_pointer(api: Caller, path: str, key: str) -> None:
    """Nothing is created without the protection that was asked for."""
    headers = {"Idempotency-Key": key}
    problem = api.refuse("POST", path, ADA, status=422, code="invalid_request", headers=headers)
    assert [fault["pointer"] for fault in problem["errors"]] == ["/Idempotency-Key"]


def test_nothing_of_the_key_is_shown_or_stored(api: Caller) -> None:
    """Neither the key nor what is kept for it is in an answer; the database has a digest of it alone."""
    answer = _send(api, ADA, key="a-key-of-mine")
    profile_id = answer.get_json()["profile_id"]
    search = api.search(("name", ["Ada"]))
    shown = answer.text + str(search) + str(api.get(f"/v1/profiles/{profile_id}"))
    assert "fingerprint" not in shown
    assert "repeated" not in shown
    stored = api.database["profiles"].find_one({})
    assert "Ada" not in stored["fingerprint"]
    assert stored["fingerprint"].startswith("fingerprint:")
    assert stored["fingerprint"] not in shown
    assert "a-key-of-mine" not in str(api.dump())


# Contacts.


def test_a_late_replay_takes_nothing_back(api: Caller) -> None:
    """The agent has associated the contact with somebody else since: so it stays, and is answered 201."""
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


def test_after_the_contact_is_cleared_a_replay_is_still_answered(api: Caller) -> None:
    """The association stands, so the request has succeeded; a new one is refused."""
    first = _send(api, ADA, path=PATHS[1])
    api.post("/v1/contacts/c-1/clear")
    again = _send(api, ADA, path=PATHS[1])
    assert _replayed(again)
    assert again.get_json() == first.get_json()
    assert check_problem(_send(api, ADA, key="k-2", path=PATHS[1], status=409))["code"] == "contact_cleared"
    assert api.database["profiles"].count_documents({}) == 1


def test_what_never_came_to_be_is_refused_once_the_contact_is_cleared(api: Caller) -> None:
    """Cut off after its first write, and then the contact was cleared: 409, and the profile stays."""
    profile_id = _send(api, ADA, path=PATHS[1]).get_json()["profile_id"]
    api.database["associations"].delete_many({})
    api.post("/v1/contacts/c-1/clear")
    problem = api.refuse(
        "POST", PATHS[1], ADA, status=409, code="contact_cleared", headers={"Idempotency-Key": "k-2"}
    )
    assert problem["code"] == "contact_cleared"
    assert check_problem(_send(api, ADA, path=PATHS[1], status=409))["code"] == "contact_cleared"
    assert api.get(f"/v1/profiles/{profile_id}")["first_name"] == "Ada"


# Races.

RACERS = 8
KEYS = 100


def _race(racers: Sequence[Callable[[], TestResponse]]) -> list[TestResponse]:
    barrier = Barrier(len(racers))

    def run(racer: Callable[[], TestResponse]) -> TestResponse:
        barrier.wait(timeout=30)
        return racer()

    with ThreadPoolExecutor(len(racers)) as pool:
        return list(pool.map(run, racers))


def test_of_racing_requests_each_key_creates_one_profile(api: Caller, shared_app: Flask) -> None:
    """Of eight with each of a hundred keys, all are answered 201 with one ID, and one is no replay."""

    def post(number: int) -> TestResponse:
        headers = {"Idempotency-Key": f"race-{number}"}
        return shared_app.test_client().post("/v1/profiles", json=ADA, headers=headers)

    ids = set()
    for number in range(KEYS):
        answers = _race([partial(post, number)] * RACERS)
        assert {answer.status_code for answer in answers} == {201}
        assert Counter(map(_replayed, answers)) == {False: 1, True: RACERS - 1}
        (profile_id,) = {answer.get_json()["profile_id"] for answer in answers}
        ids.add(profile_id)
    assert {d["_id"] for d in api.database["profiles"].find()} == ids
    assert len(ids) == KEYS


@pytest.mark.parametrize("number", range(5))
def test_of_racing_requests_for_a_contact_one_creates_and_associates(
    api: Caller, shared_app: Flask, number: int
) -> None:
    """One profile, one association, and the same answer for all; another body is a 422 meanwhile."""
    path = f"/v1/contacts/c-{number}/profile"
    headers = {"Idempotency-Key": "one"}
    bodies = [ADA] * (RACERS - 1) + [{"first_name": "Eve"}]
    answers = _race(
        [partial(shared_app.test_client().post, path, json=body, headers=headers) for body in bodies]
    )
    told = Counter(answer.status_code for answer in answers)
    assert told in ({201: RACERS - 1, 422: 1}, {201: 1, 422: RACERS - 1})
    (profile_id,) = {answer.get_json()["profile_id"] for answer in answers if answer.status_code == 201}
    assert [d["_id"] for d in api.database["profiles"].find()] == [profile_id]
    assert [e["profile_id"] for e in api.get(f"/v1/contacts/c-{number}")["associations"]] == [profile_id]


# What a key stands for.

_TEXT = st.text(max_size=5)


@given(st.tuples(_TEXT, _TEXT, _TEXT), st.tuples(_TEXT, _TEXT, _TEXT))
def test_different_keys_never_mean_the_same_profile(
    one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    """Wherever the domain ends and the operation or the key begins."""
    same = claim(*one, {}).profile_id == claim(*other, {}).profile_id
    assert same == (one == other)


@given(st.dictionaries(_TEXT, _TEXT, max_size=3), st.dictionaries(_TEXT, _TEXT, max_size=3))
def test_the_fingerprint_tells_payloads_apart_and_no_more(one: dict[str, str], other: dict[str, str]) -> None:
    """The same payload has one fingerprint with a key, another has another, and another key hides both."""
    first, second = (claim("d", "o", "k", payload) for payload in (one, other))
    assert (first.fingerprint == second.fingerprint) == (one == other)
    assert first.profile_id == second.profile_id
    assert claim("d", "o", "l", one).fingerprint != first.fingerprint


def test_with_master_keys_nobody_makes_the_fingerprint_without_them() -> None:
    """Neither payload nor Idempotency-Key is enough; while the masters are changed, either tells a retry."""
    made = [claim("d", "o", "k", {"ssn": "1"}, parse("", masters)) for masters in (ONE, TWO_THEN_ONE, TWO)]
    without = claim("d", "o", "k", {"ssn": "1"})
    assert made[1].fingerprint == made[2].fingerprint
    assert len({each.fingerprint for each in (*made, without)}) == 3
    assert made[0].fingerprint in made[1].fingerprints
    assert made[0].fingerprint not in made[2].fingerprints
    assert all(without.fingerprint in each.fingerprints for each in made)
