"""Scopes, audit and the limit on sensitive values are those of `/v1`."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask, g

from service.api.http.context import RequestState
from service.aws.call import Call
from service.aws.views import OFFERED
from service.errors.access import Forbidden
from service.errors.search_keys import TooManySensitiveValues
from service.model.principal import ANONYMOUS, Scope
from tests.aws.calls import pair, unique
from tests.aws.in_process import InProcess

SCOPES = {
    "SearchProfiles": Scope.VIEW,
    "BatchGetProfile": Scope.VIEW,
    "ListProfileObjects": Scope.VIEW,
    "AddProfileKey": Scope.VIEW,
    "DeleteProfileKey": Scope.VIEW,
    "CreateProfile": Scope.CREATE,
    "UpdateProfile": Scope.EDIT,
    "DeleteProfile": Scope.ADMIN,
    "MergeProfiles": Scope.MERGE,
    "GetSimilarProfiles": Scope.VIEW,
    "GetMatches": Scope.ADMIN,
}


def _call(app: Flask, operation: str, scopes: set[Scope], **values: Any) -> Any:
    """Call the view of an operation with a principal of these scopes."""
    offered = OFFERED[operation]
    principal = replace(ANONYMOUS, credential_id="test", scopes=frozenset(scopes))
    call = Call(
        stores=app.extensions["profile_lookup"],
        principal=principal,
        values=offered.schema.load({"DomainName": "default", **values}),
        invocation_id=None,
    )
    with app.test_request_context():
        g.state = RequestState("r", 0.0, principal)
        return offered.view(call)


@pytest.fixture
def app(in_process: InProcess) -> Flask:
    """Return the application."""
    return in_process.client.application


@pytest.mark.parametrize(("operation", "scope"), SCOPES.items())
def test_an_operation_needs_the_scope_of_its_twin(operation: str, scope: Scope) -> None:
    """That of `/v1`."""
    assert OFFERED[operation].scopes == (scope,)


@pytest.mark.parametrize("operation", ["AddProfileKey", "DeleteProfileKey"])
def test_only_contacts_can_be_associated_without_the_scope_to_edit(
    in_process: InProcess, app: Flask, operation: str
) -> None:
    """As on `/v1`, and as with Amazon's permission to view profiles."""
    profile = in_process("CreateProfile", FirstName="Jo")
    _call(app, operation, {Scope.VIEW}, **profile, **pair("_ctrContactId", unique()))
    for key in ("_phone", "_account", "_orderId", "_fullName", "other"):
        with pytest.raises(Forbidden):
            _call(app, operation, {Scope.VIEW}, **profile, **pair(key, "1"))
    _call(app, operation, {Scope.EDIT}, **profile, **pair("_phone", "1"))


def test_searches_by_sensitive_values_are_limited(in_process: InProcess, app: Flask) -> None:
    """They could be guesses. Additions and deletions count too."""
    in_process.v1(
        "PUT", "/v1/search-keys/pin", {"label": "PIN", "type": "digits", "sensitive": True}, expect=201
    )
    profile = in_process("CreateProfile", FirstName="Jo")
    operations = ["SearchProfiles", "AddProfileKey", "DeleteProfileKey"]
    for number in range(1000):
        values = profile if (operation := operations[number % 3]) != "SearchProfiles" else {}
        try:
            _call(app, operation, {Scope.EDIT}, **values, **pair("pin", f"{number:06}"))
        except TooManySensitiveValues:
            break
    else:
        pytest.fail("There is no limit.")
    for operation in operations[1:]:
        with pytest.raises(TooManySensitiveValues):
            _call(app, operation, {Scope.EDIT}, **profile, **pair("pin", "1"))


def test_each_operation_is_audited(in_process: InProcess, app: Flask) -> None:
    """With the search keys in the request, and without values."""
    profile = in_process("CreateProfile", FirstName="Jo", PhoneNumber="+14155550166")
    contact = unique()
    in_process("SearchProfiles", **pair("_profileId", profile["ProfileId"]))
    in_process("UpdateProfile", **profile, EmailAddress="jo@example.com")
    in_process("UpdateProfile", **profile, FirstName="Jo")
    in_process("AddProfileKey", **profile, **pair("_ctrContactId", contact))
    in_process("AddProfileKey", **profile, **pair("_caseId", "1"))
    in_process("ListProfileObjects", **profile, ObjectTypeName="CTR")
    in_process("DeleteProfileKey", **profile, **pair("_ctrContactId", contact))
    in_process("BatchGetProfile", ProfileIds=[profile["ProfileId"]])
    in_process("DeleteProfile", **profile)
    app.extensions["profile_lookup"].audit.flush()
    events = in_process.v1("GET", f"/v1/audit?profile_id={profile['ProfileId']}")["items"]
    assert [(event["action"], event["keys"], event["contact_id"]) for event in reversed(events)] == [
        ("created", ["name", "phone"], None),
        ("searched", ["profile_id"], None),
        ("changed", ["email"], None),
        ("read", ["name"], None),
        ("associated", [], contact),
        ("changed", ["case_id"], None),
        ("read", [], None),
        ("disassociated", [], contact),
        ("read", [], None),
        ("erasing", [], None),
        ("erased", [], None),
    ]


@pytest.mark.parametrize("operation", ["AddProfileKey", "DeleteProfileKey"])
def test_contacts_before_an_error_are_audited(in_process: InProcess, operation: str) -> None:
    """The contact is changed although the call is a bad request, because a later one is cleared."""
    profile, first, cleared = in_process("CreateProfile", FirstName="Jo"), unique(), unique()
    for contact in (first, cleared):
        in_process("AddProfileKey", **profile, **pair("_ctrContactId", contact))
    in_process.v1("POST", f"/v1/contacts/{cleared}/clear")
    in_process(operation, expect=400, **profile, KeyName="_ctrContactId", Values=[first, cleared])
    event = in_process.v1("GET", f"/v1/audit?profile_id={profile['ProfileId']}&limit=1")["items"][0]
    action = "associated" if operation == "AddProfileKey" else "disassociated"
    assert (event["action"], event["contact_id"]) == (action, first)


def test_a_call_has_20_contacts_at_most(in_process: InProcess) -> None:
    """They are associated one after another, before the deadline of the call."""
    profile, values = in_process("CreateProfile", FirstName="Jo"), [unique() for _ in range(21)]
    error = in_process("AddProfileKey", expect=400, **profile, KeyName="_ctrContactId", Values=values)
    assert error["Error"]["Message"].startswith("Values: A call can have 20 contacts")
