"""Values of a sensitive key are masked in every response, even if they are still stored in plain text."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask

from service.model.principal import Scope
from tests.api.caller import Caller, Json
from tests.api.credentials import Credentials

SSN = "078-05-1120"
DIGITS = "078051120"
SHOWN = "*******1120"
CREATE = {"first_name": "Ann", "keys": {"ssn": [SSN]}}
REPEATED = {"Idempotency-Key": "a-key-that-is-repeated"}

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
    # Its purpose is to show plain text, and it needs a scope of its own.
    "POST /v1/profiles/<profile_id>/reveal",
    # It shows plain text with that scope. A test below covers it without the scope.
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


def _stored_in_plain(api: Caller, *, elsewhere: bool) -> Json:
    """Store a plain value of a search key, then make the key sensitive directly in the database.

    ``elsewhere``: this worker still caches the old definition. Another worker wrote the profile under the new
    one, and the profile records that.
    """
    api.define("ssn", type="digits")
    body = CREATE | {"email_addresses": [{"value": "ann@example.com"}]}
    profile: Json = api.post("/v1/profiles", body, status=201, headers=REPEATED)
    api.database.search_keys.update_one({}, {"$set": {"sensitive": True}})
    if elsewhere:
        api.database.profiles.update_one({}, {"$set": {"definitions": ["of another definition"]}})
    else:
        api.get("/v1/search-keys")
    return profile


@pytest.mark.parametrize("elsewhere", [False, True], ids=["known", "changed by another worker"])
@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call[0]} {call[2]}")
def test_a_plain_value_under_a_sensitive_key_is_masked(
    api: Caller, call: tuple[str, str, Any], *, elsewhere: bool
) -> None:
    """Every operation that returns the profile shows the end of the value at most."""
    profile = _stored_in_plain(api, elsewhere=elsewhere)
    method, rule = call[0].split(" ")
    names = {"<profile_id>": profile["profile_id"], "<contact_id>": "call-1", "<key>": "ssn"}
    path = rule
    for name, value in names.items():
        path = path.replace(name, value)
    response = api.client.open(f"{path}?{call[1]}", method=method, json=call[2])
    assert response.status_code in {200, 201}, response.text
    assert SHOWN in response.text
    assert SSN not in response.text
    assert DIGITS not in response.text


def test_a_repeated_creation_is_masked(api: Caller) -> None:
    """A replay masks what the first request created in plain text."""
    _stored_in_plain(api, elsewhere=True)
    # A repeated request gets a 503 while the profile is being created, because that may be undone.
    api.database["profiles"].update_many({}, {"$set": {"created_at": datetime(2026, 1, 1, tzinfo=UTC)}})
    body = CREATE | {"email_addresses": [{"value": "ann@example.com"}]}
    replayed = api.call("POST", "/v1/profiles", body, status=201, headers=REPEATED)
    assert replayed.headers["Idempotency-Replayed"] == "true"
    assert (SHOWN in replayed.text, SSN in replayed.text) == (True, False)


@pytest.mark.parametrize("elsewhere", [False, True], ids=["known", "changed by another worker"])
def test_an_export_without_the_reveal_scope_is_masked(credentials: Credentials, *, elsewhere: bool) -> None:
    """Administrators see no more than agents."""
    profile = _stored_in_plain(credentials.caller(scopes=set(Scope)), elsewhere=elsewhere)
    administrator = credentials.caller(scopes={Scope.ADMIN})
    exported = administrator.call("GET", f"/v1/profiles/{profile['profile_id']}/export").text
    assert (SHOWN in exported, SSN in exported) == (True, False)


def test_the_reason_of_a_prefix_search_is_masked(api: Caller) -> None:
    """The cache of this worker does not yet know that the key is sensitive."""
    _stored_in_plain(api, elsewhere=True)
    result = api.search(("ssn", ["0780"]), mode="prefix")
    assert DIGITS not in repr(result)
    assert SSN not in repr(result)
    assert result["items"][0]["matched_on"] == [{"key": "ssn", "value": "*****1120", "tier": "prefix"}]


def test_a_taken_value_is_not_shown(api: Caller) -> None:
    """The problem has the search key and the owner."""
    api.define("ssn", type="digits", unique=True)
    api.create("Ann", keys={"ssn": [SSN]})
    api.database.search_keys.update_one({}, {"$set": {"sensitive": True}})
    api.post("/v1/profiles", CREATE, status=201)
    problem = api.reject("POST", "/v1/profiles", CREATE, status=409, code="unique_key_taken")
    assert "1120" not in repr(problem)


def test_every_operation_that_returns_profiles_is_tested(shared_app: Flask) -> None:
    """A new operation must be added to one of the tables."""
    audited = {
        f"{method} {rule.rule}"
        for rule in shared_app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if getattr(shared_app.view_functions[rule.endpoint], "is_audited", False)
    }
    assert audited - NOT_IN_TABLE == {call[0] for call in CALLS}
