"""The audit: which events the service records, and how clients read them."""

from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

import mongomock
import pytest
from flask import Flask
from pymongo.errors import AutoReconnect

from service.api.http.operations import is_audited
from service.app import create_app
from service.config import Settings
from service.model.audit import AuditAction
from service.model.principal import ANONYMOUS, Principal, Scope
from service.store.stores import Stores
from service.use_cases import audit
from service.use_cases.audit import Access
from tests.api.caller import Caller, Json
from tests.api.failing_database import FailingDatabase, WithFailingAudit
from tests.api.hooked_database import HookedDatabase

NOT_ABOUT_PEOPLE = {
    "/v1/audit",
    "/v1/credential",
    "/v1/profiles/count",
    "/v1/search-keys",
    "/v1/search-keys/<key>",
    "/v1/settings",
}

MATCH = "POST /v1/contacts/c-2/match"
PROFILE = "/v1/profiles/{ann}"
KEY = {"key": "vip", "values": ["gold"]}
BY_KEY = {"channel": "voice", "attributes": {"profileSearchKey": "vip", "profileSearchValue": "gold"}}
ALL_VALUES = {
    "first_name": "X",
    "account_number": "A-1",
    "phone_numbers": [{"value": "555"}],
    "email_addresses": [{"value": "x@example.com"}],
    "gender": "F",
}
# A new profile gets no values. An existing profile loses its values.
NO_VALUES: dict[str, Any] = {
    "last_name": None,
    "account_number": None,
    "phone_numbers": [],
    "email_addresses": None,
}

# Each row: operation, body, and the expected actions, profiles, contact and search keys of the events.
EVENTS: list[tuple[str, Any, str, str, str | None, str]] = [
    (MATCH, {"channel": "voice", "phone_number": "+14155550100"}, "matched", "ann bob", "c-2", "phone"),
    (MATCH, {"channel": "voice", "phone_number": "+14155550199"}, "matched", "", "c-2", "phone"),
    (MATCH, BY_KEY | {"phone_number": "+14155550100"}, "matched", "ann", "c-2", "phone vip"),
    (
        MATCH,
        {"channel": "voice", "phone_number": "+14155550100", "criteria": [KEY]},
        "matched",
        "ann",
        "c-2",
        "phone vip",
    ),
    ("POST /v1/contacts/c-1/match", {"channel": "chat"}, "matched", "bob", "c-1", ""),
    ("PUT /v1/contacts/c-1/association", {"profile_id": "{ann}"}, "associated", "ann", "c-1", ""),
    ("GET /v1/contacts/c-1/association", None, "read", "bob", "c-1", ""),
    ("DELETE /v1/contacts/c-1/association", None, "disassociated", "bob", "c-1", ""),
    ("POST /v1/contacts/c-1/clear", None, "cleared", "bob", "c-1", ""),
    ("GET /v1/contacts/c-1", None, "read", "ann bob", "c-1", ""),
    ("POST /v1/contacts/c-2/profile", {"first_name": "X"}, "created associated", "new", "c-2", "name"),
    ("POST /v1/contacts/search", {}, "searched", "ann bob", None, ""),
    ("POST /v1/contacts/search", {"agent_id": "jo"}, "searched", "", None, ""),
    ("POST /v1/profiles", {"first_name": "X", "keys": {"vip": ["x"]}}, "created", "new", None, "name vip"),
    ("POST /v1/profiles", ALL_VALUES, "created", "new", None, "account email name phone"),
    ("POST /v1/profiles", {"first_name": "X"} | NO_VALUES, "created", "new", None, "name"),
    (f"GET {PROFILE}", None, "read", "ann", None, ""),
    (f"PATCH {PROFILE}", {"last_name": "Lee"}, "changed", "ann", None, "name"),
    (f"PATCH {PROFILE}", {"phonetic_first_name": "アン"}, "changed", "ann", None, "name"),
    (f"PATCH {PROFILE}", {"gender": "F", "addresses": []}, "changed", "ann", None, ""),
    (f"PATCH {PROFILE}", ALL_VALUES, "changed", "ann", None, "account email name phone"),
    (f"PATCH {PROFILE}", NO_VALUES, "changed", "ann", None, "account email name phone"),
    (f"PATCH {PROFILE}", {"keys": {"vip": None}}, "changed", "ann", None, "vip"),
    (f"PATCH {PROFILE}", {"first_name": "Ann", "gender": None}, "read", "ann", None, "name"),
    (f"POST {PROFILE}/keys", KEY, "read", "ann", None, "vip"),
    (f"POST {PROFILE}/keys/release", {"key": "vip", "values": ["x"]}, "read", "ann", None, "vip"),
    (f"POST {PROFILE}/keys", {"key": "phone", "values": ["555"]}, "changed", "ann", None, "phone"),
    (f"POST {PROFILE}/keys/release", KEY, "changed", "ann", None, "vip"),
    ("POST /v1/profiles/search", {"criteria": [KEY]}, "searched", "ann", None, "vip"),
    ("GET /v1/search-keys/vip/profiles", None, "searched", "ann", None, "vip"),
    (f"GET {PROFILE}/contacts", None, "read", "ann", None, ""),
    (f"POST {PROFILE}/merge", {"profile_ids": ["{bob}"]}, "merged", "ann bob", None, ""),
    ("POST /v1/profiles/{bob}/merge", {"profile_ids": ["{ann}"]}, "merged", "ann bob", None, "vip"),
    (f"GET {PROFILE}/merges", None, "read", "ann", None, ""),
    ("POST /v1/merges/{merge}/undo", None, "unmerged", "eve cy", None, ""),
    (f"GET {PROFILE}/duplicates", None, "searched", "ann", None, "name phone"),
    (f"GET {PROFILE}/export", None, "exported", "ann", None, ""),
    (f"DELETE {PROFILE}", None, "erasing erased", "ann", None, ""),
]


@pytest.fixture
def people(api: Caller) -> dict[str, str]:
    """Return the IDs of Ann and Bob. The contact c-1 was associated with Ann, then with Bob.

    Also return the IDs of Eve, of Cy who was merged into Eve, and of this merge.
    """
    api.define("vip")
    number = [{"value": "+1 415 555 0100"}]
    ids = {
        "ann": api.create("Ann", phone_numbers=number, keys={"vip": ["gold"]})["profile_id"],
        "bob": api.create("Bob", phone_numbers=number)["profile_id"],
    }
    api.associate("c-1", ids["ann"])
    api.associate("c-1", ids["bob"], status=200)
    ids |= {"eve": api.create("Eve")["profile_id"], "cy": api.create("Cy")["profile_id"]}
    merge = {"profile_ids": [ids["cy"]]}
    ids["merge"] = api.post(f"/v1/profiles/{ids['eve']}/merge", merge)["merge_id"]
    api.audit()
    api.database["audit"].delete_many({})
    return ids


def _with_profile_id(body: Any, people: dict[str, str]) -> Any:
    if isinstance(body, dict) and "profile_id" in body:
        return {"profile_id": body["profile_id"].format(**people)}
    if isinstance(body, dict) and "profile_ids" in body:
        return {"profile_ids": [each.format(**people) for each in body["profile_ids"]]}
    return body


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: f"{event[0]} {event[2]} {event[5]}")
def test_each_operation_is_audited(
    api: Caller, people: dict[str, str], event: tuple[str, Any, str, str, str | None, str]
) -> None:
    """Each action is one event. It has IDs and names of search keys, but no values."""
    operation, body, actions, profiles, contact_id, keys = event
    method, path = operation.split(" ")
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    response = api.client.open(
        path.format(**people),
        method=method,
        json=_with_profile_id(body, people),
        headers={"X-Request-Id": "r-1"},
    )
    assert response.status_code < 300, response.text
    if profiles == "new":
        people = people | {"new": response.json["profile_id"]}  # type: ignore[index] # the profile was created
    events = api.audit()
    assert [document["action"] for document in events] == actions.split()
    for document in events:
        assert set(document.pop("profile_ids")) == {people[name] for name in profiles.split()}
        assert document.pop("expires_at") == document["at"] + timedelta(days=400)
        assert before <= document.pop("at") <= datetime.now(UTC)
        assert len(document.pop("_id")) == 32
        assert document == {
            "domain": "default",
            "action": document["action"],
            "contact_id": contact_id,
            "keys": keys.split(),
            "credential_id": "anybody",
            "agent_id": None,
            "request_id": "r-1",
        }


def test_every_operation_on_profiles_and_contacts_is_audited(app: Flask) -> None:
    """Every operation on people must be audited.

    Every action except `revealed`, `not_erased`, `token_created` and `objects_erased` must occur in EVENTS.
    Other tests cover these.
    """
    operations = [
        (rule.rule, app.view_functions[rule.endpoint])
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/v1/") and (rule.methods or set()) - {"HEAD", "OPTIONS"}
    ]
    assert {path for path, view in operations if not is_audited(view)} == NOT_ABOUT_PEOPLE
    tested_actions = {action for event in EVENTS for action in event[2].split()}
    others = {AuditAction.REVEALED, AuditAction.NOT_ERASED, AuditAction.TOKEN_CREATED}
    assert tested_actions == set(AuditAction) - others - {AuditAction.OBJECTS_ERASED}


def test_an_event_has_the_agent_of_the_credential_or_of_the_association(api: Caller) -> None:
    """If both have an agent, the event has the credential's agent."""
    ann = api.create("Ann")["profile_id"]
    api.associate("c-1", ann, agent_id="jo")
    api.post("/v1/contacts/search", {"agent_id": "jo"})
    assert [event["agent_id"] for event in api.audit()] == [None, "jo", None]
    stores: Stores = api.client.application.extensions["profile_lookup"]
    principal = Principal(credential_id="k", domain="default", scopes=frozenset(Scope), agent_id="al")
    audit.record(stores, principal, "r", Access(actions=[AuditAction.ASSOCIATED], agent_id="jo"))
    assert api.audit()[-1]["agent_id"] == "al"


def test_an_access_to_many_profiles_is_split_into_several_events(api: Caller) -> None:
    """An event has at most 200 profile IDs, so its document cannot grow without limit."""
    ids = [f"{number:032x}" for number in range(401)]
    stores: Stores = api.client.application.extensions["profile_lookup"]
    audit.record(stores, ANONYMOUS, "r", Access(actions=[AuditAction.READ], profile_ids=ids))
    assert [event["profile_ids"] for event in api.audit()] == [ids[:200], ids[200:400], ids[400:]]


@pytest.fixture
def three_profiles(api: Caller) -> list[str]:
    """Return the IDs of three profiles.

    Agent al associated the first and the third with a contact, agent jo the second.
    """
    ids = [api.create(name)["profile_id"] for name in ("Ann", "Bob", "Cat")]
    for number, (profile_id, agent) in enumerate(zip(ids, ["al", "jo", "al"], strict=True)):
        api.associate(f"c-{number}", profile_id, agent_id=agent)
    return ids


def _read(api: Caller, query: str = "") -> list[Json]:
    items: list[Json] = api.get(f"/v1/audit{query}")["items"]
    return items


def test_the_audit_is_read_newest_first(api: Caller, three_profiles: list[str]) -> None:
    """The response contains all public fields of each event, and no internal fields."""
    events = _read(api)
    assert [event["action"] for event in events] == ["associated"] * 3 + ["created"] * 3
    assert [event["profile_ids"] for event in events[:3]] == [[i] for i in reversed(three_profiles)]
    assert events[0].keys() == {
        *("event_id", "at", "action", "profile_ids", "contact_id", "keys"),
        *("credential_id", "agent_id", "request_id"),
    }
    assert events[0]["at"].endswith("Z")


def test_the_audit_is_filtered_by_profile_and_agent(api: Caller, three_profiles: list[str]) -> None:
    """An event must match all filters of the request."""
    ann, bob, cat = three_profiles
    assert [e["action"] for e in _read(api, f"?profile_id={ann}")] == ["associated", "created"]
    assert [e["profile_ids"] for e in _read(api, "?agent_id=al")] == [[cat], [ann]]
    assert [e["profile_ids"] for e in _read(api, f"?agent_id=al&profile_id={cat}")] == [[cat]]
    assert _read(api, f"?agent_id=al&profile_id={bob}") == []


@pytest.mark.usefixtures("three_profiles")
def test_the_audit_is_filtered_by_time(api: Caller) -> None:
    """``from`` is inclusive and ``to`` is exclusive."""
    last = _read(api)[0]
    at = last["at"]
    assert last in _read(api, f"?from={at}")
    assert last not in _read(api, f"?to={at}")
    assert _read(api, "?from=2999-01-01T00:00:00Z") == []
    assert _read(api, "?to=1969-01-01T00:00:00Z") == []
    assert len(_read(api, "?from=0001-01-01T00:00:00Z&to=9999-12-31T00:00:00Z")) == 6


@pytest.mark.usefixtures("three_profiles")
@pytest.mark.parametrize("limit", [1, 4, 6])
def test_pages_of_the_audit_neither_repeat_nor_skip_events(api: Caller, limit: int) -> None:
    """New events between two requests do not change the following pages."""
    expected = [event["event_id"] for event in _read(api)]
    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        page = api.get(f"/v1/audit?limit={limit}{cursor and '&cursor='}{cursor}")
        seen += [event["event_id"] for event in page["items"]]
        cursor = page["next_cursor"]
        api.create("Eve")
    assert seen == expected


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("profile_id=x", "/profile_id"),
        ("agent_id=", "/agent_id"),
        ("from=yesterday", "/from"),
        ("from=2026-01-02", "/from"),
        ("to=2026-01-02T00:00:00", "/to"),
        ("from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "/to"),
        ("limit=101", "/limit"),
        ("cursor=x", "/cursor"),
        ("cursor=WyJ4Il0", "/cursor"),
        ("action=read", "/action"),
    ],
)
def test_an_invalid_filter_is_rejected(api: Caller, query: str, pointer: str) -> None:
    """The error's pointer refers to the query parameter."""
    problem = api.reject("GET", f"/v1/audit?{query}", status=422, code="invalid_request")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]


def test_another_domain_cannot_read_the_audit(api: Caller, three_profiles: list[str]) -> None:
    """Filters by a profile or agent of the other domain find nothing."""
    api.database["audit"].update_many({}, {"$set": {"domain": "other"}})
    assert _read(api) == _read(api, "?agent_id=al") == _read(api, f"?profile_id={three_profiles[0]}") == []


def _lose_connection() -> NoReturn:
    raise AutoReconnect


@pytest.fixture
def service_and_audit() -> tuple[Caller, FailingDatabase]:
    """Return a caller, and the audit collection of its service. Tests can make the collection fail."""
    database = WithFailingAudit(mongomock.MongoClient(tz_aware=True)["test"])
    app = create_app(Settings(auth=False), database=database)
    return Caller(app.test_client(), database), database.audit


def test_an_export_that_cannot_be_audited_is_rejected(
    service_and_audit: tuple[Caller, FailingDatabase], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The response is a 503 without data. The audit has no event of the export."""
    api, audit_collection = service_and_audit
    path = f"/v1/profiles/{api.create('Ann')['profile_id']}/export"
    # Only writes fail. The audit can still be read.
    with monkeypatch.context() as context:
        failing_insert = FailingDatabase(audit_collection.inner, broken=True).insert_many
        context.setattr(audit_collection, "insert_many", failing_insert, raising=False)
        assert "Ann" not in api.call("GET", path, status=503).text
    assert [event["action"] for event in api.audit()] == ["created"]
    api.get(path)
    assert [event["action"] for event in api.audit()] == ["created", "exported"]


def test_an_erasure_that_cannot_be_audited_is_rejected(api: Caller) -> None:
    """The response is a 503, and the profile still exists."""
    hooked = HookedDatabase(api.database)
    caller = Caller(create_app(Settings(auth=False), database=hooked).test_client(), hooked)
    path = f"/v1/profiles/{api.create('Ann')['profile_id']}"
    hooked.before["audit", "insert_many"] = _lose_connection
    caller.call("DELETE", path, status=503)
    assert api.get(path)["first_name"] == "Ann"
    api.delete(path)
    # `erasing` and `erased` have the time of the first DELETE, which was before the read. So do not compare
    # the order.
    assert sorted(event["action"] for event in api.audit()) == ["created", "erased", "erasing", "read"]


def test_a_change_during_an_audit_failure_is_audited_later(
    service_and_audit: tuple[Caller, FailingDatabase],
) -> None:
    """The event is queued, and is written when the audit works again."""
    api, audit_collection = service_and_audit
    path = f"/v1/profiles/{api.create('Ann')['profile_id']}"
    audit_collection.broken = True
    api.patch(path, {"last_name": "Lee"}, status=503)
    audit_collection.broken = False
    assert [event["action"] for event in api.audit()] == ["created", "changed"]
    assert api.get(path)["last_name"] == "Lee"


def test_reads_continue_without_the_audit_until_the_queue_is_full(
    service_and_audit: tuple[Caller, FailingDatabase],
) -> None:
    """When the queue of events is full, reads get a 503."""
    api, audit_collection = service_and_audit
    api.client.application.extensions["profile_lookup"].audit.max_queued = 3
    path = f"/v1/profiles/{api.create('Ann')['profile_id']}"
    audit_collection.broken = True
    for _ in range(3):
        api.get(path)
    assert "Ann" not in api.call("GET", path, status=503).text
    audit_collection.broken = False
    api.get(path)
    assert [event["action"] for event in api.audit()] == ["created", *["read"] * 4]


@pytest.mark.parametrize("days", [1, 30])
def test_events_expire_after_the_configured_retention(days: int, database: Any) -> None:
    """Each event stores its expiry time. A later change of the setting does not affect it."""
    for setting in (days, days + 1):
        stores = Stores.over(database, Settings(audit_retention_days=setting, auth=False))
        audit.record(stores, ANONYMOUS, "r", Access(actions=[AuditAction.CREATED]))
    retentions = [
        document["expires_at"] - document["at"] for document in database["audit"].find().sort("_id", 1)
    ]
    assert retentions == [timedelta(days=days), timedelta(days=days + 1)]


@pytest.mark.parametrize(
    ("path", "actions"),
    [("/v1/profiles", ["created"]), ("/v1/contacts/c-1/profile", ["created", "associated"])],
)
def test_a_repeated_creation_is_audited_once(api: Caller, path: str, actions: list[str]) -> None:
    """A replay is audited as a read. It also writes the events of the creation if they are missing."""

    def send() -> Json:
        headers = {"Idempotency-Key": "k-1"}
        created: Json = api.post(path, {"first_name": "Ann"}, status=201, headers=headers)
        return created

    profile = send()
    first = api.audit()
    assert [event["action"] for event in first] == actions
    send()
    assert [event["action"] for event in api.audit()] == [*actions, "read"]
    assert api.audit()[:-1] == first
    api.database["audit"].delete_many({})
    send()
    events = api.audit()
    assert [event["action"] for event in events] == [*actions, "read"]
    assert [event["_id"] for event in events[:-1]] == [event["_id"] for event in first]
    assert {event["at"].isoformat(timespec="milliseconds") for event in events[:-1]} == {
        profile["created_at"].replace("Z", "+00:00")
    }
