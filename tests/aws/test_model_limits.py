"""The schemas have exactly the limits of Amazon's model."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape
from marshmallow import ValidationError

from service.aws.views import OFFERED
from tests.aws.in_process import InProcess
from tests.aws.model import SAMPLES, Path, operation, replaced, sample, walk

FURTHER_LIMITS = {
    "requestValueList": {
        "SearchProfiles": 10,
        "AddProfileKey": 100,
        "DeleteProfileKey": 100,
        "ListProfileObjects": 10,
    },
    "PhonePreferenceList": {"CreateProfile": 100, "UpdateProfile": 100},
    "EmailPreferenceList": {"CreateProfile": 100, "UpdateProfile": 100},
    "Attributes": {"CreateProfile": 200},
    "AttributeSourceIdMap": {"MergeProfiles": 200},
    "UpdateAttributes": {"UpdateProfile": 200},
    "FieldMap": {"PutProfileObjectType": 1000},
    "KeyMap": {"PutProfileObjectType": 100},
    "ObjectTypeKeyList": {"PutProfileObjectType": 20},
    "FieldNameList": {"PutProfileObjectType": 10},
    "StandardIdentifierList": {"PutProfileObjectType": 20},
    "minSize1": {"PutProfileObjectType": 2**31 - 1},
}
"""The most items of the lists and maps that have no limit in the model."""


def _boundaries(shape: Shape, most: int | None) -> Iterator[tuple[Any, bool]]:
    """Yield values at the limits of a shape and beyond, and whether each is valid."""
    least, most = shape.metadata.get("min", 0), shape.metadata.get("max", most)
    value = sample(shape)
    if isinstance(shape, StringShape) and shape.enum:
        yield from ((each, True) for each in shape.enum)
        yield from ((each, False) for each in ("FOO", shape.enum[0].swapcase(), ""))
    elif isinstance(shape, StringShape):
        pattern = shape.metadata.get("pattern", "")
        if most is not None:
            yield (f"{value}{'a' * (most + 1 - len(value))}", False)
        if most is not None and shape.name not in SAMPLES:
            yield ("a" * most, True)
        yield ("", not least and not pattern)
        if pattern:
            yield from [(text, _matches(pattern, text)) for text in (f"{value}!", f"{value}\n", f" {value}")]
    elif shape.type_name == "integer":
        assert most is not None
        yield from [(least, True), (most, True), (least - 1, False), (most + 1, False), ("x", False)]
    elif shape.type_name == "double":
        assert most is not None
        yield from [(least, True), (most, True), (least - 0.1, False), (most + 0.1, False), ("x", False)]
    elif isinstance(shape, ListShape):
        assert most is not None
        yield from [(value * most, True), (value * (most + 1), False), ([], not least)]
    elif isinstance(shape, MapShape):
        assert most is not None
        items = [(f"{number}", sample(shape.value)) for number in range(most + 1)]
        yield from [(dict(items[:most]), True), (dict(items), False), ({}, not least)]
        yield from (
            (({each: sample(shape.value)}), valid)
            for each, valid in _boundaries(shape.key, None)
            if isinstance(each, str)
        )
    wrong_types: list[Any] = [1.5, True, {"a": 1} if not isinstance(shape, MapShape) else [], [[]]]
    yield from ((each, False) for each in wrong_types if type(each) is not type(value))


def _matches(pattern: str, text: str) -> bool:
    """Return whether the text has the pattern, of which one has no end."""
    if pattern.startswith("^") and not pattern.endswith("$"):
        return re.match(pattern, text) is not None
    # Not `match`: $ also matches before a line break at the end.
    return re.fullmatch(pattern.removeprefix("^").removesuffix("$"), text, re.DOTALL) is not None


def _cases() -> Iterator[tuple[str, Path, Any, bool]]:
    """Yield an operation, the path of a member, its value, and whether the value is valid."""
    for name in OFFERED:
        shape = operation(name).input_shape
        for path, member in walk(shape):
            most = FURTHER_LIMITS.get(member.name, {}).get(name)
            for value, valid in _boundaries(member, most):
                yield name, path, value, valid
            if isinstance(member, StructureShape):
                yield from ((name, (*path, each), None, False) for each in member.required_members)
        yield from ((name, (each,), None, False) for each in shape.required_members)


def _messages_at(messages: Any, path: Path) -> Any:
    for step in path:
        messages = messages.get(step) if isinstance(messages, dict) else None
    return messages


@pytest.mark.parametrize("name", OFFERED)
def test_each_member_has_the_limits_of_the_model(name: str) -> None:
    """Required members, lengths, patterns, members of enums, types, and numbers of items."""
    valid_request = sample(operation(name).input_shape)
    schema = OFFERED[name].schema
    for _, path, value, valid in (case for case in _cases() if case[0] == name):
        values = replaced(valid_request, path, value)
        if valid:
            schema.load(values)
            continue
        with pytest.raises(ValidationError) as caught:
            schema.load(values)
        assert _messages_at(caught.value.messages, path), (path, value, caught.value.messages)


@pytest.mark.parametrize("name", OFFERED)
def test_a_request_needs_only_the_required_members(name: str) -> None:
    """Unknown members and members that are null are ignored, in structures too."""
    shape = operation(name).input_shape
    required = {member: sample(shape.members[member]) for member in shape.required_members}
    schema = OFFERED[name].schema
    loaded = schema.load(required)
    assert (
        schema.load({**required, **dict.fromkeys(shape.members.keys() - required.keys()), "New": {}})
        == loaded
    )
    for path, member in walk(shape):
        if isinstance(member, StructureShape) and isinstance(sample(shape), dict):
            whole = replaced(sample(shape), path, {**sample(member), "New": 1})
            assert "New" not in repr(schema.load(whole))


@pytest.mark.parametrize("name", OFFERED)
def test_a_schema_has_exactly_the_members_of_the_model(name: str) -> None:
    """A member that is misspelt would be ignored."""
    assert OFFERED[name].schema.fields.keys() == operation(name).input_shape.members.keys()


def test_a_type_has_20_profile_keys_at_most(in_process: InProcess) -> None:
    """Each value of an object is looked up on its own."""
    definition: dict[str, list[str]] = {"StandardIdentifiers": ["PROFILE"], "FieldNames": ["id"]}
    unique_key = [{"StandardIdentifiers": ["UNIQUE"], "FieldNames": ["id"]}]
    error = in_process(
        "PutProfileObjectType",
        expect=400,
        ObjectTypeName="Keyed",
        Description="x",
        Fields={"id": {"Source": "_source.id"}},
        Keys={"keyedId": unique_key, "a": [definition] * 11, "b": [definition] * 10},
    )
    assert error["Error"]["Message"].startswith("Keys: At most 20 ")
