"""The document and the service accept the same requests."""

from collections.abc import Callable, Iterator
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError

from schemas.fields import Text
from service.model.characters import is_blank
from tests.openapi.requests import REQUESTS

Validators = Callable[[dict[str, Any]], jsonschema_rs.Draft202012Validator]

SAMPLE_VALUES: tuple[Any, ...] = (
    "ssn",
    "0" * 32,
    "2026-03-01T00:00:00Z",
    "2026-03-01T00:00:00.5+09:00",
    "JP",
    1,
    True,
    None,
    False,
    0,
    100,
    101,
    -1,
    1.5,
    "",
    " ",
    "\u3000",
    "\ufeff",
    "\x85",
    "a b",
    "Taro",
    "太郎",
    "\U0001f600",
    "ß" * 64,
    "a" * 65,
    "\U0001f600" * 255,
    "a" * 256,
    "a" * 1000,
    "a" * 1001,
    "a" * 32768,
    "a" * 32769,
    "a\x00",
    "a\nb",
    "a\n",
    "\n",
    "a\t",
    "a\x7f",
    "0" * 31 + "A",
    "0" * 32 + "\n",
    "jp",
    "J",
    "9" * 33,
    "x",
    "_x",
    [],
    {},
    [None],
    [[]],
    {"a": None},
    {"$where": "1"},
)


def resolve(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema, or the target of its reference. Of several alternatives, use the first."""
    if "anyOf" in schema:
        schema = schema["anyOf"][0]
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/components/schemas/")
        component: dict[str, Any] = document["components"]["schemas"][name]
        return component
    return schema


class Values:
    """Creates valid and invalid values at the limits of a schema."""

    def __init__(self, document: dict[str, Any], validator: Validators) -> None:
        self.document = document
        self.validator = validator

    def valid(self, schema: dict[str, Any]) -> Any:
        """Return a valid value without optional properties."""
        inner = resolve(self.document, schema)
        if "properties" in inner:
            return {name: self.valid(inner["properties"][name]) for name in inner.get("required", ())}
        if "items" in inner:
            return [self.valid(inner["items"])]
        check = self.validator(schema)
        return next(value for value in (*inner.get("enum", ()), *SAMPLE_VALUES) if check.is_valid(value))

    def boundary_values(self, schema: dict[str, Any]) -> Iterator[Any]:
        """Yield sample values, and values that differ from a valid value at one place."""
        inner = resolve(self.document, schema)
        yield from SAMPLE_VALUES
        yield from inner.get("enum", ())
        if "items" in inner:
            yield from ([value] for value in self.boundary_values(inner["items"]))
            item = self.valid(inner["items"])
            yield from ([item] * count for count in (5, 6, 10, 11, 100, 101))
        if "properties" in inner:
            yield from self._boundary_objects(inner)
        if isinstance(inner.get("additionalProperties"), dict):
            item = self.valid(inner["additionalProperties"])
            yield from ({name: item} for name in SAMPLE_VALUES if isinstance(name, str))
            yield from ({"a": value} for value in self.boundary_values(inner["additionalProperties"]))
            yield from ({f"a{i}": item for i in range(n)} for n in (50, 51, 200, 201, 500, 501))

    def _boundary_objects(self, schema: dict[str, Any]) -> Iterator[Any]:
        minimal = {name: self.valid(schema["properties"][name]) for name in schema.get("required", ())}
        yield minimal
        yield minimal | {"nickname": "x"}
        yield from ({name: value for name, value in minimal.items() if name != absent} for absent in minimal)
        for name, member in schema["properties"].items():
            yield from (minimal | {name: value} for value in self.boundary_values(member))


def accepts(schema: Schema, value: Any) -> bool:
    """Return whether the schema loads the value."""
    try:
        schema.load(value)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("name", REQUESTS)
def test_the_document_and_the_service_accept_the_same_bodies(
    document: dict[str, Any], validator: Validators, name: str
) -> None:
    """The test compares many bodies. Each differs from a valid body at one place."""
    component = document["components"]["schemas"][name]
    check = validator(component)
    results = [
        (check.is_valid(body), accepts(REQUESTS[name], body), body)
        for body in Values(document, validator).boundary_values(component)
    ]
    assert {valid for valid, _, _ in results} == {True, False}
    assert [(valid, str(body)[:200]) for valid, accepted, body in results if valid != accepted] == []


def test_the_comparison_covers_every_request_body(document: dict[str, Any]) -> None:
    """`REQUESTS` has the schema of each request body of the document."""
    bodies = {
        form["$ref"].removeprefix("#/components/schemas/")
        for item in document["paths"].values()
        for method, operation in item.items()
        if method != "parameters" and "requestBody" in operation
        for media_type in operation["requestBody"]["content"].values()
        for form in media_type["schema"].get("anyOf", [media_type["schema"]])
    }
    assert bodies == REQUESTS.keys()


@given(st.text(max_size=6), st.booleans())
def test_the_pattern_of_text_matches_only_valid_text(text: str, multiline: bool) -> None:  # noqa: FBT001 - drawn
    """The only exception is a text of invisible characters outside the Basic Multilingual Plane."""
    assume(not is_blank(text) or max(text, default="") <= "\uffff")
    field = Text(multiline=multiline)
    check = jsonschema_rs.Draft202012Validator({"type": "string", "pattern": field.metadata["pattern"]})
    try:
        field.deserialize(text)
    except ValidationError:
        assert not check.is_valid(text)
    else:
        assert check.is_valid(text)
