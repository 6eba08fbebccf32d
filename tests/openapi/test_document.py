"""The committed OpenAPI document is complete and matches the service."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask

METHODS = ("get", "put", "post", "patch", "delete")
PROBLEM = "application/problem+json"
_ROOT = Path(__file__).parents[2]
_PAGES = [_ROOT / "README.md", *sorted((_ROOT / "docs").glob("*.md"))]


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each operation with its method and path."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield f"{method.upper()} {path}", item[method]


def resolve(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """Return the target of a reference, or the node itself."""
    for step in node.get("$ref", "").removeprefix("#").split("/")[1:]:
        document = document[step]
    return document if "$ref" in node else node


def parameters(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each parameter with its path and name."""
    for path, item in document["paths"].items():
        nodes = [*item.get("parameters", ())]
        nodes += [node for method in METHODS for node in item.get(method, {}).get("parameters", ())]
        for node in nodes:
            parameter = resolve(document, node)
            yield f"{path} {parameter['name']}", parameter


def responses(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield each response with its operation and status."""
    for name, operation in operations(document):
        for status, response in operation["responses"].items():
            yield name, status, resolve(document, response)


def schemas(node: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield a component and its properties, with their paths."""
    yield path, node
    for name, inner in node.get("properties", {}).items():
        yield from schemas(inner, f"{path}/{name}")


def test_the_openapi_command_writes_the_committed_document(document_path: Path, tmp_path: Path) -> None:
    """If this fails, run `make openapi`. Each `make openapi` has another hash seed, with the same output."""
    output = tmp_path / "openapi.yaml"
    command = [sys.executable, "-m", "service.cli", "openapi", "--output", str(output)]
    environment = os.environ | {"PYTHONHASHSEED": "4711"}
    subprocess.run(command, check=True, cwd=document_path.parent, env=environment)
    assert output.read_bytes() == document_path.read_bytes()


def test_the_document_contains_exactly_the_routes_of_the_api(app: Flask, document: dict[str, Any]) -> None:
    """The API consists of the routes under /v1, the health checks and the metrics."""
    routes = {
        method + " " + re.sub("<([^>]+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/v1/") or rule.rule in {"/livez", "/readyz", "/metrics"}
    }
    assert routes == {name for name, _ in operations(document)}


def test_every_operation_is_described(document: dict[str, Any]) -> None:
    """Each operation has a summary, a description, a unique ID and one tag with a description."""
    described = {tag["name"] for tag in document["tags"] if tag["description"]}
    for name, operation in operations(document):
        assert operation["summary"], name
        assert not operation["summary"].endswith("."), name
        assert operation["description"], name
        assert len(operation["tags"]) == 1, name
        assert described.issuperset(operation["tags"]), name
    ids = [operation["operationId"] for _, operation in operations(document)]
    assert len(ids) == len(set(ids))


def test_every_body_and_every_parameter_has_an_example(document: dict[str, Any]) -> None:
    """Every successful response and every header also has an example."""
    for name, parameter in parameters(document):
        assert "example" in parameter or not parameter["required"], name
        assert parameter["description"], name
    for name, operation in operations(document):
        for media_type in operation.get("requestBody", {}).get("content", {}).values():
            assert media_type.keys() & {"example", "examples"}, name
    for name, status, response in responses(document):
        if status.startswith("2") and status != "204":
            assert response["content"], (name, status)
            assert all("example" in media_type for media_type in response["content"].values()), (name, status)
    assert all("example" in header for header in document["components"]["headers"].values())


def test_every_error_is_a_problem_with_an_example_for_each_code(document: dict[str, Any]) -> None:
    """An example has the code and the status under which it is documented. Gunicorn sends the 4XX."""
    for name, status, response in responses(document):
        if status[0] in "45" and status != "4XX":
            (media_type,) = response["content"]
            assert media_type == PROBLEM, (name, status)
            assert response["content"][PROBLEM]["schema"] == {"$ref": "#/components/schemas/Problem"}
            examples = response["content"][PROBLEM]["examples"]
            assert examples, (name, status)
            for code, example in examples.items():
                assert example["summary"], (name, code)
                assert example["value"]["code"] == code, name
                assert str(example["value"]["status"]) == status, (name, code)


def test_the_headers_are_documented(document: dict[str, Any]) -> None:
    """All responses have X-Request-Id. Other headers depend on the status and on the body."""
    for name, status, response in responses(document):
        if status == "4XX":
            continue
        headers = set(response["headers"])
        assert "X-Request-Id" in headers, (name, status)
        assert ("WWW-Authenticate" in headers) == (status in {"401", "403"}), (name, status)
        assert ("Retry-After" in headers) == (status in {"429", "503"}), (name, status)
        assert ({"RateLimit", "RateLimit-Policy"} <= headers) == (status == "429"), (name, status)
        schema = response.get("content", {}).get("application/json", {}).get("schema", {})
        shown = schema.get("$ref", "").rpartition("/")[2]
        is_profile = shown in {"Profile", "CreatedProfile"}
        is_merged = shown == "MergedProfile"
        assert ("ETag" in headers) == (is_profile or is_merged), (name, status)
        assert "Profile-Merged-Into" in headers or not (is_profile or is_merged), (name, status)
        assert ("Location" in headers) == (is_profile and status == "201"), (name, status)


def test_merge_patches_accept_both_media_types(document: dict[str, Any]) -> None:
    """PATCH accepts application/merge-patch+json and application/json. Others accept application/json."""
    for name, operation in operations(document):
        if "requestBody" in operation:
            patch = ["application/merge-patch+json"] if name.startswith("PATCH") else []
            assert [*operation["requestBody"]["content"]] == [*patch, "application/json"], name


def test_every_component_and_property_is_described(document: dict[str, Any]) -> None:
    """If a property refers to a component, only the component has a description."""
    for name, component in document["components"]["schemas"].items():
        for path, schema in schemas(component, name):
            assert schema.get("description") or "$ref" in schema, path


def test_only_requests_are_closed_to_unknown_fields(document: dict[str, Any]) -> None:
    """Unknown fields in a request are errors. Later releases may add fields to responses."""
    components = document["components"]["schemas"]
    closed = {name for name, schema in components.items() if schema.get("additionalProperties") is False}
    parts_of_requests = {"Criterion", "ContactAttribute"}
    assert closed == parts_of_requests | {name for name in components if name.endswith(("Request", "Patch"))}


def test_every_component_has_a_clear_name(document: dict[str, Any]) -> None:
    """No name has the number of a duplicate or the suffix of a class."""
    names = [name for kind in document["components"].values() for name in kind]
    assert not [name for name in names if re.search(r"\d|Schema|Response$|PatchRequest", name)]


def test_the_parameters_of_paths_are_not_references(document: dict[str, Any]) -> None:
    """Swagger UI would show a reference as a parameter without a name."""
    for path, item in document["paths"].items():
        assert all("name" in parameter for parameter in item["parameters"]), path


def test_properties_with_defaults_are_optional_for_generators(document: dict[str, Any]) -> None:
    """openapi-typescript makes properties with defaults required, so only the description has the default."""
    nodes = [node for name, each in document["components"]["schemas"].items() for node in schemas(each, name)]
    assert [path for path, node in nodes if "default" in node] == []
    texts = {path: node.get("description", "") for path, node in nodes}
    assert texts["SearchRequest/operator"].endswith(" Default: `or`.")
    assert texts["SearchRequest/mode"].endswith(" Default: `exact`.")
    assert texts["SearchKeyRequest/unique"].endswith(" Default: `false`.")
    assert texts["MatchRequest/limit"].endswith(" Default: `20`.")


def test_parameters_keep_their_defaults(document: dict[str, Any]) -> None:
    """Generators make parameters with defaults optional."""
    limits = [each for place, each in parameters(document) if place.endswith(" limit")]
    assert len(limits) > 1
    assert {each["schema"]["default"] for each in limits} == {20}


def test_the_texts_describe_masks_correctly(document: dict[str, Any]) -> None:
    """A mask shows only the last characters. The descriptions of sensitive search keys have the rule."""
    texts = [str(document), *(path.read_text(encoding="utf-8") for path in _PAGES)]
    assert not [text for text in texts if re.search(r"(shown|hidden|sealed) but for", " ".join(text.split()))]
    schemas = document["components"]["schemas"]
    for schema, field in (("SearchKeyRequest", "sensitive"), ("ProfileRequest", "keys")):
        description = schemas[schema]["properties"][field]["description"]
        assert "only the last characters: four if the value has eight or more" in description
