"""What all fields share: text, identifiers, open objects, the length of a page."""

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from hypothesis import given
from hypothesis.strategies import booleans, characters, text
from marshmallow import Schema, ValidationError, fields, validate

import schemas
from schemas.base import (
    Answer,
    Mapped,
    Request,
    Several,
    Text,
    Time,
    limit_field,
    profile_id_field,
    search_key_field,
)
from schemas.contacts import contact_id_field


class _Sample(Request):
    name = fields.String()


class _Sampled(Answer):
    name = fields.String()


_MEMBERS = {
    "needed": fields.Integer(required=True),
    "defaulted": fields.Integer(load_default=7),
    "renamed": fields.Integer(data_key="from", attribute="begin"),
    "part": fields.Nested(_Sample()),
}
_Loaded = Request.from_dict(_MEMBERS)
_LoadedByMarshmallow = Schema.from_dict(_MEMBERS)


def loaded(schema: type[Schema], body: Any) -> Any:
    """Return what a body is loaded as, or what is wrong with it."""
    try:
        return schema().load(body, unknown="raise")
    except ValidationError as error:
        return error.messages


def refusals(field: fields.Field[Any], value: Any) -> Any:
    """Return what the field says to a value that it refuses."""
    with pytest.raises(ValidationError) as caught:
        field.deserialize(value)
    return caught.value.messages


def is_refused(check: Callable[[str], Any], value: str) -> bool:
    """Tell whether the check raises."""
    try:
        check(value)
    except ValidationError:
        return True
    return False


@pytest.mark.parametrize(
    "value", ["a", " a ", "山田", "O'Brien", "$a.b", "\U0001f600", "a" * 255, "é" * 255, "{}"]
)
def test_text_stays_as_it_was_typed(value: str) -> None:
    """Neither trimmed nor normalised."""
    assert Text().deserialize(value) == value


@pytest.mark.parametrize(
    "value", ["", " ", "\u3000", "\t", "a\x00", "a\nb", "a\tb", "\x7fa", "a" * 256, 1, True, None, [], {}]
)
def test_text_is_neither_blank_nor_control_characters(value: Any) -> None:
    """Nor too long, nor anything but a string; what it says never holds the value."""
    assert refusals(Text(), value)


@pytest.mark.parametrize(("character", "written_out"), [("\ufdfa", 18), ("㈱", 3), ("ﷲ", 4)])
@pytest.mark.parametrize("longest", [64, 255, 1000])
def test_text_is_bounded_also_when_it_is_written_out(character: str, written_out: int, longest: int) -> None:
    """What stands for a phrase each counts as the phrase: twice the length in characters at most."""
    most = 2 * longest // written_out
    assert Text(longest=longest).deserialize(character * most)
    (message,) = refusals(Text(longest=longest), character * (most + 1))
    assert f"{2 * longest} characters" in message
    # Too long as it is: it is not written out to see so.
    (message,) = refusals(Text(longest=longest), character * 1_000_000)
    assert "written out" not in message


@pytest.mark.parametrize(
    ("value", "taken"), [("a\nb", True), ("a\r\n\tb", True), ("\n", False), ("a\x0bb", False)]
)
def test_text_of_several_lines_may_break_them(value: str, *, taken: bool) -> None:
    """Tabs and line breaks, where there is something beside them."""
    field = Text(lines=True)
    if taken:
        assert field.deserialize(value) == value
    else:
        assert refusals(field, value)


@pytest.mark.parametrize(
    ("field", "right", "wrong"),
    [
        (
            profile_id_field(),
            ["0" * 32],
            ["0" * 31, "0" * 33, "A" * 32, "0" * 32 + "\n", "\n" + "0" * 32, ""],
        ),
        (search_key_field(), ["a", "a" * 64, "a_1"], ["", "1", "_a", "A", "a" * 65, "a-b", "a\n", "é"]),
        (contact_id_field(), ["a", "A0_.:-", "a" * 128], ["", "a" * 129, "a/b", "a b", "a\n", "é", "\u0661"]),
    ],
    ids=["profile_id", "search key", "contact_id"],
)
def test_an_identifier_is_matched_whole(field: fields.String, right: list[str], wrong: list[str]) -> None:
    """A line break at the end does not slip through Python's $."""
    assert [field.deserialize(value) for value in right] == right
    for value in wrong:
        assert refusals(field, value)


def test_an_open_object_names_each_fault() -> None:
    """By the member's name, be it the name or the value that is wrong."""
    field = Mapped(search_key_field(), Text(), most=3)
    assert field.deserialize({"a": "1"}) == {"a": "1"}
    assert refusals(field, {"a": "1", "B": "2", "c": 3}).keys() == {"B", "c"}
    assert refusals(field, {"a": "1", "b": "1", "c": "1", "d": "1"}) == ["Must not have more than 3 members."]
    assert refusals(field, ["a"]) == ["Not a valid object."]


def test_a_list_that_is_too_long_is_refused_before_its_items_are_read() -> None:
    """There is one fault then, not one for each item."""
    field = Several(Text(), validate=validate.Length(max=2))
    assert field.deserialize(["a", "b"]) == ["a", "b"]
    assert refusals(field, ["a", 1]).keys() == {1}
    assert refusals(field, [1, 2, 3]) == ["Longer than maximum length 2."]
    assert refusals(field, {"a": 1}) == ["Not a valid list."]


@pytest.mark.parametrize("value", ["1" * 65, "2026-03-01T00:00:00." + "0" * 100 + "Z"])
def test_a_time_is_of_bounded_length(value: str) -> None:
    """Python would pass over what comes after the digits that it needs."""
    assert refusals(Time(), value) == ["Not a valid datetime."]


@pytest.mark.parametrize("limit", [0, -1, 101, 10**30, "ten", "10", True, False, 1.5, None, [], {}])
def test_a_limit_in_a_body_is_a_number_from_1_to_100(limit: Any) -> None:
    """Over the cap is a fault."""
    assert refusals(limit_field(), limit)


def test_every_limit_from_1_to_100_is_one() -> None:
    """In a URL, as the string of its digits; in a body as 20.0 too, which JSON does not tell from 20."""
    for limit in range(1, 101):
        read = limit_field().deserialize(float(limit))
        assert (read, type(read)) == (limit, int)
        assert limit_field().deserialize(limit) == limit
        assert limit_field(strict=False).deserialize(str(limit)) == limit


def test_a_request_refuses_what_an_answer_passes_over() -> None:
    """A caller is told of a typing error; what a document has beside is not for callers."""
    with pytest.raises(ValidationError) as caught:
        _Sample().load({"name": "a", "nmae": "b"})
    assert caught.value.messages == {"nmae": ["Unknown field."]}
    assert _Sampled().load({"name": "a", "lookup": "b"}) == {"name": "a"}


for module in iter_modules(schemas.__path__):
    import_module(f"schemas.{module.name}")


def _concrete(schema: type[Schema]) -> list[type[Schema]]:
    return [schema, *(child for direct in schema.__subclasses__() for child in _concrete(direct))]


@pytest.mark.parametrize(
    "request_schema", [s for s in _concrete(Request) if s.__module__.startswith("schemas.")]
)
def test_every_request_refuses_unknown_fields(request_schema: type[Schema]) -> None:
    """No schema of a body has fallen out of the rule."""
    with pytest.raises(ValidationError) as caught:
        request_schema().load({"nickname": "Zq7"})
    assert caught.value.messages_dict["nickname"] == ["Unknown field."]
    assert "Zq7" not in str(caught.value.messages)


@pytest.mark.parametrize(
    "request_schema", [s for s in _concrete(Request) if s.__module__.startswith("schemas.")]
)
def test_every_list_and_every_open_object_of_a_request_is_bounded(request_schema: type[Schema]) -> None:
    """In the number of its items or members, however deep it stands."""
    fields_to_see = list(request_schema().fields.values())
    while fields_to_see:
        field = fields_to_see.pop()
        if isinstance(field, fields.List):
            assert isinstance(field, Several)
            assert any(isinstance(v, validate.Length) and v.max for v in field.validators)
            fields_to_see.append(field.inner)
        elif isinstance(field, Mapped):
            assert field.most
            fields_to_see += [field.names, field.values]


@pytest.mark.parametrize(
    "body",
    [
        {"needed": 1},
        {"needed": 1, "defaulted": 2, "from": 3, "part": {"name": "a"}},
        {"needed": None, "defaulted": None, "from": None, "part": None},
        {"needed": "x", "from": "x", "part": {"name": 1, "other": 2}, "begin": 3, "_schema": 4},
        {"part": []},
        {},
    ],
)
def test_a_request_is_loaded_as_marshmallow_loads_any_schema(body: Any) -> None:
    """The same data, or the same faults."""
    assert loaded(_Loaded, body) == loaded(_LoadedByMarshmallow, body)


@given(value=text(alphabet=characters(max_codepoint=0x180), max_size=12), lines=booleans())
def test_text_is_taken_where_each_check_lets_it_pass(value: str, *, lines: bool) -> None:
    """Most is seen to be plain at a glance, and then none of them is asked."""
    field = Text(longest=10, lines=lines)
    faults = [check for check in field.validators if is_refused(check, value)]
    assert is_refused(field.deserialize, value) is bool(faults)
