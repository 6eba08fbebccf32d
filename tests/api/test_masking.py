"""Every response masks values of sensitive search keys, even if the database has them in plain text."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask

from service.api.http.operations import is_audited
from service.model.principal import Scope
from tests.api.caller import Caller, Json
from tests.api.credentials import Credentials

SSN = "078-05-1120"
DIGITS = "078051120"
MASKED = "*******1120"
CREATE = {"first_name": "Ann", "keys": {"ssn": [SSN]}}
IDEMPOTENCY_KEY = {"Idempotency-Key": "k-1"}

NOT_IN_TABLE = {
    # These return no profile.
    "PUT /v1/contacts/<contact_id>/association",
    "GET /v1/contacts/<contact_id>/association",
    "DELETE /v1/contacts/<contact_id>/association",
    "POST /v1/contacts/<contact_id>/clear",
    "GET /v1/contacts/<contact_id>",
    "POST /v1/contacts/search",
    "GET /v1/profiles/<profile_id>/contacts",
    "DELETE /v1/profiles/<profile_id>",
    "GET /v1/profiles/<profile_id>/merges",
    "POST /v1/agent-tokens",
    "POST /v1/profiles/batch",
    # test_profile_list.py and test_changes.py test these with a real MongoDB.
    "GET /v1/profiles",
    "GET /v1/profiles/changes",
    # It returns other profiles. test_duplicates.py tests it.
    "GET /v1/profiles/<profile_id>/duplicates",
    # It returns plain text by design, and needs its own scope.
    "POST /v1/profiles/<profile_id>/reveal",
    # With that scope it returns plain text. A test below covers it without the scope.
    "GET /v1/profiles/<profile_id>/export",
}

CALLS: list[tuple[str, str, Any]] = [
    ("GET /v1/profiles/<profile_id>", "", None),
    ("PATCH /v1/profiles/<profile_id>", "", {"first_name": "Ann"}),
    ("PATCH /v1/profiles/<profile_id>", "", {"last_name": "Lee"}),
    ("PATCH /v1/profiles/<profile_id>", "", {"keys": {"ssn": [SSN]}}),
    ("POST /v1/profiles/<profile_id>/keys", "", {"key": "phone", "values": ["+12125550100"]}),
    ("POST /v1/profiles/<profile_id>/keys", "", {"key": "ssn", "values": [SSN]}),
    ("POST /v1/profiles/<profile_id>/keys/release", "", {"key": "ssn", "values": ["1"]}),
    ("POST /v1/profiles/<profile_id>/merge", "", {"profile_ids": ["<other_id>"]}),
    ("POST /v1/merges/<merge_id>/undo", "", None),
    ("POST /v1/profiles/search", "", {"criteria": [{"key": "name", "values": ["Ann"]}]}),
    ("POST /v1/profiles/search", "", {"criteria": [{"key": "name", "values": ["An"]}], "mode": "prefix"}),
    (
        "POST /v1/profiles/search",
        "",
        {
            "criteria": [{"key": "name", "values": ["Ann"]}, {"key": "email", "values": ["ann@example.com"]}],
            "operator": "and",
        },
    ),
    ("POST /v1/contacts/<contact_id>/match", "", {"channel": "chat", "email_address": "ann@example.com"}),
    (
        "POST /v1/contacts/<contact_id>/match",
        "",
        {"channel": "chat", "name": "Ann", "criteria": [{"key": "name", "values": ["Ann"]}]},
    ),
    ("POST /v1/profiles", "", CREATE),
    ("POST /v1/contacts/<contact_id>/profile", "", CREATE),
    ("GET /v1/search-keys/<key>/profiles", urlencode({"limit": 5}), None),
]


def _store_plain_value(api: Caller, *, by_another_worker: bool) -> Json:
    """Store a plain value of a search key. Then make the search key sensitive in the database.

    ``by_another_worker``: another worker made the search key sensitive, then changed the profile.
    The profile records the new definition. This worker still has the old definition in its cache.
    """
    api.define("ssn", type="digits")
    body = CREATE | {"email_addresses": [{"value": "ann@example.com"}]}
    profile: Json = api.post("/v1/profiles", body, status=201, headers=IDEMPOTENCY_KEY)
    api.database.search_keys.update_one({}, {"$set": {"sensitive": True}})
    if by_another_worker:
        api.database.profiles.update_one({}, {"$set": {"definitions": ["of another definition"]}})
    else:
        api.get("/v1/search-keys")
    return profile


@pytest.mark.parametrize("by_another_worker", [False, True], ids=["known", "changed by another worker"])
@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call[0]} {call[2]}")
def test_a_plain_value_of_a_sensitive_key_is_masked(
    api: Caller, call: tuple[str, str, Any], *, by_another_worker: bool
) -> None:
    """Responses of all operations that return profiles contain at most the end of the value."""
    profile = _store_plain_value(api, by_another_worker=by_another_worker)
    method, rule = call[0].split(" ")
    names = {"<profile_id>": profile["profile_id"], "<contact_id>": "call-1", "<key>": "ssn"}
    names["<other_id>"] = api.create("Bo")["profile_id"]
    if "<merge_id>" in rule:
        merge = {"profile_ids": [names["<other_id>"]]}
        names["<merge_id>"] = api.post(f"/v1/profiles/{profile['profile_id']}/merge", merge)["merge_id"]
    path, body = rule, call[2]
    for name, value in names.items():
        path = path.replace(name, value)
        body = {"profile_ids": [value]} if body == {"profile_ids": [name]} else body
    response = api.client.open(f"{path}?{call[1]}", method=method, json=body)
    assert response.status_code in {200, 201}, response.text
    assert MASKED in response.text
    assert SSN not in response.text
    assert DIGITS not in response.text


def test_the_replay_of_a_creation_is_masked(api: Caller) -> None:
    """The first request had stored the value in plain text."""
    _store_plain_value(api, by_another_worker=True)
    # A replay gets a 503 while the profile is new, because its creation can still be undone.
    api.database["profiles"].update_many({}, {"$set": {"created_at": datetime(2026, 1, 1, tzinfo=UTC)}})
    body = CREATE | {"email_addresses": [{"value": "ann@example.com"}]}
    replayed = api.call("POST", "/v1/profiles", body, status=201, headers=IDEMPOTENCY_KEY)
    assert replayed.headers["Idempotency-Replayed"] == "true"
    assert (MASKED in replayed.text, SSN in replayed.text) == (True, False)


@pytest.mark.parametrize("by_another_worker", [False, True], ids=["known", "changed by another worker"])
def test_an_export_without_the_reveal_scope_is_masked(
    credentials: Credentials, *, by_another_worker: bool
) -> None:
    """The scope for administration is not sufficient."""
    profile = _store_plain_value(credentials.caller(scopes=set(Scope)), by_another_worker=by_another_worker)
    administrator = credentials.caller(scopes={Scope.ADMIN})
    exported = administrator.call("GET", f"/v1/profiles/{profile['profile_id']}/export").text
    assert (MASKED in exported, SSN in exported) == (True, False)


def test_the_matched_value_of_a_prefix_search_is_masked(api: Caller) -> None:
    """The cache of this worker still has the old definition of the search key."""
    _store_plain_value(api, by_another_worker=True)
    result = api.search(("ssn", ["0780"]), mode="prefix")
    assert DIGITS not in repr(result)
    assert SSN not in repr(result)
    assert result["items"][0]["matched_on"] == [{"key": "ssn", "value": "*****1120", "tier": "prefix"}]


def test_a_conflict_does_not_disclose_the_value(api: Caller) -> None:
    """The problem has the search key, but no part of the value."""
    api.define("ssn", type="digits", unique=True)
    api.create("Ann", keys={"ssn": [SSN]})
    api.database.search_keys.update_one({}, {"$set": {"sensitive": True}})
    api.post("/v1/profiles", CREATE, status=201)
    problem = api.reject("POST", "/v1/profiles", CREATE, status=409, code="unique_key_taken")
    assert "1120" not in repr(problem)


def test_every_operation_that_returns_profiles_is_in_a_table(shared_app: Flask) -> None:
    """A new operation must be added to one of the tables."""
    audited = {
        f"{method} {rule.rule}"
        for rule in shared_app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if is_audited(shared_app.view_functions[rule.endpoint])
    }
    assert audited - NOT_IN_TABLE == {call[0] for call in CALLS}
