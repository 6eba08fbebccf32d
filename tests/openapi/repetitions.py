"""Shortens the document for tests that try the limits of each property of each body."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any


def without_repetitions(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document in which no property of a body repeats a property of an earlier body.

    Properties are the same if their names and schemas are. Each body has one media type, one form and at
    least one property. Short paths come first, so the body of `POST /v1/profiles` is complete. A header
    of several paths, `X-Request-Id`, remains in the first one. A schema in a batch that is also the body of
    another operation keeps its required properties, or else one.
    """
    shortened = deepcopy(document)
    _remove_repeated_headers(shortened)
    seen: set[tuple[str, str]] = set()
    names: set[str] = set()
    for content in _bodies(shortened):
        media_type, body = next(iter(content.items()))
        reference, example = _usual_form(body)
        name = reference.rpartition("/")[2]
        names.add(name)
        schema = deepcopy(document["components"]["schemas"][name])
        new = {name for name, each in schema["properties"].items() if (name, str(each)) not in seen}
        seen |= {(name, str(each)) for name, each in schema["properties"].items()}
        needed = new | {*schema.get("required", ())} or {*list(example)[:1]}
        schema["properties"] = {name: each for name, each in schema["properties"].items() if name in needed}
        content.clear()
        content[media_type] = {
            "schema": schema,
            "example": {name: value for name, value in example.items() if name in needed},
        }
    for component in map(shortened["components"]["schemas"].get, names):
        properties = component["properties"]
        needed = {*component.get("required", ())} or {next(iter(properties))}
        component["properties"] = {name: each for name, each in properties.items() if name in needed}
    return shortened


def _usual_form(body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the reference to the schema of a body, and its example. The first of several forms is usual."""
    if "anyOf" not in body["schema"]:
        return body["schema"]["$ref"], body["example"]
    return body["schema"]["anyOf"][0]["$ref"], next(iter(body["examples"].values()))["value"]


def _remove_repeated_headers(document: dict[str, Any]) -> None:
    seen: list[Any] = []
    for item in document["paths"].values():
        parameters = item["parameters"]
        item["parameters"] = [each for each in parameters if each not in seen]
        seen += [each for each in parameters if each["in"] == "header"]


def _bodies(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for _, item in sorted(document["paths"].items(), key=lambda each: len(each[0])):
        for operation in item.values():
            if "requestBody" in operation:
                yield operation["requestBody"]["content"]
