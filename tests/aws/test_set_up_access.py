"""Scopes, domains, the audit and the costs of the operations that set up a domain."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import orjson
import pytest
from flask import Flask, g

from service.api.http.context import RequestState
from service.aws.call import Call
from service.aws.views import OFFERED
from service.errors.access import Forbidden
from service.errors.amazon import NoProfileForObject
from service.errors.base import NotFound
from service.errors.search_keys import TooManySensitiveValues
from service.model.principal import ANONYMOUS, Scope
from tests.aws.calls import unique
from tests.aws.in_process import InProcess
from tests.aws.object_calls import define, only, put
from tests.aws.tiers import AGENT_TIER, MERGE_TIER, SET_UP_TIER

Json = dict[str, Any]

SCOPES = {
    "CreateDomain": {Scope.SETTINGS},
    "GetDomain": {Scope.SETTINGS, Scope.ADMIN},
    "UpdateDomain": {Scope.SETTINGS},
    "DeleteDomain": {Scope.SETTINGS},
    "ListDomains": {Scope.VIEW, Scope.SETTINGS},
    "ListAccountIntegrations": {Scope.VIEW},
    "PutProfileObjectType": {Scope.SETTINGS},
    "GetProfileObjectType": {Scope.VIEW, Scope.SETTINGS},
    "ListProfileObjectTypes": {Scope.VIEW, Scope.SETTINGS},
    "DeleteProfileObjectType": {Scope.SETTINGS},
    "PutProfileObject": {Scope.ADMIN},
    "DeleteProfileObject": {Scope.ADMIN},
    "TagResource": {Scope.SETTINGS},
    "UntagResource": {Scope.SETTINGS},
    "ListTagsForResource": {Scope.SETTINGS},
}


@pytest.fixture
def app(in_process: InProcess) -> Flask:
    """Return the application."""
    return in_process.client.application


def _call(app: Flask, operation: str, scopes: set[Scope], domain: str = "default", **values: Any) -> Any:
    """Call the view of an operation with a principal of these scopes and this domain."""
    offered = OFFERED[operation]
    principal = replace(ANONYMOUS, credential_id="test", domain=domain, scopes=frozenset(scopes))
    stores = app.extensions["profile_lookup"]
    loaded = offered.schema.load({"DomainName": domain, **values})
    with app.test_request_context():
        g.state = RequestState("r", 0.0, principal)
        return offered.view(Call(stores=stores, principal=principal, values=loaded, invocation_id=None))


def test_each_operation_is_in_a_tier() -> None:
    """The tests of each tier cover its operations."""
    assert sorted([*AGENT_TIER, *MERGE_TIER, *SET_UP_TIER]) == sorted(OFFERED)
    assert SCOPES.keys() == set(SET_UP_TIER)


@pytest.mark.parametrize(("operation", "scopes"), SCOPES.items())
def test_an_operation_needs_a_scope_of_its_twin(operation: str, scopes: set[Scope]) -> None:
    """That of `/v1`."""
    assert set(OFFERED[operation].scopes) == scopes


def test_objects_of_a_type_are_removed_with_the_scope_for_erasures_only(
    in_process: InProcess, app: Flask
) -> None:
    """They are personal data."""
    name = define(in_process, {})
    with pytest.raises(Forbidden):
        _call(app, "DeleteProfileObjectType", {Scope.SETTINGS}, ObjectTypeName=name)
    _call(app, "DeleteProfileObjectType", {Scope.SETTINGS, Scope.ADMIN}, ObjectTypeName=name)


def test_a_domain_sees_nothing_of_another_one(in_process: InProcess, app: Flask) -> None:
    """Neither object types nor objects, and neither values nor unique values."""
    every, customer = set(Scope), unique()
    name = define(in_process, {"custQ": "PROFILE"})
    key = put(in_process, name, id=1, custQ=customer)
    profile = only(in_process, "custQ", customer)
    own = {"ProfileId": profile["ProfileId"], "ObjectTypeName": name}
    for operation, values in (
        ("GetProfileObjectType", {"ObjectTypeName": name}),
        ("DeleteProfileObjectType", {"ObjectTypeName": name}),
        ("PutProfileObject", {"ObjectTypeName": name, "Object": '{"id": 1}'}),
        ("ListProfileObjects", own),
        ("DeleteProfileObject", {**own, "ProfileObjectUniqueKey": key}),
    ):
        with pytest.raises(NotFound):
            _call(app, operation, every, "theirs", **values)
    assert _call(app, "ListProfileObjectTypes", every, "theirs").body["Items"] == []
    definition = in_process("GetProfileObjectType", ObjectTypeName=name)
    members = {each: definition[each] for each in ("ObjectTypeName", "Description", "Fields", "Keys")}
    _call(app, "PutProfileObjectType", every, "theirs", **members, AllowProfileCreation=True)
    text = orjson.dumps({"id": 1, "custQ": customer}).decode()
    put_by_them = _call(app, "PutProfileObject", every, "theirs", ObjectTypeName=name, Object=text)
    assert put_by_them.body["ProfileObjectUniqueKey"] != key
    assert only(in_process, "custQ", customer) == profile
    _call(app, "DeleteProfileObjectType", every, "theirs", ObjectTypeName=name)
    listed = in_process("ListProfileObjects", **own)["Items"]
    assert [item["ProfileObjectUniqueKey"] for item in listed] == [key]


def test_objects_with_sensitive_values_are_limited(in_process: InProcess, app: Flask) -> None:
    """They could be guesses: an object that belongs to no profile is an error."""
    definition = {"label": "Code", "type": "digits", "sensitive": True}
    in_process.v1("PUT", "/v1/search-keys/guessed_code", definition, expect=201)
    name = define(in_process, {"guessedCode": "PROFILE"}, creates=False)
    scopes = {Scope.ADMIN}
    for number in range(1000):
        text = orjson.dumps({"id": 1, "guessedCode": f"{number:06}"}).decode()
        with pytest.raises((NoProfileForObject, TooManySensitiveValues)) as caught:
            _call(app, "PutProfileObject", scopes, ObjectTypeName=name, Object=text)
        if caught.type is TooManySensitiveValues:
            return
    pytest.fail("There is no limit.")


def test_objects_are_audited(in_process: InProcess, app: Flask) -> None:
    """With the search keys, and without values."""
    name, customer = define(in_process, {"custP": "PROFILE"}), unique()
    key = put(in_process, name, id=1, custP=customer)
    put(in_process, name, id=2, custP=customer)
    profile_id = only(in_process, "custP", customer)["ProfileId"]
    in_process("ListProfileObjects", ProfileId=profile_id, ObjectTypeName=name)
    values = {"ProfileId": profile_id, "ObjectTypeName": name, "ProfileObjectUniqueKey": key}
    in_process("DeleteProfileObject", **values)
    app.extensions["profile_lookup"].audit.flush()
    events = in_process.v1("GET", f"/v1/audit?profile_id={profile_id}")["items"]
    assert sorted((event["action"], event["keys"]) for event in events) == [
        ("changed", ["cust_p", "object_id"]),
        ("changed", ["object_id"]),
        ("created", ["cust_p", "object_id"]),
        ("read", []),
        ("searched", ["cust_p"]),
        ("searched", ["cust_p"]),
    ]


COSTS: list[tuple[str, Json, str]] = [
    ("CreateDomain", {"DefaultExpirationDays": 1}, "insert"),
    ("GetDomain", {}, "find aggregate aggregate"),
    ("UpdateDomain", {"DefaultExpirationDays": 2}, "findAndModify"),
    ("ListDomains", {}, "find"),
    ("ListAccountIntegrations", {"Uri": "arn:aws:connect:us-east-1:123456789012:instance/a"}, "find"),
    ("GetProfileObjectType", {"ObjectTypeName": "{name}"}, "find"),
    ("ListProfileObjectTypes", {}, "find"),
    # The object type, the domain, the value, the object, the profile, and the domain again for the change.
    (
        "PutProfileObject",
        {"ObjectTypeName": "{name}", "Object": '{{"id": 1, "custO": "{customer}"}}'},
        "find find find find find find find find update find",
    ),
    (
        "PutProfileObject",
        {"ObjectTypeName": "{name}", "Object": '{{"id": "{new}", "custO": "{customer}"}}'},
        "find find find find find find find find update insert find insert",
    ),
    # In addition, the profile is claimed, its values are looked up again, and a merge of it is looked for
    # before and after its creation.
    (
        "PutProfileObject",
        {"ObjectTypeName": "{name}", "Object": '{{"id": "{new}", "custO": "{new}"}}'},
        "find find find find find insert find find find find insert find find update find insert",
    ),
    (
        "ListProfileObjects",
        {"ProfileId": "{profile}", "ObjectTypeName": "{name}"},
        "find find find find find",
    ),
    (
        "DeleteProfileObject",
        {"ProfileId": "{profile}", "ObjectTypeName": "{name}", "ProfileObjectUniqueKey": "{key}"},
        "find delete find find find find update insert",
    ),
    ("DeleteProfileObjectType", {"ObjectTypeName": "{name}"}, "find insert delete delete delete"),
]


@pytest.mark.parametrize(("operation", "values", "expected"), COSTS)
def test_an_operation_sends_only_the_listed_commands(
    in_process: InProcess, operation: str, values: dict[str, Any], expected: str
) -> None:
    """However many objects a profile has."""
    customer = unique()
    name = define(in_process, {"custO": "PROFILE"})
    keys = [put(in_process, name, id=number, custO=customer) for number in (1, 2)]
    names = {
        "name": name,
        "customer": customer,
        "new": unique(),
        "key": keys[0],
        "profile": only(in_process, "custO", customer)["ProfileId"],
    }
    filled: Json = {
        member: value.format(**names) if isinstance(value, str) else value for member, value in values.items()
    }
    if operation == "CreateDomain":
        stores = in_process.client.application.extensions["profile_lookup"]
        stores.amazon_domains.remove("default")
    in_process.commands.sent.clear()
    in_process(operation, **filled)
    assert " ".join(in_process.commands.names) == expected
    for command in in_process.commands.sent:
        if command.get(next(iter(command))) in {"amazon_domains", "object_types", "profile_objects"}:
            assert all(query.get("domain") == "default" for query in _queries(command)), command


def _queries(command: Json) -> Iterator[Json]:
    """Yield the filters and new documents of a command."""
    yield from (command[name] for name in ("filter", "query") if name in command)
    yield from (command["pipeline"][0]["$match"] for _ in range("pipeline" in command))
    yield from (each["q"] for name in ("updates", "deletes") for each in command.get(name, ()))
    yield from command.get("documents", ())
