"""Restore what a spreadsheet changed, where the original is certain, and note it."""

from pathlib import Path

import pytest

from service.transfer.row_types import Kind
from tests.transfer.opening import notes, rows_of


@pytest.mark.parametrize(
    ("cell", "region", "numbers", "kinds"),
    [
        ("4155552671.0", "US", ["4155552671"], [Kind.REPAIRED]),
        ("4.155552671E+09", "US", ["4155552671"], [Kind.REPAIRED]),
        ("4.479E+11", "GB", [], [Kind.LEFT_OUT]),
        ('=""09012345678""', "JP", ["09012345678"], []),
        ("712345678", "CI", ["0712345678"], [Kind.REPAIRED]),
        ("9012345678", "JP", ["9012345678"], []),
        ("712345678", None, ["712345678"], []),
        ("03-1234-5678 / 090-1234-5678", "JP", ["03-1234-5678", "090-1234-5678"], [Kind.REPAIRED]),
        ("03-1234-5678\n090-1234-5678", "JP", ["03-1234-5678", "090-1234-5678"], [Kind.REPAIRED]),
        (
            "+49 711 123456; Mobile: +49 171 1234567", None,
            ["+49 711 123456", "+49 171 1234567"], [Kind.REPAIRED],
        ),
        ("+49 711 123456 / 1234570", None, ["+49 711 123456 / 1234570"], []),
        ("Tel. 03-1234-5678 (home)", "JP", ["Tel. 03-1234-5678 (home)"], []),
        ("Tel.\n03-1234-5678", "JP", ["Tel. 03-1234-5678"], []),
        ("12", "JP", ["12"], [Kind.NO_E164]),
        ("call me", "JP", ["call me"], [Kind.NO_E164]),
        ("+999", None, ["+999"], [Kind.NO_E164]),
        ("########", None, [], [Kind.LEFT_OUT]),
        ("-", "JP", [], [Kind.LEFT_OUT]),
        ("03-5555-6666", "US", ["03-5555-6666"], [Kind.NO_E164]),
        ("0221 / 123456", "US", ["0221 / 123456"], [Kind.NO_E164]),
        ("0221 / 123456", "DE", ["0221 / 123456"], []),
        ("call me", None, ["call me"], []),
        ("anonymous", "JP", ["anonymous"], []),
    ],
)  # fmt: skip
def test_a_phone_number_is_repaired(
    cell: str, region: str | None, numbers: list[str], kinds: list[Kind], tmp_path: Path
) -> None:
    """Without a region, national numbers are left to the service. A number with lost digits is left out."""
    (row,) = rows_of(tmp_path, f'first_name,Phone\nJane,"{cell}"\n', region=region)
    assert [number["value"] for number in row.profile.get("phone_numbers", [])] == numbers
    assert notes(row) == [("Phone", kind) for kind in kinds]


@pytest.mark.parametrize(
    ("cell", "addresses"),
    [
        ("a@x.org; b@x.org", ["a@x.org", "b@x.org"]),
        ("A@x.org, B@x.org", ["A@x.org", "B@x.org"]),
        ("Jane <a@x.org>, Bob <b@x.org>", ["a@x.org", "b@x.org"]),
        ("a@x.org\na@x.org", ["a@x.org a@x.org"]),
        ("Jane <a@x.org>", ["Jane <a@x.org>"]),
    ],
)
def test_a_cell_with_several_addresses_is_divided(cell: str, addresses: list[str], tmp_path: Path) -> None:
    """Each address is imported as it was typed, if the others are clear."""
    (row,) = rows_of(tmp_path, f'first_name,Email\nJane,"{cell}"\n')
    assert [address["value"] for address in row.profile["email_addresses"]] == addresses
    assert notes(row) == ([("Email", Kind.REPAIRED)] if len(addresses) > 1 else [])


@pytest.mark.parametrize(
    ("cell", "expected", "kinds"),
    [
        ("1001.0", "1001", [Kind.REPAIRED]),
        ("1.23456E+05", "123456", [Kind.REPAIRED]),
        ("1.2E+05", None, [Kind.LEFT_OUT]),
        ("1.000", "1.000", []),
        ("12E5", "12E5", []),
        ("v1.0", "v1.0", []),
        ('=""007""', "007", []),
    ],
)
@pytest.mark.parametrize("field", ["account_number", "keys.crm_id", "addresses.postal_code"])
def test_an_identifier_is_repaired(
    cell: str, expected: str | None, kinds: list[Kind], field: str, tmp_path: Path
) -> None:
    """If its digits are lost, it is left out: it would be another customer's."""
    (row,) = rows_of(tmp_path, f'first_name,{field}\nJane,"{cell}"\n')
    values = {
        "account_number": [row.profile.get("account_number")],
        "keys.crm_id": row.profile.get("keys", {}).get("crm_id", [None]),
        "addresses.postal_code": [
            address["postal_code"] for address in row.profile.get("addresses", [{"postal_code": None}])
        ],
    }
    assert values[field] == [expected]
    assert notes(row) == [(field, kind) for kind in kinds]


@pytest.mark.parametrize(
    ("cell", "expected", "kinds"),
    [
        ("29222", "1980-01-02", [Kind.REPAIRED]),
        ("29222.0", "1980-01-02", [Kind.REPAIRED]),
        ("99999", "99999", []),
        ("1980", "1980", []),
        ("2/1/1980", "2/1/1980", []),
    ],
)
def test_the_serial_number_of_a_birth_date_is_converted(
    cell: str, expected: str, kinds: list[Kind], tmp_path: Path
) -> None:
    """Unless it is in the future. Other dates are imported as typed."""
    (row,) = rows_of(tmp_path, f"first_name,birth_date\nJane,{cell}\n")
    assert row.profile["birth_date"] == expected
    assert notes(row) == [("birth_date", kind) for kind in kinds]


def test_a_row_whose_own_id_lost_digits_is_rejected(tmp_path: Path) -> None:
    """It could become a second profile of the same customer."""
    content = "crm_id,first_name\n1.2E+05,Jane\n1001.0,Joe\n"
    (lost, repaired) = rows_of(tmp_path, content, match_on="crm_id")
    assert lost.rejected is not None
    assert lost.rejected.column == "crm_id"
    assert repaired.ref == "1001"


def test_no_note_or_reason_contains_a_value(tmp_path: Path) -> None:
    """They are printed and written to files."""
    content = 'first_name,Phone,Email\nJane,"4155552671.0; 12",x@secret.org;y@secret.org\n'
    (row,) = rows_of(tmp_path, content, region="US")
    assert row.notes
    assert not any(part in note.reason for note in row.notes for part in ("4155552671", "secret", "Jane"))
