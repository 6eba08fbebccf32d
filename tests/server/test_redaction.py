"""Personal values are removed from log events."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.profiles import AddressResponse, EmailAddressResponse, PhoneNumberResponse, ProfileResponse
from service.model.personal_values import REDACTED, redact_text
from service.server.log import PERSONAL_FIELDS, SAFE_FIELDS, exception_origin, redact

IMPERSONAL = {"profile_id", "version", "created_at", "updated_at", "type"}


def redacted(**event: Any) -> dict[str, Any]:
    """Return the event after redaction."""
    return dict(redact(None, "info", event))


@pytest.mark.parametrize(
    "value",
    [
        "jane@example.com",
        "Jane.Doe+spam@sub.example.co.jp",
        "太郎@例え.jp",
        "+1 415 555 0100",
        "(415) 555-0100",
        "415.555.0100",
        "01 23 45 67 89",
        "090\u20111234\u20115678",
        "+81-90-1234-5678",
        "\uff10\uff19\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18",
        "٠١٢٣٤٥٦٧٨٩",
        "123-45-6789",
        "123456789",
        "123 45 6789",
    ],
)
@pytest.mark.parametrize("around", ["{}", "no profile has {}, sorry", "x={};", "<{}>", "['{}']"])
def test_an_address_or_a_number_is_redacted_everywhere(value: str, around: str) -> None:
    """In the message, in any field that the service does not fill itself, and in nested values."""
    text = around.format(value)
    event = redacted(event=text, note=text, inner={"note": [text, {"deep": text}]}, seen=(text,))
    assert value not in str(event)
    assert str(event).count(REDACTED) == 5


@given(st.from_regex(r"\A[0-9]([ .()/-]{0,3}[0-9]){6,14}\Z"))
def test_every_notation_of_a_number_is_redacted(number: str) -> None:
    """Seven or more digits with common separators."""
    assert not re.search("[0-9]", redact_text(f"caller {number} is new"))


@pytest.mark.parametrize("name", sorted(PERSONAL_FIELDS))
@pytest.mark.parametrize("value", ["Jane", 42, ["Jane"], {"a": "Jane"}, None, b"Jane", ValueError("Jane")])
def test_fields_with_personal_names_are_redacted(name: str, value: Any) -> None:
    """Whatever the value looks like."""
    expected = {name: REDACTED, "note": {name.upper(): REDACTED}}
    assert redacted(**{name: value}, note={name.upper(): value}) == expected


def test_every_field_of_a_profile_is_a_personal_name() -> None:
    """A new field must be added to the list."""
    answers = (ProfileResponse(), PhoneNumberResponse(), EmailAddressResponse(), AddressResponse())
    assert {name for answer in answers for name in answer.fields} - IMPERSONAL <= PERSONAL_FIELDS
    assert not SAFE_FIELDS & PERSONAL_FIELDS


def test_fields_of_the_service_are_not_redacted() -> None:
    """An ID or a duration may look like a phone number."""
    ours = dict.fromkeys(SAFE_FIELDS, "4155550100")
    assert redacted(**ours) == ours
    numbers = {"status": 200, "milliseconds": 1234567.8, "note": 12, "ready": True, "cause": None}
    assert redacted(**numbers) == numbers


@pytest.mark.parametrize("value", [b"Jane", object(), ValueError("Jane"), {"Jane", "Joe"}.__iter__()])
def test_of_an_object_only_the_type_is_logged(value: Any) -> None:
    """Its text may contain anything."""
    assert redacted(note=value) == {"note": type(value).__name__}


@pytest.mark.parametrize("number", [4155550100, 415555010.5, -123456789])
def test_a_long_number_is_redacted(number: float) -> None:
    """It may be a phone number."""
    assert str(abs(number))[:7] not in str(redacted(note=number))


def test_of_an_exception_the_origin_is_logged_and_not_the_message() -> None:
    """The same applies to its causes."""

    def fail() -> None:
        try:
            Path("/nowhere/Jane").read_text()
        except OSError as error:
            raise RuntimeError("Doe") from error

    with pytest.raises(RuntimeError) as caught:
        fail()
    origins = exception_origin((caught.type, caught.value, caught.tb))
    assert [entry.split(" < ")[0] for entry in origins] == ["RuntimeError", "FileNotFoundError"]
    assert all("test_redaction.py:" in entry for entry in origins)
    assert not re.search("Jane|Doe", str(origins))
