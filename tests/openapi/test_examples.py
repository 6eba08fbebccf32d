"""The document's examples are valid. The service accepts the requests and returns the responses."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from schemas import examples
from tests.openapi.requests import REQUESTS

Validators = Callable[[dict[str, Any]], jsonschema_rs.Draft202012Validator]

PATH_VALUES = {"contact_id": "c-1", "key": "ssn"}
SEQUENCE = (
    ("defineSearchKey", 201),
    ("defineSearchKey", 200),
    ("listSearchKeys", 200),
    ("createProfile", 201),
    ("readProfile", 200),
    ("updateProfile", 200),
    ("addKeyValues", 200),
    ("revealKeyValues", 200),
    ("executeBatch", 200),
    ("listProfiles", 200),
    ("countProfiles", 200),
    ("listChanges", 200),
    ("searchProfiles", 200),
    ("listSearchKeyProfiles", 200),
    ("matchContact", 200),
    ("releaseKeyValues", 200),
    ("associateContact", 201),
    ("associateContact", 200),
    ("readAssociation", 200),
    ("readContact", 200),
    ("searchContacts", 200),
    ("listProfileContacts", 200),
    ("disassociateContact", 204),
    ("createProfileForContact", 201),
    ("listDuplicates", 200),
    ("mergeProfiles", 200),
    ("listMerges", 200),
    ("undoMerge", 200),
    ("clearContact", 200),
    ("readCredential", 200),
    ("readSettings", 200),
    ("updateSettings", 200),
    ("createAgentToken", 201),
    ("exportProfile", 200),
    ("listAuditEvents", 200),
    ("removeSearchKey", 204),
    ("deleteProfile", 204),
    ("readLiveness", 200),
    ("readReadiness", 200),
    ("readMetrics", 200),
)
"""All operations with their statuses, in an order in which all of them succeed."""


def find_examples(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Yield each example of the document with its path and schema."""
    if isinstance(node, list):
        for position, inner in enumerate(node):
            yield from find_examples(inner, f"{path}/{position}")
    elif isinstance(node, dict):
        schema = node.get("schema", node)
        if "example" in node and not path.endswith("/properties"):
            yield path, schema, node["example"]
        if "schema" in node:
            for code, example in node.get("examples", {}).items():
                yield f"{path}/{code}", schema, example["value"]
        for name, inner in node.items():
            if name not in {"example", "examples"} or path.endswith("/properties"):
                yield from find_examples(inner, f"{path}/{name}")


def operation(document: dict[str, Any], operation_id: str) -> tuple[str, str, dict[str, Any]]:
    """Return an operation of the document with its method and path."""
    return next(
        (method, path, documented)
        for path, item in document["paths"].items()
        for method, documented in item.items()
        if method != "parameters" and documented["operationId"] == operation_id
    )


def call(
    app: Flask, document: dict[str, Any], operation_id: str, profile_id: str, **others: str
) -> TestResponse:
    """Call an operation with its example as the body.

    ``others`` are the IDs of another profile and of a merge.
    """
    method, path, documented = operation(document, operation_id)
    content = documented.get("requestBody", {"content": {None: {}}})["content"]
    media_type, documented_body = next(iter(content.items()))
    # The first form of a body with several forms is the usual one.
    forms = documented_body.get("examples", {"": {"value": documented_body.get("example")}})
    body = next(iter(forms.values()))["value"]
    if body and "profile_id" in body:
        body = body | {"profile_id": profile_id}
    if body and "other_id" in others and "profile_ids" in body:
        body = {"profile_ids": [others["other_id"]]}
    return app.test_client().open(
        path.format(profile_id=profile_id, **PATH_VALUES, **others),
        method=method.upper(),
        json=body,
        headers={"Content-Type": media_type} if media_type else {},
    )


def test_every_example_is_valid(document: dict[str, Any], validator: Validators) -> None:
    """The examples of requests, responses, parameters and headers match their JSON Schema (2020-12)."""
    examples_found = list(find_examples(document))
    assert len(examples_found) > 100
    for path, schema, example in examples_found:
        errors = [error.message for error in validator(schema).iter_errors(example)]
        assert not errors, (path, errors)


def test_every_request_schema_loads_its_example(document: dict[str, Any]) -> None:
    """Each request schema has an example in the document."""
    loaded = set()
    for path, schema, example in find_examples(document["paths"]):
        if "/requestBody/" in path:
            # The examples of several forms have the names of their schemas.
            reference = schema.get("$ref", path)
            name = reference.rpartition("/")[2]
            REQUESTS[name].load(example)
            loaded.add(name)
    assert loaded == set(REQUESTS)


def test_each_operation_accepts_its_example(
    app: Flask, document: dict[str, Any], validator: Validators
) -> None:
    """The response has the documented headers and body."""
    profile_id, others = "", dict[str, str]()
    for operation_id, status in SEQUENCE:
        response = call(app, document, operation_id, profile_id, **others)
        assert response.status_code == status, (operation_id, response.text)
        documented = operation(document, operation_id)[2]["responses"][str(status)]
        # Only the response to a repeated request, or with the ID of a merged profile, has these headers.
        always = set(documented["headers"]) - {"Idempotency-Replayed", "Profile-Merged-Into"}
        assert always <= set(response.headers.keys()), operation_id
        for media_type, content in documented.get("content", {}).items():
            assert response.mimetype == media_type, operation_id
            body = response.json if response.is_json else response.text
            assert not list(validator(content["schema"]).iter_errors(body)), operation_id
        if operation_id == "createProfile":
            profile_id = response.json["profile_id"]  # type: ignore[index] # it was validated
        if operation_id == "createProfileForContact":
            others["other_id"] = response.json["profile_id"]  # type: ignore[index] # it was validated
        if operation_id == "mergeProfiles":
            others["merge_id"] = response.json["merge_id"]  # type: ignore[index] # it was validated
    assert {name for name, _ in SEQUENCE} == {
        documented["operationId"]
        for item in document["paths"].values()
        for method, documented in item.items()
        if method != "parameters"
    }


@pytest.mark.parametrize(
    "operation_id", ["createProfile", "searchProfiles", "matchContact", "defineSearchKey"]
)
def test_the_service_responds_to_an_example_with_the_example_of_the_response(
    app: Flask, document: dict[str, Any], operation_id: str
) -> None:
    """Only IDs, times and search keys may differ. The profile of the example has a possible duplicate."""
    call(app, document, "defineSearchKey", "")
    profile_id = call(app, document, "createProfile", "").get_json()["profile_id"]
    response = call(app, document, operation_id, profile_id)
    documented = operation(document, operation_id)[2]["responses"]
    expected = documented["201" if response.status_code == 201 else "200"]["content"]["application/json"]
    assert remove_volatile(response.get_json()) == remove_volatile(expected["example"])


def test_the_examples_use_the_same_profile(app: Flask, document: dict[str, Any]) -> None:
    """The examples of later operations find the data that earlier operations created."""
    call(app, document, "defineSearchKey", "")
    profile_id = call(app, document, "createProfile", "").get_json()["profile_id"]

    def example(operation_id: str) -> Any:
        response = call(app, document, operation_id, profile_id)
        assert response.status_code < 300, response.text
        return response.get_json()

    matched = example("matchContact")
    assert (matched["outcome"], matched["candidates"][0]["profile"]["profile_id"]) == ("unique", profile_id)
    assert [item["profile"]["profile_id"] for item in example("searchProfiles")["items"]] == [profile_id]
    assert example("addKeyValues")["keys"] == examples.PROFILE["keys"]
    assert example("revealKeyValues") == examples.REVEALED
    assert example("releaseKeyValues")["keys"] == {}
    example("associateContact")
    example("clearContact")
    for operation_id in ("searchContacts", "listProfileContacts"):
        assert [contact["contact_id"] for contact in example(operation_id)["items"]] == ["c-1"]


def test_the_example_of_a_match_finds_a_customer_of_the_readme(app: Flask, document: dict[str, Any]) -> None:
    """After the commands of the README, the example of a match in /docs has a result."""
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    bodies = re.findall(
        r"^(?:TARO|HANAKO)=[^\n]* -d '(\{.*?\})' \| profile_id\)$", readme, re.DOTALL | re.MULTILINE
    )
    assert len(bodies) == 2
    for body in bodies:
        assert app.test_client().post("/v1/profiles", json=json.loads(body)).status_code == 201
    matched = call(app, document, "matchContact", "").get_json()
    assert (matched["outcome"], matched["candidates"][0]["profile"]["first_name"]) == ("unique", "太郎")
    assert json.dumps(examples.MATCH_REQUEST) in readme
    items = call(app, document, "searchProfiles", "").get_json()["items"]
    assert [item["profile"]["first_name"] for item in items] == ["太郎"]


def remove_volatile(value: Any) -> Any:
    """Return the value without members that differ between runs."""
    if isinstance(value, list):
        return [remove_volatile(item) for item in value]
    if isinstance(value, dict):
        volatile = {"profile_id", "contact_id", "created_at", "updated_at", "keys"}
        return {name: remove_volatile(item) for name, item in value.items() if name not in volatile}
    return value
