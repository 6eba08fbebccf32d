"""The kinds of fields: text, identifiers, open objects, lists, times."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis.strategies import booleans, characters, text
from marshmallow import ValidationError, fields

from schemas.fields import BoundedList, DateTime, MappingField, Text
from schemas.identifiers import contact_id_field, profile_id_field, search_key_field
from tests.schemas.errors import errors_of


def is_refused(check: Callable[[str], Any], value: str) -> bool:
    """Return whether the check raises."""
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
    assert errors_of(Text(), value)


@pytest.mark.parametrize(("character", "written_out"), [("\ufdfa", 18), ("㈱", 3), ("ﷲ", 4)])
@pytest.mark.parametrize("max_length", [64, 255, 1000])
def test_text_is_bounded_also_when_it_is_written_out(
    character: str, written_out: int, max_length: int
) -> None:
    """What stands for a phrase each counts as the phrase: twice the length in characters at most."""
    most = 2 * max_length // written_out
    assert Text(max_length=max_length).deserialize(character * most)
    (message,) = errors_of(Text(max_length=max_length), character * (most + 1))
    assert f"{2 * max_length} characters" in message
    # Too long as it is: it is not written out to see so.
    (message,) = errors_of(Text(max_length=max_length), character * 1_000_000)
    assert "written out" not in message


@pytest.mark.parametrize(
    ("value", "taken"), [("a\nb", True), ("a\r\n\tb", True), ("\n", False), ("a\x0bb", False)]
)
def test_text_of_several_lines_may_break_them(value: str, *, taken: bool) -> None:
    """Tabs and line breaks, where there is something beside them."""
    field = Text(multiline=True)
    if taken:
        assert field.deserialize(value) == value
    else:
        assert errors_of(field, value)


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
        assert errors_of(field, value)


def test_an_open_object_names_each_fault() -> None:
    """By the member's name, be it the name or the value that is wrong."""
    field = MappingField(search_key_field(), Text(), max_members=3)
    assert field.deserialize({"a": "1"}) == {"a": "1"}
    assert errors_of(field, {"a": "1", "B": "2", "c": 3}).keys() == {"B", "c"}
    assert errors_of(field, {"a": "1", "b": "1", "c": "1", "d": "1"}) == [
        "Must not have more than 3 members."
    ]
    assert errors_of(field, ["a"]) == ["Not a valid object."]


def test_a_list_that_is_too_long_is_refused_before_its_items_are_read() -> None:
    """There is one fault then, not one for each item."""
    field = BoundedList(Text(), max_items=2)
    assert field.deserialize(["a", "b"]) == ["a", "b"]
    assert errors_of(field, ["a", 1]).keys() == {1}
    assert errors_of(field, [1, 2, 3]) == ["Longer than maximum length 2."]
    assert errors_of(field, {"a": 1}) == ["Not a valid list."]


@pytest.mark.parametrize("value", ["1" * 65, "2026-03-01T00:00:00." + "0" * 100 + "Z"])
def test_a_time_is_of_bounded_length(value: str) -> None:
    """Python would pass over what comes after the digits that it needs."""
    (message,) = errors_of(DateTime(), value)
    assert message.startswith("Must be a time with its zone, such as ")


@pytest.mark.parametrize("value", ["2026-11-26", "2026-11-26T00:00:00", "2026-11-26 00:00", "yesterday", 1])
def test_a_time_that_is_refused_is_told_the_form(value: Any) -> None:
    """By examples that are taken; one without its zone is another time elsewhere."""
    (message,) = errors_of(DateTime(), value)
    tokyo, utc = re.findall(r"2026\S*[0-9Z]", message)
    assert DateTime().deserialize(tokyo) == DateTime().deserialize(utc)


@given(value=text(alphabet=characters(max_codepoint=0x180), max_size=12), lines=booleans())
def test_text_is_taken_where_each_check_lets_it_pass(value: str, *, lines: bool) -> None:
    """Most is seen to be plain at a glance, and then none of them is asked."""
    field = Text(max_length=10, multiline=lines)
    faults = [check for check in field.validators if is_refused(check, value)]
    assert is_refused(field.deserialize, value) is bool(faults)
