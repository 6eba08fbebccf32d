"""No operation gives a domain access to another domain's data, by any ID."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from werkzeug.test import TestResponse

from service.store.indexes.definitions import INDEXES
from tests.api.caller import Caller, Json
from tests.api.credentials import Credentials
from tests.api.operations import CONTACT_ID, OPERATIONS, PROFILE_ID, Operation

SUCCEEDS = {
    "POST /v1/contacts/{contact_id}/match",
    "POST /v1/contacts/{contact_id}/clear",
    "POST /v1/contacts/{contact_id}/profile",
    "POST /v1/contacts/search",
    "POST /v1/profiles",
    "POST /v1/profiles/search",
    "GET /v1/audit",
    "GET /v1/search-keys",
    "PUT /v1/search-keys/{key}",
    "GET /v1/settings",
    "PATCH /v1/settings",
}
"""The status of a domain without data. For any other operation another domain's object is a 404."""

UNKNOWN_KEY = "POST /v1/profiles/{profile_id}/reveal"
"""It is rejected because of the search key, which this domain does not have either."""

_COLLECTIONS = ("profiles", "associations", "search_keys", "settings", "audit", "sensitive_value_counts")
_SECRET = "Quillfeather"  # noqa: S105 - a name that occurs in our data only


@dataclass(frozen=True)
class Stage:
    """A domain with data of every kind, and another domain without data."""

    credentials: Credentials
    ours: Caller
    theirs: Caller
    our_domain: str
    their_domain: str

    def ours_in_database(self) -> dict[str, list[Json]]:
        """Return every document that is not theirs."""
        dump = self.ours.dump()
        return {
            name: [document for document in dump.get(name, []) if document.get("domain") != self.their_domain]
            for name in _COLLECTIONS
        }

    def our_events(self) -> list[Json]:
        """Return our audit events. Each read of ours adds one."""
        return [event for event in self.ours.audit() if event["domain"] == self.our_domain]


@pytest.fixture
def stage(credentials: Credentials) -> Stage:
    """Return both domains. Ours has the objects of the operations table."""
    our_domain, their_domain = f"ours-{uuid4().hex}", f"theirs-{uuid4().hex}"
    ours = credentials.caller(domain=our_domain)
    ours.define("ssn", type="digits", label=_SECRET)
    ours.define("secret", sensitive=True)
    ours.patch("/v1/settings", {"default_region": "JP", "ignored_values": {"phone": ["0000"]}})
    profile = ours.create(
        "Ann",
        last_name=_SECRET,
        phone_numbers=[{"value": "555"}, {"value": "5551234"}],
        keys={"ssn": ["123"]},
    )
    profiles = ours.database["profiles"]
    document = profiles.find_one_and_delete({"_id": profile["profile_id"]})
    profiles.insert_one(document | {"_id": PROFILE_ID})
    # Values are encrypted for the profile with this ID.
    ours.post(f"/v1/profiles/{PROFILE_ID}/keys", {"key": "secret", "values": [_SECRET]})
    ours.associate(CONTACT_ID, PROFILE_ID, channel="voice", agent_id="agent-7")
    return Stage(credentials, ours, credentials.caller(domain=their_domain), our_domain, their_domain)


def _open(api: Caller, operation: Operation) -> TestResponse:
    return api.client.open(operation.path, method=operation.method, json=operation.body)


def _comparable_text(response: TestResponse) -> str:
    """Return the status and the body without volatile fields."""
    volatile = r'"(request_id|instance|profile_id|created_at|updated_at|cleared_at|associated_at)":"[^"]*"'
    return f"{response.status_code} {re.sub(volatile, '', response.text)}"


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_another_domains_data_does_not_exist(stage: Stage, operation: Operation) -> None:
    """The response is that for a missing object. It has none of our data, and changes none of it."""
    before = stage.ours_in_database(), stage.our_events()
    response = _open(stage.theirs, operation)
    if str(operation) in SUCCEEDS:
        assert response.status_code in {200, 201}, response.text
    elif str(operation) == UNKNOWN_KEY:
        assert response.status_code == 422, response.text
    else:
        assert response.status_code == 404, response.text
    assert _SECRET not in response.text
    assert "agent-7" not in response.text
    if operation.method != "PUT":
        assert "ssn" not in response.text
    assert (stage.ours_in_database(), stage.our_events()) == before
    where_nothing_is = stage.credentials.caller(domain=f"empty-{uuid4().hex}")
    stage.ours.database["profiles"].delete_many({"_id": PROFILE_ID})
    assert _comparable_text(response) == _comparable_text(_open(where_nothing_is, operation))


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_the_data_exists_for_its_own_domain(stage: Stage, operation: Operation) -> None:
    """The same request succeeds for its own domain."""
    if operation.method == "DELETE" and "search-keys" in operation.rule:
        stage.ours.patch(f"/v1/profiles/{PROFILE_ID}", {"keys": None})
    response = _open(stage.ours, operation)
    assert response.status_code == operation.status, response.text


def test_another_domains_value_is_not_revealed_by_a_key_of_the_same_name(stage: Stage) -> None:
    """Both domains have the search key. The profile belongs to one."""
    body = {"key": "secret"}
    assert stage.ours.post(f"/v1/profiles/{PROFILE_ID}/reveal", body)["values"] == [_SECRET]
    stage.theirs.define("secret", sensitive=True)
    path = f"/v1/profiles/{PROFILE_ID}/reveal"
    stage.theirs.reject("POST", path, body, status=404, code="profile_not_found")


@pytest.mark.parametrize("path", ["/v1/profiles", f"/v1/contacts/{CONTACT_ID}/profile"])
def test_another_domains_idempotency_key_is_a_new_one(stage: Stage, path: str) -> None:
    """It creates a profile, whatever the body. Nothing shows that another domain used the key."""
    key = {"Idempotency-Key": "7f3d0c6e-0f0a-4b0e-9d57-6c0a5f6c2f11"}
    ours = stage.ours.call("POST", path, {"first_name": _SECRET}, status=201, headers=key)
    before = stage.ours_in_database()
    for _ in range(2):
        theirs = stage.theirs.call("POST", path, {"first_name": "Bo"}, status=201, headers=key)
        assert theirs.get_json()["first_name"] == "Bo"
        assert theirs.get_json()["profile_id"] != ours.get_json()["profile_id"]
    assert stage.ours_in_database() == before
    stage.theirs.get(f"/v1/profiles/{ours.get_json()['profile_id']}", status=404)


def test_the_audit_shows_each_domain_its_own_events(stage: Stage) -> None:
    """Filters by another domain's profile or agent find nothing. A failed read of its data is no event."""
    stage.theirs.get(f"/v1/profiles/{PROFILE_ID}", status=404)
    stage.theirs.get(f"/v1/profiles/{PROFILE_ID}/export", status=404)
    stage.ours.audit()
    for query in ("", f"?profile_id={PROFILE_ID}", "?agent_id=agent-7"):
        assert stage.ours.get(f"/v1/audit{query}")["items"]
        assert stage.theirs.get(f"/v1/audit{query}") == {"items": [], "next_cursor": None}


def _with_cursors(api: Caller) -> list[tuple[str, Json]]:
    """Return the lists that have a second page, with its cursor."""
    for number in range(3):
        api.create(f"Ann {_SECRET}", phone_numbers=[{"value": "555"}], account_number=f"{number}")
    for number in range(2):
        api.associate(f"more-{number}", PROFILE_ID)
    lists: list[tuple[str, Json]] = [
        ("/v1/profiles/search", {"criteria": [{"key": "phone", "values": ["555"]}]}),
        (f"/v1/contacts/{CONTACT_ID}/match", {"channel": "voice", "phone_number": "555"}),
        ("/v1/contacts/search", {}),
    ]
    first = [api.post(path, {**body, "limit": 1}) for path, body in lists]
    return [
        (path, {**body, "cursor": page["next_cursor"]})
        for (path, body), page in zip(lists, first, strict=True)
    ]


def test_another_domains_cursor_gives_no_access_to_its_data(stage: Stage) -> None:
    """A cursor holds a position only. The domain comes from the credential."""
    lists = _with_cursors(stage.ours)
    before = stage.ours_in_database()
    for path, body in lists:
        pages = [api.post(path, body) for api in (stage.ours, stage.theirs)]
        ours, theirs = (page.get("items", page.get("candidates")) for page in pages)
        assert ours, path
        assert theirs == [], path
        assert pages[1]["next_cursor"] is None
    path = f"/v1/profiles/{PROFILE_ID}/contacts"
    cursor = stage.ours.get(f"{path}?limit=1")["next_cursor"]
    assert stage.ours.get(f"{path}?cursor={cursor}")["items"]
    stage.theirs.get(f"{path}?cursor={cursor}", status=404)
    assert stage.ours_in_database() == before


def test_each_domain_has_its_own_names(stage: Stage) -> None:
    """Both have a contact, a search key, a unique value and settings of the same name."""
    stage.theirs.define("ssn", type="text", unique=True)
    profile_id = stage.theirs.create("Bo", keys={"ssn": ["123"]}, phone_numbers=[{"value": "555"}])[
        "profile_id"
    ]
    stage.theirs.associate(CONTACT_ID, profile_id)
    stage.theirs.post(f"/v1/contacts/{CONTACT_ID}/clear")
    assert stage.ours.get(f"/v1/contacts/{CONTACT_ID}")["cleared_at"] is None
    assert stage.ours.get(f"/v1/contacts/{CONTACT_ID}/association")["profile_id"] == PROFILE_ID
    assert stage.ours.get("/v1/settings")["default_region"] == "JP"
    assert stage.theirs.get("/v1/settings")["default_region"] == "US"
    for api, expected in ((stage.ours, PROFILE_ID), (stage.theirs, profile_id)):
        items = api.search(("ssn", ["123"]))["items"]
        assert [item["profile"]["profile_id"] for item in items] == [expected]


def _queries(command: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield each query and each new document of a command."""
    for name in ("filter", "query"):
        if name in command:
            yield command[name]
    for statement in (*command.get("updates", ()), *command.get("deletes", ())):
        yield statement["q"]
    yield from command.get("documents", ())
    if "pipeline" in command:
        yield from _of_pipeline(command["pipeline"])


def _of_pipeline(stages: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the first stage of each read, including those within ``$unionWith`` and ``$lookup``."""
    yield stages[0]["$match"]
    for one in stages:
        for reading in ("$unionWith", "$lookup"):
            if reading in one:
                yield from _of_pipeline(one[reading]["pipeline"])


def _names(query: Mapping[str, Any], domain: str) -> bool:
    """Return whether the query is limited to this domain, by ``domain`` or by the ``_id``."""
    named = query.get("_id")
    small = isinstance(named, str) and (named == domain or named.startswith(f"{domain}/"))
    return query.get("domain") == domain or small


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_the_domain_is_in_every_query(stage: Stage, operation: Operation) -> None:
    """Every operation queries its own domain only, whether it finds anything or not."""
    for api, domain in ((stage.theirs, stage.their_domain), (stage.ours, stage.our_domain)):
        commands = stage.credentials.commands.sent
        commands.clear()
        _open(api, operation)
        on_data = [each for each in commands if each.get(next(iter(each))) in _COLLECTIONS]
        assert on_data
        for command in on_data:
            queries = list(_queries(command))
            assert queries, command
            assert all(_names(query, domain) for query in queries), command


def test_the_domain_is_first_in_every_index() -> None:
    """Exceptions serve operators who look for stale data and MongoDB's expiry, in all domains."""
    first = {
        f"{collection}.{model.document['name']}": next(iter(model.document["key"]))
        for collection, models in INDEXES.items()
        for model in models
    }
    others = {name: field for name, field in first.items() if field != "domain"}
    assert others == {
        "profiles.rules_and_id": "rules",
        "profiles.definitions_and_id": "definitions",
        "audit.expired": "expires_at",
        "sensitive_value_counts.expired": "expires_at",
    }


def test_a_domain_in_the_request_is_ignored_or_rejected(stage: Stage) -> None:
    """The credential determines the domain, never the URL, a header or the body."""
    ours = stage.our_domain
    stage.theirs.get(f"/v1/profiles/{PROFILE_ID}?domain={ours}", status=422)
    stage.theirs.get(f"/v1/profiles/{PROFILE_ID}", status=404, headers={"X-Domain": ours, "Host": ours})
    stage.theirs.post("/v1/profiles", {"first_name": "Bo", "domain": ours}, status=422)
    stage.theirs.get(f"/v1/contacts/{ours}%2F{CONTACT_ID}", status=404)
    assert stage.ours.get(f"/v1/profiles/{PROFILE_ID}")["last_name"] == _SECRET
