"""The scopes and the agent of a credential."""

from typing import Any

import pytest
from flask import Flask

from service.api.http.authentication import scopes_of
from service.model.principal import Scope
from tests.api.caller import check_problem, pointers
from tests.api.credentials import Credentials
from tests.api.operations import OPERATIONS, PROFILE_ID, Operation

VIEW, EDIT, CREATE, MERGE, ADMIN, REVEAL, SETTINGS, TOKENS = Scope
REQUIRED: dict[str, tuple[Scope, ...]] = {
    "POST /v1/contacts/{contact_id}/match": (VIEW,),
    "PUT /v1/contacts/{contact_id}/association": (VIEW,),
    "GET /v1/contacts/{contact_id}/association": (VIEW,),
    "DELETE /v1/contacts/{contact_id}/association": (VIEW,),
    "POST /v1/contacts/{contact_id}/clear": (VIEW,),
    "GET /v1/contacts/{contact_id}": (VIEW,),
    "POST /v1/contacts/{contact_id}/profile": (CREATE,),
    "POST /v1/contacts/search": (VIEW,),
    "POST /v1/profiles": (CREATE,),
    "POST /v1/profiles/batch": (CREATE, EDIT, ADMIN),
    "GET /v1/profiles": (ADMIN,),
    "GET /v1/profiles/count": (ADMIN,),
    "GET /v1/profiles/changes": (ADMIN,),
    "GET /v1/profiles/{profile_id}": (VIEW,),
    "PATCH /v1/profiles/{profile_id}": (EDIT,),
    "DELETE /v1/profiles/{profile_id}": (ADMIN,),
    "POST /v1/profiles/{profile_id}/keys": (EDIT,),
    "POST /v1/profiles/{profile_id}/keys/release": (EDIT,),
    "POST /v1/profiles/{profile_id}/reveal": (REVEAL,),
    "POST /v1/profiles/search": (VIEW,),
    "GET /v1/profiles/{profile_id}/contacts": (VIEW,),
    "GET /v1/profiles/{profile_id}/duplicates": (VIEW,),
    "GET /v1/profiles/{profile_id}/export": (ADMIN,),
    "POST /v1/profiles/{profile_id}/merge": (MERGE,),
    "GET /v1/profiles/{profile_id}/merges": (VIEW,),
    "POST /v1/merges/{merge_id}/undo": (MERGE,),
    "GET /v1/audit": (ADMIN,),
    "GET /v1/search-keys": (VIEW,),
    "PUT /v1/search-keys/{key}": (SETTINGS,),
    "GET /v1/search-keys/{key}/profiles": (ADMIN,),
    "DELETE /v1/search-keys/{key}": (SETTINGS,),
    "GET /v1/settings": (SETTINGS,),
    "PATCH /v1/settings": (SETTINGS,),
    "GET /v1/credential": (VIEW,),
    "POST /v1/agent-tokens": (TOKENS,),
}
"""The scopes of which each operation needs any. A change in the code must be repeated here."""

INCLUDED: dict[Scope, set[Scope]] = {
    VIEW: {VIEW},
    EDIT: {EDIT, VIEW},
    CREATE: {CREATE, VIEW},
    MERGE: {MERGE, VIEW},
    ADMIN: {ADMIN},
    REVEAL: {REVEAL},
    SETTINGS: {SETTINGS},
    TOKENS: {TOKENS},
}
"""The scopes that each scope includes. Editing and creating include viewing, as in Amazon Connect."""

_PAGES = {f"{page}{path}" for page in ("/docs", "/panel") for path in ("", "/", "/<path:path>")}
PUBLIC = {"/", "/livez", "/readyz", "/metrics", "/openapi.json"} | _PAGES


def test_every_route_declares_a_scope_or_is_marked_public(authenticated_app: Flask) -> None:
    """Public routes return no data of a domain."""
    public = set()
    for rule in authenticated_app.url_map.iter_rules():
        if not scopes_of(authenticated_app.view_functions[rule.endpoint]):
            public.add(rule.rule)
    assert public == PUBLIC


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_an_operation_succeeds_with_its_scope_and_no_other(
    credentials: Credentials, operation: Operation
) -> None:
    """A rejected request changes nothing. Its problem has the required scope."""
    required = REQUIRED[str(operation)]
    for scope in Scope:
        api = credentials.caller(scopes={scope})
        if not INCLUDED[scope].isdisjoint(required):
            response = api.client.open(operation.path, method=operation.method, json=operation.body)
            assert response.status_code not in {401, 403, 500}, scope
            continue
        before = api.dump()
        response = api.call(operation.method, operation.path, operation.body, status=403)
        problem = check_problem(response)
        scopes = " ".join(required)
        assert (problem["code"], problem["scope"]) == ("insufficient_scope", scopes), scope
        assert all(each in problem["detail"] for each in required)
        challenge = f'Bearer realm="profile-lookup", error="insufficient_scope", scope="{scopes}"'
        assert response.headers["WWW-Authenticate"] == challenge
        assert api.dump() == before


def test_a_credential_without_a_valid_scope_has_no_access(credentials: Credentials) -> None:
    """The credential has a scope that this release does not know."""
    key = credentials.api_key(scopes={VIEW})
    credentials.anonymous.database["api_keys"].update_one(
        {"_id": key[:20]}, {"$set": {"scopes": ["profiles:fax"]}}
    )
    for operation in OPERATIONS:
        credentials.with_authorization(f"Bearer {key}").call(
            operation.method, operation.path, operation.body, status=403
        )


def test_the_openapi_document_has_the_scope_of_each_operation(authenticated_app: Flask) -> None:
    """The document also has the 401 and 403 responses. Public operations have no scope."""
    document: Any = authenticated_app.test_client().get("/openapi.json").get_json()
    (scheme,) = document["components"]["securitySchemes"].items()
    assert (scheme[1]["type"], scheme[1]["scheme"]) == ("http", "bearer")
    documented = {
        f"{method.upper()} {path}": operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    }
    for name, operation in documented.items():
        required = REQUIRED.get(name, ())
        assert operation["security"] == [{scheme[0]: [scope]} for scope in required], name
        assert {"401", "403"}.isdisjoint(operation["responses"]) == (not required), name
    assert REQUIRED.keys() <= documented.keys()
    assert {name for name in documented if name not in REQUIRED} == {
        "GET /livez",
        "GET /readyz",
        "GET /metrics",
    }


def test_an_association_gets_the_agent_of_the_credential(credentials: Credentials) -> None:
    """The request contains the same agent, no agent or null."""
    api = credentials.caller(agent_id="agent-7")
    profile_id = api.create()["profile_id"]
    bodies: list[dict[str, Any]] = [{}, {"agent_id": None}, {"agent_id": "agent-7"}]
    for number, agent in enumerate(bodies):
        association = api.associate(f"c-{number}", profile_id, **agent)
        assert association["agent_id"] == "agent-7"
    api.post("/v1/contacts/c-3/profile", {"first_name": "Bo"}, status=201)
    api.post("/v1/contacts/c-4/profile?agent_id=agent-7", {"first_name": "Bo"}, status=201)
    contacts = api.post("/v1/contacts/search", {"agent_id": "agent-7"})["items"]
    assert {contact["contact_id"] for contact in contacts} == {"c-0", "c-1", "c-2", "c-3", "c-4"}


def test_an_agent_cannot_act_as_another_agent(credentials: Credentials) -> None:
    """The error's pointer refers to the field. Nothing is stored."""
    api = credentials.caller(agent_id="agent-7")
    profile_id = api.create()["profile_id"]
    other_agent = {"profile_id": profile_id, "agent_id": "agent-8"}
    requests: list[tuple[str, str, Any]] = [
        ("PUT", "/v1/contacts/c-1/association", other_agent),
        ("PUT", "/v1/contacts/c-1/association", {**other_agent, "profile_id": PROFILE_ID}),
        ("POST", "/v1/contacts/c-1/profile?agent_id=agent-8", {"first_name": "Bo"}),
    ]
    for method, path, body in requests:
        problem = api.reject(method, path, body, status=422, code="invalid_request")
        assert pointers(problem) == ["/agent_id"]
        assert "agent-7" not in str(problem)


def test_a_credential_without_an_agent_can_act_for_any_agent(credentials: Credentials) -> None:
    """For example, the server of a frontend acts for all of its agents."""
    api = credentials.caller()
    profile_id = api.create()["profile_id"]
    assert api.associate("c-1", profile_id, agent_id="agent-8")["agent_id"] == "agent-8"
    assert api.associate("c-2", profile_id)["agent_id"] is None


def test_every_operation_is_in_the_table_of_scopes() -> None:
    """A new operation must be added with its scope."""
    assert REQUIRED.keys() == {str(operation) for operation in OPERATIONS}
