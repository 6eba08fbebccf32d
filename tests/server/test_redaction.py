"""What may be written of a log event, and what may not."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.profile_parts import AddressResponse, EmailAddressResponse, PhoneNumberResponse
from schemas.profiles import ProfileResponse
from service.model.personal_values import REDACTED, redact_text
from service.server.redaction import OWN, PERSONAL, exception_origin, redact

IMPERSONAL = {"profile_id", "version", "created_at", "updated_at", "type"}


def redacted(**event: Any) -> dict[str, Any]:
    """Return the event as it is written."""
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
def test_an_address_or_a_number_is_masked_wherever_it_stands(value: str, around: str) -> None:
    """In the event's text, under any name that is not ours, and inside of what is nested."""
    text = around.format(value)
    event = redacted(event=text, note=text, inner={"note": [text, {"deep": text}]}, seen=(text,))
    assert value not in str(event)
    assert str(event).count(REDACTED) == 5


@given(st.from_regex(r"\A[0-9]([ .()/-]{0,3}[0-9]){6,14}\Z"))
def test_no_way_of_writing_a_number_gets_through(number: str) -> None:
    """Seven digits or more, with what people put between them."""
    assert not re.search("[0-9]", redact_text(f"caller {number} is new"))


@pytest.mark.parametrize("name", sorted(PERSONAL))
@pytest.mark.parametrize("value", ["Jane", 42, ["Jane"], {"a": "Jane"}, None, b"Jane", ValueError("Jane")])
def test_nothing_is_written_under_a_personal_name(name: str, value: Any) -> None:
    """Whatever it looks like; a name is a word like any other."""
    expected = {name: REDACTED, "note": {name.upper(): REDACTED}}
    assert redacted(**{name: value}, note={name.upper(): value}) == expected


def test_every_field_of_a_profile_is_a_personal_name() -> None:
    """A new field cannot come without this list."""
    answers = (ProfileResponse(), PhoneNumberResponse(), EmailAddressResponse(), AddressResponse())
    assert {name for answer in answers for name in answer.fields} - IMPERSONAL <= PERSONAL
    assert not OWN & PERSONAL


def test_what_is_ours_is_written_as_it_is() -> None:
    """An ID is not mistaken for a phone number, nor a time for one."""
    ours = dict.fromkeys(OWN, "4155550100")
    assert redacted(**ours) == ours
    numbers = {"status": 200, "milliseconds": 1234567.8, "note": 12, "ready": True, "cause": None}
    assert redacted(**numbers) == numbers


@pytest.mark.parametrize("value", [b"Jane", object(), ValueError("Jane"), {"Jane", "Joe"}.__iter__()])
def test_of_an_object_its_type_is_written(value: Any) -> None:
    """What an object says of itself may be anything."""
    assert redacted(note=value) == {"note": type(value).__name__}


@pytest.mark.parametrize("number", [4155550100, 415555010.5, -123456789])
def test_a_long_number_is_masked_as_a_text_is(number: float) -> None:
    """It is one all the same."""
    assert str(abs(number))[:7] not in str(redacted(note=number))


def test_of_an_exception_is_written_where_it_arose_and_not_what_it_says() -> None:
    """And of what caused it likewise."""

    def fail() -> None:
        try:
            Path("/nowhere/Jane").read_text()
        except OSError as error:
            raise RuntimeError("Doe") from error

    with pytest.raises(RuntimeError) as caught:
        fail()
    told = exception_origin((caught.type, caught.value, caught.tb))
    assert [entry.split(" < ")[0] for entry in told] == ["RuntimeError", "FileNotFoundError"]
    assert all("test_redaction.py:" in entry for entry in told)
    assert not re.search("Jane|Doe", str(told))
