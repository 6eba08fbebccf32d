"""One domain never sees another's data, whichever operation asks for it and by whatever ID."""

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
"""What answers a domain that has nothing; any other operation is a 404 for what is another domain's."""

UNKNOWN_KEY = "POST /v1/profiles/{profile_id}/reveal"
"""What is refused for the key, which is not this domain's either."""

_COLLECTIONS = ("profiles", "associations", "search_keys", "settings", "audit", "sensitive_value_counts")
_SECRET = "Quillfeather"  # noqa: S105 - a name that stands in our data and nowhere else


@dataclass(frozen=True)
class Stage:
    """A domain with something of everything, and another one with nothing."""

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
        """Return our part of the audit, which each of our own looks adds to."""
        return [event for event in self.ours.audit() if event["domain"] == self.our_domain]


@pytest.fixture
def stage(credentials: Credentials) -> Stage:
    """Return both; ours is what the operations of the table ask for."""
    our_domain, their_domain = f"ours-{uuid4().hex}", f"theirs-{uuid4().hex}"
    ours = credentials.caller(domain=our_domain)
    ours.define("ssn", type="digits", label=_SECRET)
    ours.define("secret", sensitive=True)
    ours.patch("/v1/settings", {"default_region": "JP", "ignored_values": {"phone": ["0000"]}})
    made = ours.create(
        "Ann",
        last_name=_SECRET,
        phone_numbers=[{"value": "555"}, {"value": "5551234"}],
        keys={"ssn": ["123"]},
    )
    profiles = ours.database["profiles"]
    document = profiles.find_one_and_delete({"_id": made["profile_id"]})
    profiles.insert_one(document | {"_id": PROFILE_ID})
    # Sealed for the profile of this ID.
    ours.post(f"/v1/profiles/{PROFILE_ID}/keys", {"key": "secret", "values": [_SECRET]})
    ours.associate(CONTACT_ID, PROFILE_ID, channel="voice", agent_id="agent-7")
    return Stage(credentials, ours, credentials.caller(domain=their_domain), our_domain, their_domain)


def _open(api: Caller, operation: Operation) -> TestResponse:
    return api.client.open(operation.path, method=operation.method, json=operation.body)


def _told(response: TestResponse) -> str:
    """Return what an answer says, without what differs each time."""
    volatile = r'"(request_id|instance|profile_id|created_at|updated_at|cleared_at|associated_at)":"[^"]*"'
    return f"{response.status_code} {re.sub(volatile, '', response.text)}"


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_what_is_anothers_is_not_there(stage: Stage, operation: Operation) -> None:
    """The same answer as for what never was, nothing of ours in it, and nothing of ours is changed."""
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
    assert _told(response) == _told(_open(where_nothing_is, operation))


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_it_is_there_for_its_own_domain(stage: Stage, operation: Operation) -> None:
    """The same request of ours does what it does: that is what the others are kept from."""
    if operation.method == "DELETE" and "search-keys" in operation.rule:
        stage.ours.patch(f"/v1/profiles/{PROFILE_ID}", {"keys": None})
    response = _open(stage.ours, operation)
    assert response.status_code == operation.status, response.text


def test_what_is_anothers_is_not_revealed_under_a_key_of_the_same_name(stage: Stage) -> None:
    """Both have the key; the profile is one domain's alone."""
    body = {"key": "secret"}
    assert stage.ours.post(f"/v1/profiles/{PROFILE_ID}/reveal", body)["values"] == [_SECRET]
    stage.theirs.define("secret", sensitive=True)
    path = f"/v1/profiles/{PROFILE_ID}/reveal"
    stage.theirs.refuse("POST", path, body, status=404, code="profile_not_found")


@pytest.mark.parametrize("path", ["/v1/profiles", f"/v1/contacts/{CONTACT_ID}/profile"])
def test_anothers_idempotency_key_is_a_new_one(stage: Stage, path: str) -> None:
    """It creates anew, whatever the body, and nothing tells that another domain has used it."""
    key = {"Idempotency-Key": "7f3d0c6e-0f0a-4b0e-9d57-6c0a5f6c2f11"}
    ours = stage.ours.call("POST", path, {"first_name": _SECRET}, status=201, headers=key)
    before = stage.ours_in_database()
    for _ in range(2):
        theirs = stage.theirs.call("POST", path, {"first_name": "Bo"}, status=201, headers=key)
        assert theirs.get_json()["first_name"] == "Bo"
        assert theirs.get_json()["profile_id"] != ours.get_json()["profile_id"]
    assert stage.ours_in_database() == before
    stage.theirs.get(f"/v1/profiles/{ours.get_json()['profile_id']}", status=404)


def test_the_audit_tells_each_domain_of_its_own(stage: Stage) -> None:
    """Not by the ID of another's profile, and not by its agent; a look at what is another's is no event."""
    stage.theirs.get(f"/v1/profiles/{PROFILE_ID}", status=404)
    stage.theirs.get(f"/v1/profiles/{PROFILE_ID}/export", status=404)
    stage.ours.audit()
    for query in ("", f"?profile_id={PROFILE_ID}", "?agent_id=agent-7"):
        assert stage.ours.get(f"/v1/audit{query}")["items"]
        assert stage.theirs.get(f"/v1/audit{query}") == {"items": [], "next_cursor": None}


def _with_cursors(api: Caller) -> list[tuple[str, Json]]:
    """Return the lists that have a second page, with the cursor of it."""
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


def test_anothers_cursor_leads_to_nothing_of_theirs(stage: Stage) -> None:
    """It says where a page ended; whose page that was is the credential's matter."""
    asked = _with_cursors(stage.ours)
    before = stage.ours_in_database()
    for path, body in asked:
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


def test_the_same_names_are_each_domains_own(stage: Stage) -> None:
    """A contact, a search key, a unique value and the settings of one name: both have their own."""
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
        found = api.search(("ssn", ["123"]))["items"]
        assert [item["profile"]["profile_id"] for item in found] == [expected]


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
    """Yield what each read of a collection begins with, those within ``$unionWith`` and ``$lookup`` too."""
    yield stages[0]["$match"]
    for one in stages:
        for reading in ("$unionWith", "$lookup"):
            if reading in one:
                yield from _of_pipeline(one[reading]["pipeline"])


def _names(query: Mapping[str, Any], domain: str) -> bool:
    """Return whether the query is about this domain alone; that of a small document by its ``_id``."""
    named = query.get("_id")
    small = isinstance(named, str) and (named == domain or named.startswith(f"{domain}/"))
    return query.get("domain") == domain or small


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_the_domain_is_in_every_query(stage: Stage, operation: Operation) -> None:
    """Whatever an operation asks MongoDB for, be anything there or not, it asks for its own domain's."""
    for api, domain in ((stage.theirs, stage.their_domain), (stage.ours, stage.our_domain)):
        sent = stage.credentials.commands.sent
        sent.clear()
        _open(api, operation)
        on_data = [each for each in sent if each.get(next(iter(each))) in _COLLECTIONS]
        assert on_data
        for command in on_data:
            queries = list(_queries(command))
            assert queries, command
            assert all(_names(query, domain) for query in queries), command


def test_the_domain_is_first_in_every_index() -> None:
    """But in those by which an operator finds what is stale, and MongoDB what has expired, in all domains."""
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


def test_a_domain_in_the_request_is_passed_over_or_refused(stage: Stage) -> None:
    """The credential decides it, never the URL, a header or the body."""
    ours = stage.our_domain
    stage.theirs.get(f"/v1/profiles/{PROFILE_ID}?domain={ours}", status=422)
    stage.theirs.get(f"/v1/profiles/{PROFILE_ID}", status=404, headers={"X-Domain": ours, "Host": ours})
    stage.theirs.post("/v1/profiles", {"first_name": "Bo", "domain": ours}, status=422)
    stage.theirs.get(f"/v1/contacts/{ours}%2F{CONTACT_ID}", status=404)
    assert stage.ours.get(f"/v1/profiles/{PROFILE_ID}")["last_name"] == _SECRET
