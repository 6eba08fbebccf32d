"""Read NDJSON."""

import json
from pathlib import Path

import pytest

from service.transfer.errors import UnreadableFile
from service.transfer.files.lines import MAX_LINE_LENGTH
from service.transfer.row_types import Kind
from tests.transfer.opening import notes, profile_of, reasons, rows_of, source_of, write


def test_a_profile_of_amazon_is_understood(tmp_path: Path) -> None:
    """Its objects are those of SearchProfiles."""
    line = json.dumps(
        {
            "FirstName": "Jane",
            "Address": {"Address1": "1 High St", "City": "London", "PostalCode": "E1"},
            "MailingAddress": {"City": "Leeds"},
            "MobilePhoneNumber": "+447700900123",
            "Attributes": {"Tier": "gold", "Points": "12"},
        }
    )
    assert profile_of(tmp_path, line, "a.jsonl") == {
        "first_name": "Jane",
        "phone_numbers": [{"type": "mobile", "value": "+447700900123"}],
        "addresses": [
            {"address_1": "1 High St", "city": "London", "postal_code": "E1"},
            {"type": "mailing", "city": "Leeds"},
        ],
        "attributes": {"Tier": "gold", "Points": "12"},
    }


def test_numbers_and_booleans_become_texts(tmp_path: Path) -> None:
    """Numbers have no decimals that are zero."""
    line = '{"first_name": "Jane", "account_number": 1001.0, "attributes": {"vip": true, "rate": 1.5}}'
    profile = profile_of(tmp_path, line, "a.ndjson")
    assert profile["account_number"] == "1001"
    assert profile["attributes"] == {"vip": "true", "rate": "1.5"}


def test_damaged_lines_are_rejected(tmp_path: Path) -> None:
    """The other lines are imported. The number is that of the line."""
    good = '{"first_name": "Jane"}'
    damaged = ("{", "[1]", '"x"')
    deep = '{"a": ' + "[" * 900 + "]" * 900 + "}"
    rows = rows_of(tmp_path, "\n".join((good, "", *damaged, deep, good)), "a.ndjson")
    assert reasons(rows) == {
        3: "The line is not valid JSON.",
        4: "The line is no JSON object; write each element of the array in its own line.",
        5: "The line is no JSON object; write objects.",
        6: "The JSON object has too many values, or is nested too deeply.",
    }
    assert rows[-1].number == 7


def test_a_long_line_is_rejected(tmp_path: Path) -> None:
    """It is skipped without being kept in memory."""
    rows = rows_of(
        tmp_path,
        '{"first_name": "A"}\n"' + "x" * (2 * MAX_LINE_LENGTH) + '"\n{"first_name": "B"}',
        "a.ndjson",
    )
    assert list(reasons(rows)) == [2]
    assert rows[2].profile == {"first_name": "B"}


@pytest.mark.parametrize("content", ["{", "first_name,last_name"])
def test_a_file_whose_first_line_is_no_object_is_unreadable(content: str, tmp_path: Path) -> None:
    """It is probably in another format."""
    with pytest.raises(UnreadableFile, match="The first line is not NDJSON"):
        source_of(write(tmp_path, content, "a.ndjson"))


def test_a_blank_file_is_unreadable(tmp_path: Path) -> None:
    """Nothing was exported."""
    with pytest.raises(UnreadableFile, match="The file is empty"):
        source_of(write(tmp_path, "\n\n", "a.ndjson"))


def test_an_unknown_member_that_appears_late_is_noted_in_its_row(tmp_path: Path) -> None:
    """The list of unknown columns is of the first thousand lines."""
    lines = ['{"first_name": "Jane", "zodiac": 1}'] * 1001 + ['{"first_name": "Jane", "shoe_size": 40}']
    source = source_of(write(tmp_path, "\n".join(lines), "a.ndjson"))
    assert source.unknown == ("zodiac",)
    assert source.understood == {"first_name": "first_name"}
    rows = list(source)
    assert notes(rows[0]) == []
    assert notes(rows[-1]) == [("shoe_size", Kind.LEFT_OUT)]
