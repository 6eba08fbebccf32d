"""No operation gives a client access to data of another domain, whichever ID the client uses."""

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
from tests.api.operations import CONTACT_ID, MERGE_ID, MERGED_ID, OPERATIONS, PROFILE_ID, Operation

SUCCESSFUL = {
    "POST /v1/contacts/{contact_id}/match",
    "POST /v1/contacts/{contact_id}/clear",
    "POST /v1/contacts/{contact_id}/profile",
    "POST /v1/contacts/search",
    "POST /v1/profiles",
    "POST /v1/profiles/search",
    "GET /v1/profiles",
    "GET /v1/profiles/count",
    "GET /v1/profiles/changes",
    "GET /v1/audit",
    "GET /v1/credential",
    "GET /v1/search-keys",
    "PUT /v1/search-keys/{key}",
    "GET /v1/settings",
    "PATCH /v1/settings",
    "POST /v1/profiles/batch",
    "POST /v1/agent-tokens",
}
"""Operations that succeed in a domain without data. All other operations get a 404."""

REVEAL = "POST /v1/profiles/{profile_id}/reveal"
"""This operation gets a 422, because the domain without data has no such search key."""

_COLLECTIONS = (
    *("profiles", "associations", "search_keys", "settings", "audit", "batches", "sensitive_value_counts"),
    *("deletions", "profile_objects", "object_types", "amazon_domains"),
    *("merges", "merge_snapshots", "merged_profiles"),
)
_SECRET = "Quillfeather"  # noqa: S105 - no password, but a name that only our data contains


@dataclass(frozen=True)
class Domains:
    """Our domain with data of every kind, their domain without data, and a caller for each domain."""

    credentials: Credentials
    ours: Caller
    theirs: Caller
    our_domain: str
    their_domain: str

    def ours_in_database(self) -> dict[str, list[Json]]:
        """Return every document of the database that does not belong to their domain."""
        dump = self.ours.dump()
        return {
            name: [document for document in dump.get(name, []) if document.get("domain") != self.their_domain]
            for name in _COLLECTIONS
        }

    def our_events(self) -> list[Json]:
        """Return our audit events. Our own requests add events too."""
        return [event for event in self.ours.audit() if event["domain"] == self.our_domain]


@pytest.fixture
def domains(credentials: Credentials) -> Domains:
    """Return both domains. Our domain has the profiles, the merge and the contact of the operations table."""
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
    other = ours.create("Bo", last_name=_SECRET)
    profiles = ours.database["profiles"]
    for id_, created in ((PROFILE_ID, profile), (MERGED_ID, other)):
        document = profiles.find_one_and_delete({"_id": created["profile_id"]})
        profiles.insert_one(document | {"_id": id_})
    _merge(ours)
    # Added after the change of the profile ID, because the encryption depends on the ID.
    ours.post(f"/v1/profiles/{PROFILE_ID}/keys", {"key": "secret", "values": [_SECRET]})
    ours.associate(CONTACT_ID, PROFILE_ID, channel="voice", agent_id="agent-7")
    return Domains(credentials, ours, credentials.caller(domain=their_domain), our_domain, their_domain)


def _merge(api: Caller) -> None:
    """Merge two more profiles. The merge has the ID of the operations table."""
    target, source = (api.create(name, last_name=_SECRET)["profile_id"] for name in ("Cy", "Di"))
    merge_id = api.post(f"/v1/profiles/{target}/merge", {"profile_ids": [source]})["merge_id"]
    record = api.database["merges"].find_one_and_delete({"_id": merge_id})
    api.database["merges"].insert_one(record | {"_id": MERGE_ID})
    api.database["merge_snapshots"].update_many({}, {"$set": {"snapshot.merge_id": MERGE_ID}})
    api.database["merged_profiles"].update_many({}, {"$set": {"merge_ids": [MERGE_ID]}})


def _open(api: Caller, operation: Operation) -> TestResponse:
    return api.client.open(operation.path, method=operation.method, json=operation.body)


def _comparable_text(response: TestResponse) -> str:
    """Return the status and the body of a response without IDs and times."""
    times = "created_at|updated_at|cleared_at|associated_at|as_of|expires_at"
    volatile = rf'"(domain|request_id|instance|profile_id|token|{times})":"[^"]*"'
    return re.sub(volatile, "", f"{response.status_code} {response.text}")


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_data_of_another_domain_is_treated_as_missing(domains: Domains, operation: Operation) -> None:
    """The response is the same as without the data. The request changes no data of the other domain."""
    before = domains.ours_in_database(), domains.our_events()
    response = _open(domains.theirs, operation)
    if str(operation) in SUCCESSFUL:
        assert response.status_code in {200, 201}, response.text
    elif str(operation) == REVEAL:
        assert response.status_code == 422, response.text
    else:
        assert response.status_code == 404, response.text
    assert _SECRET not in response.text
    assert "agent-7" not in response.text
    if operation.method != "PUT":
        assert "ssn" not in response.text
    assert (domains.ours_in_database(), domains.our_events()) == before
    empty_domain = domains.credentials.caller(domain=f"empty-{uuid4().hex}")
    domains.ours.database["profiles"].delete_many({"_id": PROFILE_ID})
    assert _comparable_text(response) == _comparable_text(_open(empty_domain, operation))


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_data_of_its_own_domain_is_accessible(domains: Domains, operation: Operation) -> None:
    """The requests of the test above succeed in the domain that has the data."""
    if operation.method == "DELETE" and "search-keys" in operation.rule:
        domains.ours.patch(f"/v1/profiles/{PROFILE_ID}", {"keys": None})
    response = _open(domains.ours, operation)
    assert response.status_code == operation.status, response.text


def test_a_search_key_of_the_same_name_does_not_reveal_values_of_another_domain(domains: Domains) -> None:
    """Both domains define the search key, but the profile belongs to our domain only."""
    body = {"key": "secret"}
    assert domains.ours.post(f"/v1/profiles/{PROFILE_ID}/reveal", body)["values"] == [_SECRET]
    domains.theirs.define("secret", sensitive=True)
    path = f"/v1/profiles/{PROFILE_ID}/reveal"
    domains.theirs.reject("POST", path, body, status=404, code="profile_not_found")


@pytest.mark.parametrize("path", ["/v1/profiles", f"/v1/contacts/{CONTACT_ID}/profile"])
def test_domains_can_use_the_same_idempotency_key(domains: Domains, path: str) -> None:
    """The request creates a profile. The response does not show that another domain used the key."""
    key = {"Idempotency-Key": "7f3d0c6e-0f0a-4b0e-9d57-6c0a5f6c2f11"}
    ours = domains.ours.call("POST", path, {"first_name": _SECRET}, status=201, headers=key)
    before = domains.ours_in_database()
    for _ in range(2):
        theirs = domains.theirs.call("POST", path, {"first_name": "Bo"}, status=201, headers=key)
        assert theirs.get_json()["first_name"] == "Bo"
        assert theirs.get_json()["profile_id"] != ours.get_json()["profile_id"]
    assert domains.ours_in_database() == before
    domains.theirs.get(f"/v1/profiles/{ours.get_json()['profile_id']}", status=404)


def test_each_domain_reads_only_its_own_audit_events(domains: Domains) -> None:
    """Filters by a profile or an agent of another domain find nothing. Failed reads are not audited."""
    domains.theirs.get(f"/v1/profiles/{PROFILE_ID}", status=404)
    domains.theirs.get(f"/v1/profiles/{PROFILE_ID}/export", status=404)
    domains.ours.audit()
    for query in ("", f"?profile_id={PROFILE_ID}", "?agent_id=agent-7"):
        assert domains.ours.get(f"/v1/audit{query}")["items"]
        assert domains.theirs.get(f"/v1/audit{query}") == {"items": [], "next_cursor": None}


def _second_page_requests(api: Caller) -> list[tuple[str, Json]]:
    """Return the lists that have a second page, each with the body of the request for that page."""
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


def test_a_cursor_of_another_domain_gives_no_access_to_its_data(domains: Domains) -> None:
    """A cursor contains a position. The domain comes from the credential."""
    lists = _second_page_requests(domains.ours)
    before = domains.ours_in_database()
    for path, body in lists:
        pages = [api.post(path, body) for api in (domains.ours, domains.theirs)]
        ours, theirs = (page.get("items", page.get("candidates")) for page in pages)
        assert ours, path
        assert theirs == [], path
        assert pages[1]["next_cursor"] is None
    path = f"/v1/profiles/{PROFILE_ID}/contacts"
    cursor = domains.ours.get(f"{path}?limit=1")["next_cursor"]
    assert domains.ours.get(f"{path}?cursor={cursor}")["items"]
    domains.theirs.get(f"{path}?cursor={cursor}", status=404)
    assert domains.ours_in_database() == before


def test_domains_can_use_the_same_names(domains: Domains) -> None:
    """Two domains have a contact, a search key and a unique value of one name, and separate settings."""
    domains.theirs.define("ssn", type="text", unique=True)
    profile_id = domains.theirs.create("Bo", keys={"ssn": ["123"]}, phone_numbers=[{"value": "555"}])[
        "profile_id"
    ]
    domains.theirs.associate(CONTACT_ID, profile_id)
    domains.theirs.post(f"/v1/contacts/{CONTACT_ID}/clear")
    assert domains.ours.get(f"/v1/contacts/{CONTACT_ID}")["cleared_at"] is None
    assert domains.ours.get(f"/v1/contacts/{CONTACT_ID}/association")["profile_id"] == PROFILE_ID
    assert domains.ours.get("/v1/settings")["default_region"] == "JP"
    assert domains.theirs.get("/v1/settings")["default_region"] == "US"
    for api, expected in ((domains.ours, PROFILE_ID), (domains.theirs, profile_id)):
        items = api.search(("ssn", ["123"]))["items"]
        assert [item["profile"]["profile_id"] for item in items] == [expected]


def _queries(command: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield each query and each new document of a database command."""
    for name in ("filter", "query"):
        if name in command:
            yield command[name]
    for statement in (*command.get("updates", ()), *command.get("deletes", ())):
        yield statement["q"]
    yield from command.get("documents", ())
    if "pipeline" in command:
        yield from _pipeline_queries(command["pipeline"])


def _pipeline_queries(stages: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the first stage of each read in a pipeline, including ``$unionWith`` and ``$lookup``."""
    yield stages[0]["$match"]
    for stage in stages:
        for reading in ("$unionWith", "$lookup"):
            if reading in stage:
                yield from _pipeline_queries(stage[reading]["pipeline"])


def _is_limited_to(query: Mapping[str, Any], domain: str) -> bool:
    """Return whether the query is limited to this domain, by ``domain`` or by ``_id``."""
    document_id = query.get("_id")
    id_has_domain = isinstance(document_id, str) and (
        document_id == domain or document_id.startswith(f"{domain}/")
    )
    return query.get("domain") == domain or id_has_domain


@pytest.mark.parametrize(
    "operation", [each for each in OPERATIONS if str(each) != "GET /v1/credential"], ids=str
)
def test_the_domain_is_in_every_query(domains: Domains, operation: Operation) -> None:
    """Every database command is checked, with and without matching data. A credential needs no data."""
    for api, domain in ((domains.theirs, domains.their_domain), (domains.ours, domains.our_domain)):
        commands = domains.credentials.commands.sent
        commands.clear()
        _open(api, operation)
        on_data = [each for each in commands if each.get(next(iter(each))) in _COLLECTIONS]
        assert on_data
        for command in on_data:
            queries = list(_queries(command))
            assert queries, command
            assert all(_is_limited_to(query, domain) for query in queries), command


def test_the_domain_is_first_in_every_index() -> None:
    """The exceptions serve commands of operators and the expiry by MongoDB, which affect all domains."""
    first = {
        f"{collection}.{model.document['name']}": next(iter(model.document["key"]))
        for collection, models in INDEXES.items()
        for model in models
    }
    others = {name: field for name, field in first.items() if field != "domain"}
    assert others == {
        "profiles.rules_and_id": "rules",
        "profiles.definitions_and_id": "definitions",
        "merge_snapshots.rules_and_id": "rules",
        "merge_snapshots.definitions_and_id": "definitions",
        "profile_objects.master_keys_and_id": "master_keys",
        "profile_objects.expired": "expires_at",
        "audit.expired": "expires_at",
        "batches.expired": "expires_at",
        "sensitive_value_counts.expired": "expires_at",
    }


def test_a_domain_in_a_request_is_ignored_or_rejected(domains: Domains) -> None:
    """The domain comes only from the credential, never from the URL, a header or the body."""
    ours = domains.our_domain
    domains.theirs.get(f"/v1/profiles/{PROFILE_ID}?domain={ours}", status=422)
    domains.theirs.get(f"/v1/profiles/{PROFILE_ID}", status=404, headers={"X-Domain": ours, "Host": ours})
    domains.theirs.post("/v1/profiles", {"first_name": "Bo", "domain": ours}, status=422)
    domains.theirs.get(f"/v1/contacts/{ours}%2F{CONTACT_ID}", status=404)
    assert domains.ours.get(f"/v1/profiles/{PROFILE_ID}")["last_name"] == _SECRET
