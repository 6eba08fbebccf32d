"""Attempts to guess a sensitive value over HTTP. They are limited, and every hit is audited."""

from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any

import mongomock
import pytest

from service.app import create_app
from service.config import Settings
from service.model.principal import Scope
from service.store.profiles.search import MAX_HOLDERS
from service.use_cases import cursors
from tests.api.caller import Caller, Json, check_problem, pointers
from tests.api.credentials import Credentials
from tests.api.failing_database import WithFailingAudit
from tests.master_keys import ONE

SSN = "078-05-1120"
MASKED = "*******1120"
# Guesses of the digits that the mask of a social security number hides.
GUESSES = [f"{number:05}1120" for number in range(100)]
AGENT = (Scope.VIEW, Scope.EDIT, Scope.CREATE)
LIMIT = 7
# A time in the future, because MongoDB deletes the counts of past hours.
NOON = datetime(2999, 1, 1, 12, 20, tzinfo=UTC)

MATCH = "/v1/contacts/c-1/match"
WRITES = ["create", "create for a contact", "patch", "add", "release"]
OPERATIONS_WITH_VALUES = [
    *WRITES,
    "search",
    "match by search value",
    "match by attribute",
    "match by criteria",
]


def request_with(
    operation: str, profile_id: str, values: list[str], key: str = "ssn"
) -> tuple[str, str, Json]:
    """Return the method, path and body of a request that sends values of a search key."""
    profile = {"first_name": "Bob", "keys": {key: values}}
    criteria = [{"key": key, "values": values}]
    by_value = {"profileSearchKey": key, "profileSearchValue": values[0]}
    calls: dict[str, tuple[str, str, Json]] = {
        "create": ("POST", "/v1/profiles", profile),
        "create for a contact": ("POST", "/v1/contacts/c-1/profile", profile),
        "patch": ("PATCH", f"/v1/profiles/{profile_id}", {"keys": {key: values}}),
        "add": ("POST", f"/v1/profiles/{profile_id}/keys", {"key": key, "values": values}),
        "release": ("POST", f"/v1/profiles/{profile_id}/keys/release", {"key": key, "values": values}),
        "search": ("POST", "/v1/profiles/search", {"criteria": criteria}),
        "match by search value": ("POST", MATCH, {"channel": "voice", "attributes": by_value}),
        "match by attribute": ("POST", MATCH, {"channel": "task", "attributes": {key: values[0]}}),
        "match by criteria": ("POST", MATCH, {"channel": "chat", "name": "Ann", "criteria": criteria}),
    }
    return calls[operation]


def send(caller: Caller, method: str, path: str, body: Json) -> Any:
    """Send a request and return the response. Accept any status."""
    return caller.client.open(path, method=method, json=body)


@pytest.fixture
def admin(credentials: Credentials) -> Caller:
    """Return a caller with every scope, after it has defined search keys. Tasks are matched on `ssn`."""
    admin = credentials.caller()
    admin.define("ssn", type="digits", unique=True, sensitive=True)
    admin.define("passport", unique=True, sensitive=True)
    admin.define("pin", type="digits", sensitive=True)
    admin.define("customer_number", unique=True)
    admin.patch("/v1/settings", {"match_keys": {"task": ["ssn"]}})
    return admin


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """Return a list with one item: the current time of the service. Tests can replace it."""
    time = [NOON]
    monkeypatch.setattr("service.use_cases.sensitive_values.now", lambda: time[0])
    return time


@pytest.fixture
def instances(credentials: Credentials) -> list[Caller]:
    """Return callers of two instances that share a database. Both send the same agent's API key."""
    authorization = f"Bearer {credentials.api_key(scopes=AGENT)}"
    settings = Settings(master_keys=ONE, sensitive_values_per_hour=LIMIT)
    callers = []
    for _ in range(2):
        client = create_app(settings, database=credentials.anonymous.database).test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = authorization
        callers.append(Caller(client, credentials.anonymous.database))
    return callers


def events_of(caller: Caller, profile: Json, *, since: int = 0) -> list[tuple[str, list[str]]]:
    """Return the action and the search keys of each event about a profile, oldest first."""
    return [
        (event["action"], event["keys"])
        for event in caller.audit()[since:]
        if profile["profile_id"] in event["profile_ids"]
    ]


@pytest.mark.parametrize("operation", [*WRITES, "search", "match by criteria"])
def test_several_guesses_in_one_request_are_rejected(api: Caller, operation: str) -> None:
    """The error's pointer refers to the second value, whether or not one of the guesses is right."""
    api.define("ssn", type="digits", unique=True, sensitive=True)
    api.create("Ann", keys={"ssn": [SSN]})
    own = api.create("Bob")["profile_id"]
    max_values = 100 if operation in WRITES else 10
    for guesses in (GUESSES[:max_values], [*GUESSES[: max_values - 1], SSN], ["1", SSN]):
        method, path, body = request_with(operation, own, guesses)
        problem = api.reject(method, path, body, status=422, code="invalid_request")
        assert pointers(problem) == [
            {
                "create": "/keys/ssn/1",
                "create for a contact": "/keys/ssn/1",
                "patch": "/keys/ssn/1",
                "add": "/values/1",
                "release": "/values/1",
            }.get(operation, "/criteria/0/values")
        ]
        assert "one value of a sensitive key" in problem["errors"][0]["detail"]


def test_a_match_can_have_one_value_of_a_sensitive_key(api: Caller) -> None:
    """Values in attributes and in criteria count. The same value in several places counts once."""
    api.define("ssn", type="digits", unique=True, sensitive=True)
    api.patch("/v1/settings", {"match_keys": {"task": ["ssn"]}})
    ann = api.create("Ann", keys={"ssn": [SSN]})
    search_value = {"profileSearchKey": "ssn", "profileSearchValue": SSN}
    criteria = [{"key": "ssn", "values": [SSN]}]
    same: Json = {"channel": "task", "attributes": search_value | {"ssn": SSN}, "criteria": criteria}
    (candidate,) = api.post(MATCH, same)["candidates"]
    assert candidate["profile"]["profile_id"] == ann["profile_id"]
    for other, pointer in (
        ({"attributes": search_value | {"ssn": "1"}}, "/attributes/ssn"),
        ({"criteria": [{"key": "ssn", "values": ["1"]}]}, "/criteria/0/values"),
    ):
        problem = api.reject("POST", MATCH, same | other, status=422, code="invalid_request")
        assert pointers(problem) == [pointer]


def test_guessing_ends_with_the_budget_of_the_credential(admin: Caller, instances: list[Caller]) -> None:
    """All operations and instances share the limit. Beyond it, hits and misses get a 429."""
    victim = admin.create("Ann", keys={"ssn": [SSN]})
    own = admin.create("Bob")["profile_id"]
    instance = cycle(instances)
    guesses = iter(GUESSES)
    before = len(admin.audit())
    for operation in OPERATIONS_WITH_VALUES[:LIMIT]:
        assert send(next(instance), *request_with(operation, own, [next(guesses)])).status_code < 300
    for operation in OPERATIONS_WITH_VALUES * 2:
        for value in (SSN, next(guesses)):
            response = send(next(instance), *request_with(operation, own, [value]))
            assert response.status_code == 429
            assert check_problem(response)["code"] == "too_many_sensitive_values"
            assert response.headers["Retry-After"] == str(40 * 60)
    assert events_of(admin, victim, since=before) == []


def test_only_plain_values_of_sensitive_keys_are_charged(admin: Caller, instances: list[Caller]) -> None:
    """A value that the profile already has is charged. Masks and rejected requests are free."""
    agent = instances[0]
    ann = admin.create("Ann", keys={"ssn": [SSN]})
    path = f"/v1/profiles/{ann['profile_id']}"
    for _ in range(2 * LIMIT):
        agent.patch(path, {"keys": {"ssn": [MASKED]}})
        agent.post(f"{path}/keys", {"key": "ssn", "values": [MASKED]})
        agent.search(("customer_number", ["1"]))
        agent.call("POST", f"{path}/keys", {"key": "ssn", "values": ["1", "2"]}, status=422)
    for _ in range(LIMIT - 2):
        agent.patch(path, {"keys": {"ssn": [SSN]}})
    two = {"first_name": "Bob", "keys": {"ssn": ["1"], "pin": ["2"], "customer_number": ["3"]}}
    agent.post("/v1/profiles", two, status=201)
    agent.call("PATCH", path, {"keys": {"ssn": [SSN]}}, status=429)
    agent.patch(path, {"keys": {"ssn": [MASKED]}})


def test_two_values_are_rejected_if_the_budget_has_one_left(admin: Caller, instances: list[Caller]) -> None:
    """The whole request is rejected and costs nothing."""
    del admin
    agent = instances[0]
    for number in range(LIMIT - 1):
        agent.search(("ssn", [f"{number}"]))
    two = {"first_name": "Bob", "keys": {"ssn": ["1"], "pin": ["2"]}}
    agent.call("POST", "/v1/profiles", two, status=429)
    agent.search(("ssn", ["1"]))
    agent.call("POST", "/v1/profiles/search", {"criteria": [{"key": "ssn", "values": ["1"]}]}, status=429)


def test_the_budget_is_restored_in_the_next_hour(
    admin: Caller, instances: list[Caller], clock: list[datetime]
) -> None:
    """``Retry-After`` is the time until the next hour."""
    del admin
    search = {"criteria": [{"key": "ssn", "values": ["1"]}]}
    for _ in range(LIMIT):
        instances[0].post("/v1/profiles/search", search)
    clock[0] = NOON + timedelta(minutes=39, seconds=59, milliseconds=900)
    rejected = instances[1].call("POST", "/v1/profiles/search", search, status=429)
    assert rejected.headers["Retry-After"] == "1"
    clock[0] = NOON + timedelta(minutes=40)
    instances[1].post("/v1/profiles/search", search)


def test_each_address_in_one_value_is_counted(credentials: Credentials, admin: Caller) -> None:
    """So a list of addresses is no way around the limit."""
    admin.define("recovery", type="email", sensitive=True)
    settings = Settings(master_keys=ONE, sensitive_values_per_hour=LIMIT)
    client = create_app(settings, database=admin.database).test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {credentials.api_key(scopes=AGENT)}"
    caller = Caller(client, admin.database)
    addresses = [f"{number}@example.com" for number in range(LIMIT + 1)]
    for count, status in ((LIMIT + 1, 429), (LIMIT, 200), (1, 429)):
        body = {"criteria": [{"key": "recovery", "values": [", ".join(addresses[:count])]}]}
        caller.call("POST", "/v1/profiles/search", body, status=status)


@pytest.mark.parametrize(
    ("scopes", "per_hour", "status"),
    [(AGENT, 1, 429), ((*AGENT, Scope.REVEAL), 1, 200), (AGENT, 0, 200)],
)
def test_a_credential_with_the_reveal_scope_is_not_limited(
    credentials: Credentials, admin: Caller, scopes: tuple[Scope, ...], per_hour: int, status: int
) -> None:
    """A limit of 0 disables the limit for all credentials."""
    settings = Settings(master_keys=ONE, sensitive_values_per_hour=per_hour)
    client = create_app(settings, database=admin.database).test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {credentials.api_key(scopes=scopes)}"
    caller = Caller(client, admin.database)
    caller.search(("ssn", ["1"]))
    body = {"criteria": [{"key": "ssn", "values": ["2"]}]}
    caller.call("POST", "/v1/profiles/search", body, status=status)


@pytest.mark.parametrize(
    ("operation", "key"),
    [
        *((operation, "ssn") for operation in OPERATIONS_WITH_VALUES),
        # A creation does not check values of a search key that is not unique. No channel is matched on `pin`.
        *(
            (operation, "pin")
            for operation in OPERATIONS_WITH_VALUES[2:]
            if operation != "match by attribute"
        ),
    ],
)
def test_every_hit_is_in_the_audit_of_the_victim(
    credentials: Credentials, admin: Caller, operation: str, key: str
) -> None:
    """The event has the credential and the search key, which can be unique or not."""
    victim = admin.create("Ann", keys={key: ["078-05-1120"]})
    agent = credentials.caller(scopes=AGENT)
    before = len(admin.audit())
    response = send(agent, *request_with(operation, victim["profile_id"], ["078 051120"], key))
    assert response.status_code in {200, 409}
    hits = [
        event
        for event in admin.audit()[before:]
        if event["action"] in {"searched", "matched"} and event["profile_ids"] == [victim["profile_id"]]
    ]
    assert len(hits) == 1
    assert key in hits[0]["keys"]
    assert hits[0]["credential_id"].startswith("plk_")


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_each_owner_of_a_value_has_an_event(admin: Caller, method: str) -> None:
    """A request can contain values of several search keys. The response has one of the keys and no owner."""
    ann, bob = admin.create("Ann", keys={"ssn": [SSN]}), admin.create("Bob", keys={"passport": ["X1"]})
    own = admin.create("Cyd")["profile_id"]
    path = "/v1/profiles" if method == "POST" else f"/v1/profiles/{own}"
    body = {"first_name": "Cyd", "keys": {"ssn": [SSN], "passport": ["x1"]}}
    before = len(admin.audit())
    problem = check_problem(admin.call(method, path, body, status=409))
    assert (problem["code"], problem["key"]) == ("unique_key_taken", "passport")
    assert "profile_id" not in problem
    assert ann["profile_id"] not in repr(problem)
    assert bob["profile_id"] not in repr(problem)
    assert events_of(admin, ann, since=before) == [("searched", ["ssn"])]
    assert events_of(admin, bob, since=before) == [("searched", ["passport"])]


def test_a_conflict_on_an_ordinary_key_is_reported_before_one_on_a_sensitive_key(admin: Caller) -> None:
    """The problem contains the owner, so that an import can update the existing profile."""
    ann = admin.create("Ann", keys={"ssn": [SSN], "customer_number": ["C-1"]})
    body = {"first_name": "Ann", "keys": {"customer_number": ["C-1"], "ssn": [SSN]}}
    problem = check_problem(admin.call("POST", "/v1/profiles", body, status=409))
    assert (problem["key"], problem["profile_id"]) == ("customer_number", ann["profile_id"])
    assert events_of(admin, ann)[-1] == ("searched", ["customer_number", "ssn"])


def test_a_hit_that_only_the_cursor_discloses_is_in_the_audit(admin: Caller) -> None:
    """The page contains the guesser's own profile. Its cursor shows that there is another match."""
    ids = sorted(
        (admin.create(name) for name in ("Ann", "Bob")), key=lambda profile: str(profile["profile_id"])
    )
    own, victim = ids
    admin.post(f"/v1/profiles/{victim['profile_id']}/keys", {"key": "ssn", "values": [SSN]})
    before = len(admin.audit())
    response = admin.search(("profile_id", [own["profile_id"]]), ("ssn", [SSN]), operator="or", limit=1)
    assert [item["profile"]["profile_id"] for item in response["items"]] == [own["profile_id"]]
    assert response["next_cursor"] is not None
    assert events_of(admin, victim, since=before) == [("searched", ["profile_id", "ssn"])]


def test_a_hit_after_the_first_page_of_a_match_is_in_the_audit(admin: Caller) -> None:
    """The outcome and the cursor of a match depend on all candidates."""
    for name in ("Ann", "Bob"):
        admin.create(name, keys={"pin": ["4711"]})
    before = len(admin.audit())
    body = {
        "channel": "voice",
        "limit": 1,
        "attributes": {"profileSearchKey": "pin", "profileSearchValue": "4711"},
    }
    assert admin.post(MATCH, body)["outcome"] == "ambiguous"
    (event,) = admin.audit()[before:]
    assert len(event["profile_ids"]) == 2


@pytest.mark.parametrize("stage", [2, 3, 4])
def test_a_hit_that_excludes_the_profile_from_a_page_is_in_the_audit(admin: Caller, stage: int) -> None:
    """An invented cursor skips the stage of the victim's profile. A right guess then makes the page empty."""
    victim = admin.create("Ann", last_name="Smith", keys={"ssn": [SSN]})
    cursor = cursors.of_search(stage, f"{int(victim['profile_id'], 16) - 1:032x}")
    for guess, shown in (("1", [victim["profile_id"]]), (SSN, [])):
        before = len(admin.audit())
        criteria = ("ssn", [guess]), ("name", ["Ann Smith"])
        response = admin.search(*criteria, operator="or", cursor=cursor)
        assert [item["profile"]["profile_id"] for item in response["items"]] == shown
        assert events_of(admin, victim, since=before) == [("searched", ["name", "ssn"])]


@pytest.mark.parametrize("cursor", [None, cursors.of_search(0, "f" * 32)])
def test_a_hit_that_another_criterion_excludes_is_in_the_audit(admin: Caller, cursor: str | None) -> None:
    """The search needs all criteria and finds nothing, with and without an invented cursor."""
    victim = admin.create("Ann", keys={"ssn": [SSN]})
    admin.create("Bob")
    before = len(admin.audit())
    response = admin.search(("ssn", [SSN]), ("name", ["Bob"]), operator="and", cursor=cursor)
    assert response["items"] == []
    assert events_of(admin, victim, since=before) == [("searched", ["name", "ssn"])]


@pytest.mark.parametrize("cursor", [None, cursors.of_match((99, 0, 0, 0, 0, "f" * 32))])
@pytest.mark.parametrize(
    ("body", "keys"),
    [
        (
            {"attributes": {"profileSearchKey": "ssn", "profileSearchValue": SSN}},
            ["phone", "ssn"],
        ),
        ({"criteria": [{"key": "ssn", "values": [SSN]}]}, ["phone", "ssn"]),
    ],
    ids=["attributes", "criteria"],
)
def test_a_hit_of_a_match_without_candidates_is_in_the_audit(
    admin: Caller, body: Json, keys: list[str], cursor: str | None
) -> None:
    """An invented cursor points after all candidates, or no candidate meets the criterion."""
    victim = admin.create("Ann", keys={"ssn": [SSN]})
    admin.create("Bob", phone_numbers=[{"value": "+14155550101"}])
    before = len(admin.audit())
    response = admin.match(phone_number="+14155550101", cursor=cursor, **body)
    assert (response["candidates"] == []) == (cursor is not None or "criteria" in body)
    assert events_of(admin, victim, since=before) == [("matched", keys)]


def test_a_common_value_hides_no_hit_of_another_value(admin: Caller) -> None:
    """The audit records a limited number of profiles for each value, not for the whole request."""
    victim = admin.create("Zoe", keys={"ssn": [SSN]})
    ids = admin.database["profiles"].distinct("_id")
    bob = admin.create("Bob", keys={"pin": ["4711"]})
    document = admin.database["profiles"].find_one({"_id": bob["profile_id"]})
    copies = [document | {"_id": f"{number:032x}"} for number in range(MAX_HOLDERS + 1)]
    admin.database["profiles"].insert_many(copies)
    before = len(admin.audit())
    admin.search(("pin", ["4711"]), ("ssn", [SSN]), ("name", ["Cyd"]), operator="and")
    assert ids == [victim["profile_id"]]
    assert events_of(admin, victim, since=before) == [("searched", ["name", "pin", "ssn"])]


def test_a_miss_is_audited_as_a_read_and_a_hit_also_as_a_search(admin: Caller) -> None:
    """The response contains the profile, so each request is audited as a read."""
    ann = admin.create("Ann", keys={"ssn": [SSN]})
    path = f"/v1/profiles/{ann['profile_id']}"
    before = len(admin.audit())
    for method, where, body in (
        ("POST", f"{path}/keys/release", {"key": "ssn", "values": ["1"]}),
        ("POST", f"{path}/keys", {"key": "ssn", "values": ["078 05 1120"]}),
        ("PATCH", path, {"keys": {"ssn": [SSN]}}),
        ("PATCH", path, {"first_name": "Ann"}),
    ):
        assert admin.call(method, where, body).get_json()["version"] == 1
    assert events_of(admin, ann, since=before) == [
        ("read", ["ssn"]),
        ("searched", ["ssn"]),
        ("read", ["ssn"]),
        ("searched", ["ssn"]),
        ("read", ["ssn"]),
        ("read", ["name"]),
    ]


def test_a_new_value_that_a_request_repeats_is_no_hit(admin: Caller) -> None:
    """The profile did not have the value before."""
    ann = admin.create("Ann")
    before = len(admin.audit())
    body = {"key": "ssn", "values": [SSN, SSN]}
    assert admin.post(f"/v1/profiles/{ann['profile_id']}/keys", body)["version"] == 2
    assert events_of(admin, ann, since=before) == [("changed", ["ssn"])]


def test_a_request_with_a_used_idempotency_key_is_charged(
    credentials: Credentials, admin: Caller, instances: list[Caller]
) -> None:
    """Otherwise a client could guess the payload of another client's Idempotency-Key without a limit."""
    del credentials
    agent = instances[0]
    headers = {"Idempotency-Key": "row-1"}
    for path in ("/v1/profiles", "/v1/contacts/c-9/profile"):
        admin.post(path, {"first_name": "Ann", "keys": {"pin": [SSN]}}, status=201, headers=headers)
    admin.post("/v1/contacts/c-9/clear")
    for number, path in zip(range(LIMIT), cycle(["/v1/profiles", "/v1/contacts/c-9/profile"]), strict=False):
        body = {"first_name": "Ann", "keys": {"pin": [f"{number}"]}}
        agent.call("POST", path, body, status=422, headers=headers)
    for path in ("/v1/profiles", "/v1/contacts/c-9/profile"):
        body = {"first_name": "Ann", "keys": {"pin": [SSN]}}
        agent.call("POST", path, body, status=429, headers=headers)


def test_hits_are_audited_later_if_the_audit_fails() -> None:
    """The events are queued. If the queue is full, a hit and a miss get the same response."""
    database = WithFailingAudit(mongomock.MongoClient(tz_aware=True)["test"])
    app = create_app(Settings(master_keys=ONE, auth=False), database=database)
    api = Caller(app.test_client(), database)
    api.define("pin", type="digits", sensitive=True)
    ann = api.create("Ann", keys={"pin": [SSN]})
    path = f"/v1/profiles/{ann['profile_id']}"
    before = len(api.audit())
    hit = ("POST", f"{path}/keys", {"key": "pin", "values": ["078051120"]})
    miss = ("POST", f"{path}/keys/release", {"key": "pin", "values": ["1"]})
    database.audit.broken = True
    api.call(*hit)
    app.extensions["profile_lookup"].audit.max_queued = 2
    rejected = [check_problem(api.call(*call, status=503)) for call in (hit, miss)]
    assert len({problem["detail"] for problem in rejected}) == 1
    database.audit.broken = False
    assert events_of(api, ann, since=before) == [("searched", ["pin"]), ("read", ["pin"])]
