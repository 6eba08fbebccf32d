"""The texts of fields: a large object must not become texts that are many times larger."""

import tracemalloc
from collections.abc import Sequence
from datetime import UTC, datetime

import orjson
import pytest

from service.errors.requests import InvalidRequest
from service.model.object_types import ContentType, ObjectField, ObjectKey, ObjectType, StandardIdentifier
from service.use_cases.amazon.mapping import map_object, own_values

REPEATED = "{{_source.a}}" * 76
NOW = datetime(2026, 1, 2, tzinfo=UTC)


def _type(
    fields: dict[str, str], keys: Sequence[Sequence[str]] = (), target: str | None = None
) -> ObjectType:
    """Return a type with these sources and keys. ``target`` is the beginning of each field's target."""
    unique = ObjectKey(
        name="id", search_key="id", identifiers=frozenset({StandardIdentifier.UNIQUE}), fields=["id"]
    )
    return ObjectType(
        name="T",
        description="x",
        fields=[
            ObjectField(
                name=name, source=source, target=f"{target}{name}" if target else None, content_type=None
            )
            for name, source in {"id": "_source.id", **fields}.items()
        ],
        keys=[
            unique,
            *(
                ObjectKey(name=f"k{number}", search_key=f"k{number}", identifiers=frozenset(), fields=names)
                for number, names in enumerate(keys)
            ),
        ],
        created_at=NOW,
        updated_at=NOW,
    )


def _peak(object_type: ObjectType, text: str) -> int:
    """Return the bytes that mapping the object needs at once."""
    tracemalloc.start()
    try:
        with pytest.raises(InvalidRequest) as caught:
            map_object(object_type, text, set())
        assert "1000 characters" in caught.value.errors[0].detail
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("source", [REPEATED, "_source.a"])
@pytest.mark.parametrize("padding", ["", " "])
def test_a_text_that_is_too_long_is_not_built(source: str, padding: str) -> None:
    """The object itself has 1 MB in memory, and reading it takes 12 MB. 900 copies would take 700 MB."""
    object_type = _type({f"f{number}": source for number in range(900)}, target="_profile.Attributes.")
    text = orjson.dumps({"id": 1, "a": padding + "\U0001f600" * 200_000}).decode()
    assert _peak(object_type, text) < 16 * 1024 * 1024


def test_a_value_of_a_key_that_is_too_long_is_not_built() -> None:
    """It can have ten fields, and an object type 2,000 definitions of keys."""
    names = [f"f{number}" for number in range(10)]
    object_type = _type(dict.fromkeys(names, "_source.a"), keys=[names] * 2000)
    text = orjson.dumps({"id": 1, "a": "\U0001f600" * 1000}).decode()
    assert _peak(object_type, text) < 2 * 1024 * 1024


def test_a_field_without_a_meaning_can_be_long() -> None:
    """It sets no member and is in no key."""
    object_type = _type({"long": "_source.a"}, target="_order.")
    mapped = map_object(object_type, orjson.dumps({"id": 1, "a": "x" * 200_000}).decode(), set())
    assert (mapped.members, mapped.unique_values) == ({}, ["1"])


def test_the_fields_that_infer_members_are_bounded_too() -> None:
    """An error names the field."""
    phone = ObjectField(name="p", source=REPEATED, target=None, content_type=ContentType.PHONE_NUMBER)
    known = _type({})
    object_type = ObjectType(
        name="T",
        description="x",
        fields=[*known.fields, phone],
        keys=known.keys,
        created_at=NOW,
        updated_at=NOW,
    )
    with pytest.raises(InvalidRequest) as caught:
        map_object(object_type, '{"id": 1, "a": "12345678901234"}', set())
    assert [error.pointer for error in caught.value.errors] == ["/Object/p"]


def test_an_object_of_an_older_definition_can_still_be_removed() -> None:
    """By the definition of today, it has no values."""
    object_type = _type({"a": REPEATED}, keys=[["a"]])
    assert own_values(object_type, {"id": 1, "a": "x" * 1000}) == []


def test_only_paths_that_the_object_has_are_stored() -> None:
    """Once each."""
    object_type = _type({"a": "{{_source.a}} {{ _source.a}} {{_source.b}}"}, keys=[["a"]])
    assert map_object(object_type, '{"id": 1, "a": 2}', set()).key_paths == {"id": ["id"], "k0": ["a"]}
