"""Personal values are removed from log events."""

import re
from pathlib import Path
from time import thread_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.profiles import AddressResponse, EmailAddressResponse, PhoneNumberResponse, ProfileResponse
from service.model.personal_values import REDACTED, redact_text
from service.server.log import PERSONAL_FIELDS, SAFE_FIELDS, exception_origin, redact

NOT_PERSONAL = {"profile_id", "merged_into", "version", "created_at", "updated_at"}


def redact_event(**event: Any) -> dict[str, Any]:
    """Return an event after redaction."""
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
@pytest.mark.parametrize("template", ["{}", "no profile has {}, search again", "x={};", "<{}>", "['{}']"])
def test_email_addresses_and_numbers_are_redacted_everywhere(value: str, template: str) -> None:
    """The message, unknown fields and nested values are redacted."""
    text = template.format(value)
    event = redact_event(event=text, note=text, inner={"note": [text, {"deep": text}]}, seen=(text,))
    assert value not in str(event)
    assert str(event).count(REDACTED) == 5


@pytest.mark.parametrize(
    "credential",
    [
        f"plk_{'0123456789abcdef'}_{'ab' * 32}",
        "plt_eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl",
        "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln-bmF0_dXJl",
        "plt_half.token",
        f"plsk_{'ab' * 32}",
    ],
)
@pytest.mark.parametrize("template", ["{}", "Bearer {}", "got '{}', which is unknown", "x={};"])
def test_credentials_are_redacted_everywhere(credential: str, template: str) -> None:
    """API keys, secrets of access keys, agent tokens and tokens of the issuer."""
    text = template.format(credential)
    redacted = template.format(REDACTED)
    assert redact_event(event=text, note=[text]) == {"event": redacted, "note": [redacted]}


def test_the_id_of_an_api_key_is_not_redacted() -> None:
    """It is not secret."""
    assert redact_text("plk_fedcbaabcdefabcd is expired") == "plk_fedcbaabcdefabcd is expired"


def test_credentials_are_found_in_linear_time() -> None:
    """A client chooses the names of members, which errors contain."""
    for text in (
        "eyJ" * 100_000,
        "plt_" * 100_000,
        "plsk_" * 100_000,
        f"plk_{'0' * 16}" * 20_000,
        "eyJ-" * 100_000,
    ):
        begin = thread_time()
        redact_text(text)
        assert thread_time() - begin < 2


@settings(derandomize=True, deadline=None, database=None, max_examples=40)
@given(st.from_regex(r"\A[0-9]([ .()/-]{0,3}[0-9]){6,14}\Z"))
def test_every_notation_of_a_number_is_redacted(number: str) -> None:
    """A number has seven or more digits with common separators."""
    assert not re.search("[0-9]", redact_text(f"caller {number} is new"))


@pytest.mark.parametrize("name", sorted(PERSONAL_FIELDS))
@pytest.mark.parametrize("value", ["Jane", 42, ["Jane"], {"a": "Jane"}, None, b"Jane", ValueError("Jane")])
def test_fields_with_personal_names_are_redacted(name: str, value: Any) -> None:
    """The value of such a field is redacted, whether it looks personal or not."""
    expected = {name: REDACTED, "note": {name.upper(): REDACTED}}
    assert redact_event(**{name: value}, note={name.upper(): value}) == expected


def test_every_field_of_a_profile_is_redacted() -> None:
    """Add new fields of the profile to `PERSONAL_FIELDS`."""
    schemas = (ProfileResponse(), PhoneNumberResponse(), EmailAddressResponse(), AddressResponse())
    assert {name for schema in schemas for name in schema.fields} - NOT_PERSONAL <= PERSONAL_FIELDS
    assert not SAFE_FIELDS & PERSONAL_FIELDS


def test_fields_of_the_service_are_not_redacted() -> None:
    """An ID or a duration may look like a phone number, but must stay."""
    event = dict.fromkeys(SAFE_FIELDS, "4155550100")
    assert redact_event(**event) == event
    numbers = {"status": 200, "milliseconds": 1234567.8, "note": 12, "ready": True, "cause": None}
    assert redact_event(**numbers) == numbers


@pytest.mark.parametrize("value", [b"Jane", object(), ValueError("Jane"), {"Jane", "Joe"}.__iter__()])
def test_only_the_type_of_an_object_is_logged(value: Any) -> None:
    """The text of an object may contain personal data."""
    assert redact_event(note=value) == {"note": type(value).__name__}


@pytest.mark.parametrize("number", [4155550100, 415555010.5, -123456789])
def test_a_long_number_is_redacted(number: float) -> None:
    """A long number may be a phone number."""
    assert str(abs(number))[:7] not in str(redact_event(note=number))


def test_the_origin_of_an_exception_is_logged_without_its_message() -> None:
    """The causes of the exception are logged in the same way."""

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
