"""Associations over HTTP. A contact's association can be corrected until the contact is cleared."""

import pytest

from schemas.base import UNKNOWN_FIELD
from tests.api.caller import Caller, Json, pointers, stored_part

ABSENT = "0" * 32
PATH = "/v1/contacts/c-1/association"


@pytest.fixture
def ann(api: Caller) -> str:
    """Return the ID of a profile."""
    profile_id: str = api.create("Ann")["profile_id"]
    return profile_id


@pytest.fixture
def bob(api: Caller) -> str:
    """Return the ID of another profile."""
    profile_id: str = api.create("Bob")["profile_id"]
    return profile_id


def test_a_new_association_replaces_the_previous_one(api: Caller, ann: str, bob: str) -> None:
    """The first association gets a 201, later ones a 200. Each new one sets the end of the previous one."""
    first = api.associate("c-1", ann, agent_id="agent-7", channel="voice")
    assert first["profile_id"] == ann
    assert first["agent_id"] == "agent-7"
    assert first["disassociated_at"] is None
    assert api.get(PATH) == first
    second = api.associate("c-1", bob, status=200)
    assert second["agent_id"] is None
    assert api.get(PATH) == second
    contact = api.get("/v1/contacts/c-1")
    assert contact["association"] == second
    ended = contact["associations"][0]["disassociated_at"]
    assert ended == second["associated_at"]
    assert contact["associations"] == [first | {"disassociated_at": ended}, second]
    assert contact["channel"] == "voice"
    assert contact["created_at"] == first["associated_at"]
    assert contact["cleared_at"] is None


def test_repeating_an_association_changes_nothing(api: Caller, ann: str) -> None:
    """The same profile with another agent is a new association."""
    first = api.associate("c-1", ann, agent_id="agent-7")
    before = api.dump()
    assert api.associate("c-1", ann, agent_id="agent-7", status=200) == first
    assert api.dump() == before
    api.associate("c-1", ann, agent_id="agent-8", status=200)
    assert len(api.get("/v1/contacts/c-1")["associations"]) == 2


def test_a_contact_keeps_its_channel_until_a_request_changes_it(api: Caller, ann: str, bob: str) -> None:
    """A correction of the profile without a channel keeps the channel."""
    api.associate("c-1", ann, channel="chat")
    api.associate("c-1", bob, channel=None, status=200)
    assert api.get("/v1/contacts/c-1")["channel"] == "chat"
    api.associate("c-1", ann, channel="task", status=200)
    assert api.get("/v1/contacts/c-1")["channel"] == "task"


def test_an_association_can_be_undone_and_repeated(api: Caller, ann: str) -> None:
    """The contact's history keeps the undone association with its end."""
    api.associate("c-1", ann)
    api.delete(PATH)
    assert api.get(PATH, status=404)["code"] == "association_not_found"
    contact = api.get("/v1/contacts/c-1")
    assert contact["association"] is None
    assert contact["associations"][0]["disassociated_at"]
    api.reject("DELETE", PATH, status=404, code="association_not_found")
    api.associate("c-1", ann, status=200)
    assert len(api.get("/v1/contacts/c-1")["associations"]) == 2


def test_a_cleared_contact_keeps_its_last_association_only(api: Caller, ann: str, bob: str) -> None:
    """Clearing the contact again changes nothing."""
    api.associate("c-1", ann)
    last = api.associate("c-1", bob, status=200)
    cleared = api.post("/v1/contacts/c-1/clear")
    assert cleared["cleared_at"]
    assert cleared["association"] == last
    assert cleared["associations"] == [last]
    assert api.get("/v1/contacts/c-1") == cleared
    assert api.get(PATH) == last
    before = api.dump()
    assert api.post("/v1/contacts/c-1/clear") == cleared
    assert api.dump() == before


@pytest.mark.parametrize("associated", [True, False])
def test_a_cleared_contact_cannot_be_changed(api: Caller, ann: str, bob: str, *, associated: bool) -> None:
    """Associating, undoing and creating a profile get a 409. The same profile is no exception."""
    if associated:
        api.associate("c-1", ann)
    api.post("/v1/contacts/c-1/clear")
    for method, path, body in (
        ("PUT", PATH, {"profile_id": bob}),
        ("PUT", PATH, {"profile_id": ann}),
        ("DELETE", PATH, None),
        ("POST", "/v1/contacts/c-1/profile", {"first_name": "Eve"}),
    ):
        api.reject(method, path, body, status=409, code="contact_cleared")


def test_a_contact_without_an_association_can_be_cleared(api: Caller) -> None:
    """Clearing an unknown contact creates it."""
    cleared = api.post("/v1/contacts/c-1/clear")
    assert cleared == {
        "contact_id": "c-1",
        "channel": None,
        "created_at": cleared["cleared_at"],
        "cleared_at": cleared["cleared_at"],
        "association": None,
        "associations": [],
    }


def test_a_contact_cleared_after_an_undo_has_no_association(api: Caller, ann: str) -> None:
    """The contact's history is empty, because it had no other association."""
    api.associate("c-1", ann)
    api.delete(PATH)
    cleared = api.post("/v1/contacts/c-1/clear")
    assert cleared["association"] is None
    assert cleared["associations"] == []


def test_a_missing_profile_cannot_be_associated(api: Caller, ann: str) -> None:
    """The profile was never created, or it was deleted."""
    api.reject("PUT", PATH, {"profile_id": ABSENT}, status=404, code="profile_not_found")
    api.delete(f"/v1/profiles/{ann}")
    api.reject("PUT", PATH, {"profile_id": ann}, status=404, code="profile_not_found")


def test_a_request_for_a_missing_profile_keeps_the_association(api: Caller, ann: str) -> None:
    """The service checks the profile before it writes anything."""
    api.associate("c-1", ann)
    api.reject("PUT", PATH, {"profile_id": ABSENT}, status=404, code="profile_not_found")
    assert api.get(PATH)["profile_id"] == ann


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", PATH, "association_not_found"),
        ("DELETE", PATH, "association_not_found"),
        ("GET", "/v1/contacts/c-1", "contact_not_found"),
    ],
)
def test_an_unknown_contact_gets_a_404(api: Caller, method: str, path: str, code: str) -> None:
    """A match request does not create the contact."""
    api.match("c-1", name="Ann")
    api.reject(method, path, status=404, code=code)


def test_a_profile_can_be_created_for_a_contact(api: Caller, ann: str) -> None:
    """The response is the same as for other new profiles. The new association replaces the current one."""
    api.associate("c-1", ann, channel="voice")
    response = api.call("POST", "/v1/contacts/c-1/profile", {"first_name": "Eve"}, status=201)
    profile = response.get_json()
    assert response.headers["Location"] == f"/v1/profiles/{profile['profile_id']}"
    assert response.headers["ETag"] == '"1"'
    assert api.get(response.headers["Location"]) == stored_part(profile)
    contact = api.get("/v1/contacts/c-1")
    assert [a["profile_id"] for a in contact["associations"]] == [ann, profile["profile_id"]]
    assert contact["association"]["profile_id"] == profile["profile_id"]
    assert api.match("c-1")["association"] == contact["association"]


def test_a_query_parameter_in_the_body_is_rejected_with_a_hint(api: Caller) -> None:
    """The error's detail says that the field belongs in the query string."""
    path = "/v1/contacts/c-1/profile"
    body = {"first_name": "Eve", "channel": "voice", "agent_id": "a", "x": 1}
    api.post(f"{path}?channel=voice&agent_id=a", {"first_name": "Eve"}, status=201)
    assert api.get("/v1/contacts/c-1")["channel"] == "voice"
    problem = api.reject("POST", path, body, status=422, code="invalid_request")
    hint = "This field is not part of the body; send it in the query string."
    assert {fault["pointer"]: fault["detail"] for fault in problem["errors"]} == {
        "/channel": hint,
        "/agent_id": hint,
        "/x": UNKNOWN_FIELD,
    }
    problem = api.reject("POST", "/v1/profiles", body, status=422, code="invalid_request")
    assert {fault["detail"] for fault in problem["errors"]} == {UNKNOWN_FIELD}


@pytest.mark.parametrize("contact_id", ["a", "A-z_0.9:x", "Search", "search-1", ".", "1" * 128])
def test_a_client_can_choose_any_valid_contact_id(api: Caller, ann: str, contact_id: str) -> None:
    """An ID has 1 to 128 letters, digits, underscores, dots, colons and hyphens. Case matters."""
    association = api.associate(contact_id, ann)
    assert api.get(f"/v1/contacts/{contact_id}")["contact_id"] == contact_id
    assert api.get(f"/v1/contacts/{contact_id}/association") == association
    if contact_id.swapcase() != contact_id:
        api.get(f"/v1/contacts/{contact_id.swapcase()}", status=404)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/profile_id"),
        ({"profile_id": None}, "/profile_id"),
        ({"profile_id": "A" * 32}, "/profile_id"),
        ({"profile_id": "a" * 31}, "/profile_id"),
        ({"profile_id": "a" * 32 + "\n"}, "/profile_id"),
        ({"profile_id": {"$ne": ""}}, "/profile_id"),
        ({"profile_id": ABSENT, "channel": "fax"}, "/channel"),
        ({"profile_id": ABSENT, "agent_id": ""}, "/agent_id"),
        ({"profile_id": ABSENT, "agent_id": "a" * 256}, "/agent_id"),
        ({"profile_id": ABSENT, "agent": "a"}, "/agent"),
    ],
)
def test_an_invalid_association_is_rejected(api: Caller, body: Json, pointer: str) -> None:
    """The error's pointer refers to the invalid field."""
    assert pointers(api.reject("PUT", PATH, body, status=422, code="invalid_request")) == [pointer]


@pytest.mark.parametrize("agent_id", ["$profile_id", "$$ROOT", "a.b", "山田", "{'$gt': ''}"])
def test_an_agent_id_is_never_evaluated_as_an_expression(api: Caller, ann: str, agent_id: str) -> None:
    """In an update pipeline, MongoDB evaluates strings that start with a dollar sign."""
    assert api.associate("c-1", ann, agent_id=agent_id)["agent_id"] == agent_id
    contacts = api.post("/v1/contacts/search", {"agent_id": agent_id})["items"]
    assert [contact["contact_id"] for contact in contacts] == ["c-1"]
