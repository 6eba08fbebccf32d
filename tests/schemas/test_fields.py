"""The types of fields: text, identifiers, open objects, lists, times."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis.strategies import booleans, characters, text
from marshmallow import ValidationError, fields

from schemas.common import contact_id_field, profile_id_field, search_key_field
from schemas.fields import BoundedList, DateTime, MappingField, Text, nullable_text_field
from tests.schemas.errors import errors_of


def is_rejected(check: Callable[[str], object], value: str) -> bool:
    """Return whether the check raises ``ValidationError``."""
    try:
        check(value)
    except ValidationError:
        return True
    return False


@pytest.mark.parametrize(
    "value", ["a", "山田", "O'Brien", "$a.b", "\U0001f600", "a" * 255, "é" * 255, "{}", "\u200ba\ufeff", "ｱ"]
)
def test_text_is_not_changed(value: str) -> None:
    """Unicode is not normalised."""
    assert Text().deserialize(value) == value


@pytest.mark.parametrize(
    "space", [" ", "\n", "\r\n", "\t", "\x0b", "\x0c", "\x85", "\xa0", "\u2028", "\u3000"]
)
@pytest.mark.parametrize("field", [Text(), Text(multiline=True), nullable_text_field("")])
def test_white_space_at_the_ends_is_removed(field: Text, space: str) -> None:
    """White space of any kind is removed, such as the line break at the end of a copied cell."""
    assert field.deserialize(f"{space}Ana Silva{space}{space}") == "Ana Silva"
    assert field.deserialize(f"山田{space}") == "山田"


@pytest.mark.parametrize(
    "invisible",
    ["\u115f", "\u1160", "\u3164", "\uffa0", "\u17b4", "\u2065", "\u2800", "\ufe0f", "\u200b", "\U000e0100"],
)
def test_text_of_invisible_characters_is_blank(invisible: str) -> None:
    """A required field rejects such a text. A nullable field converts it to null."""
    for value in (invisible, f" {invisible}\u3000{invisible}\n"):
        (message,) = errors_of(Text(), value)
        assert message == "Must not be blank."
        assert nullable_text_field("").deserialize(value) is None
    assert Text().deserialize(f"{invisible}a") == f"{invisible}a"


@pytest.mark.parametrize(
    "value", ["", " ", "\u3000", "\t", "a\x00", "a\nb", "a\tb", "\x7fa", "a" * 256, 1, True, None, [], {}]
)
def test_invalid_text_is_rejected(value: object) -> None:
    """Text must not be blank, contain control characters or be too long. Other types are invalid."""
    assert errors_of(Text(), value)


@pytest.mark.parametrize(("character", "written_out"), [("\ufdfa", 18), ("㈱", 3), ("ﷲ", 4)])
@pytest.mark.parametrize("max_length", [64, 255, 1000])
def test_the_decomposition_of_text_is_bounded(character: str, written_out: int, max_length: int) -> None:
    """A decomposition has at most twice the maximum length of the text."""
    count = 2 * max_length // written_out
    assert Text(max_length=max_length).deserialize(character * count)
    (message,) = errors_of(Text(max_length=max_length), character * (count + 1))
    assert f"{2 * max_length} characters" in message
    # Text that is too long is not decomposed.
    (message,) = errors_of(Text(max_length=max_length), character * 1_000_000)
    assert "NFKC" not in message


@pytest.mark.parametrize(
    ("value", "valid"), [("a\nb", True), ("a\r\n\tb", True), ("\n", False), ("a\x0bb", False)]
)
def test_multiline_text_has_line_breaks(value: str, *, valid: bool) -> None:
    """Tabs are allowed too. Blank text is rejected."""
    field = Text(multiline=True)
    if valid:
        assert field.deserialize(value) == value
    else:
        assert errors_of(field, value)


@pytest.mark.parametrize(
    ("field", "valid", "invalid"),
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
def test_an_identifier_matches_as_a_whole(field: fields.String, valid: list[str], invalid: list[str]) -> None:
    """In Python, the ``$`` of a pattern also matches before a line break at the end."""
    assert [field.deserialize(value) for value in valid] == valid
    for value in invalid:
        assert errors_of(field, value)


def test_an_open_object_reports_every_error() -> None:
    """The name of the member identifies the error, for an invalid name and for an invalid value."""
    field = MappingField(search_key_field(), Text(), max_members=3)
    assert field.deserialize({"a": "1"}) == {"a": "1"}
    assert errors_of(field, {"a": "1", "B": "2", "c": 3}).keys() == {"B", "c"}
    assert errors_of(field, {"a": "1", "b": "1", "c": "1", "d": "1"}) == [
        "Must not have more than 3 members."
    ]
    assert errors_of(field, ["a"]) == ["Must be an object."]


def test_two_members_of_an_open_object_cannot_have_the_same_name() -> None:
    """White space at the ends of a name does not count."""
    field = MappingField(Text(), Text())
    assert field.deserialize({" a": "1", "b\n": "2"}) == {"a": "1", "b": "2"}
    assert errors_of(field, {"a": "1", "a ": "2"}).keys() == {"a "}


def test_a_list_that_is_too_long_is_rejected_before_its_items_are_loaded() -> None:
    """The list has one error, not one for each item."""
    field = BoundedList(Text(), max_items=2)
    assert field.deserialize(["a", "b"]) == ["a", "b"]
    assert errors_of(field, ["a", 1]).keys() == {1}
    assert errors_of(field, [1, 2, 3]) == ["Longer than maximum length 2."]
    assert errors_of(field, {"a": 1}) == ["Not a valid list."]


@pytest.mark.parametrize("value", ["1" * 65, "2026-03-01T00:00:00." + "0" * 100 + "Z"])
def test_a_time_that_is_too_long_is_rejected(value: str) -> None:
    """Python would ignore the digits beyond microseconds."""
    (message,) = errors_of(DateTime(), value)
    assert message.startswith("Must be a time with its zone, such as ")


@pytest.mark.parametrize("value", ["2026-11-26", "2026-11-26T00:00:00", "2026-11-26 00:00", "yesterday", 1])
def test_the_error_of_an_invalid_time_shows_the_format(value: object) -> None:
    """The error contains two valid examples."""
    (message,) = errors_of(DateTime(), value)
    tokyo, utc = re.findall(r"2026\S*[0-9Z]", message)
    assert DateTime().deserialize(tokyo) == DateTime().deserialize(utc)


@given(value=text(alphabet=characters(max_codepoint=0x180), max_size=12), lines=booleans())
def test_text_is_valid_if_every_validator_accepts_it(value: str, *, lines: bool) -> None:
    """Printable ASCII skips the validators, with the same result. Trimmed white space counts as length."""
    field = Text(max_length=10, multiline=lines)
    length, *others = field.validators
    failed = [length] if is_rejected(length, value) else []
    failed += [check for check in others if is_rejected(check, value.strip())]
    assert is_rejected(field.deserialize, value) is bool(failed)
