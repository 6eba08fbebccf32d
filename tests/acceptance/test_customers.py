"""Search and match with realistic data: the 59 customers of the Chinook sample database."""

import csv
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

Ask = Callable[..., Any]
Customer = dict[str, str]

_FILE = Path(__file__).parents[3] / "shared" / "data" / "chinook_customers.csv"

pytestmark = pytest.mark.skipif(
    not _FILE.exists(), reason="needs the Chinook data, which is not in the repository"
)

# Letters without a Unicode decomposition, and their usual replacements.
_PLAIN = str.maketrans("øł", "ol")
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe"})


@dataclass(frozen=True)
class _Rates:
    """Number of searches, and of those that find the customer, first in the list, or as the only result."""

    searches: int
    found: int
    first: int
    unique: int


@pytest.fixture(scope="module")
def customers(ask: Ask) -> dict[str, Customer]:
    """Create a profile for every customer. Return the rows by profile ID."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {ask("POST", "/v1/profiles", _profile(row), expect=201)["profile_id"]: row for row in rows}


def _profile(row: Customer) -> dict[str, Any]:
    address = {
        "address_1": row["Address"],
        "city": row["City"],
        "state": row["State"],
        "country": row["Country"],
        "postal_code": row["PostalCode"],
    }
    numbers = (("main", row["Phone"]), ("fax", row["Fax"]))
    return {
        "first_name": row["FirstName"],
        "last_name": row["LastName"],
        "business_name": row["Company"] or None,
        "account_number": row["CustomerId"],
        "phone_numbers": [{"type": kind, "value": number} for kind, number in numbers if number],
        "email_addresses": [{"value": row["Email"]}],
        "addresses": [{name: text or None for name, text in address.items()}],
    }


def _in_e164(row: Customer) -> str:
    """Return the phone number in E.164. It has no trunk zero, except in Italy."""
    trunk_zero = r"(?!)" if row["Country"] == "Italy" else r"(?<=^\+\d\d )\(?0|(?<=^\+\d\d\d )0"
    return "+" + re.sub(r"\D", "", re.sub(trunk_zero, "", row["Phone"]))


def _without_diacritics(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.translate(_PLAIN))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _name(row: Customer) -> str:
    return f"{row['FirstName']} {row['LastName']}"


def _plain_name(row: Customer) -> str:
    """Return the name without diacritics, or "" if the name has no diacritics."""
    plain = _without_diacritics(_name(row))
    return "" if plain == _name(row) else plain


def _spelt_out_name(row: Customer) -> str:
    """Return the name with umlauts spelt out (Koehler), or "" if the name has no umlauts."""
    spelt_out = _name(row).translate(_SPELT_OUT)
    return "" if spelt_out == _name(row) else spelt_out


# One of the 59 customers has no phone number, 12 have a fax number, 13 diacritics and 4 umlauts in the name.
@pytest.mark.parametrize(
    ("key", "typed", "rates"),
    [
        pytest.param("phone", lambda row: row["Phone"], _Rates(58, 58, 58, 58), id="phone-as-typed"),
        pytest.param(
            "phone", lambda row: row["Phone"] and _in_e164(row), _Rates(58, 58, 58, 58), id="phone-in-e164"
        ),
        pytest.param("phone", lambda row: row["Fax"], _Rates(12, 12, 12, 12), id="fax-as-typed"),
        pytest.param(
            "email", lambda row: row["Email"].upper(), _Rates(59, 59, 59, 59), id="email-in-capitals"
        ),
        pytest.param("name", _name, _Rates(59, 59, 59, 59), id="first-name-first"),
        pytest.param(
            "name",
            lambda row: f"{row['LastName']} {row['FirstName']}",
            _Rates(59, 59, 59, 59),
            id="last-name-first",
        ),
        pytest.param("name", lambda row: _name(row).upper(), _Rates(59, 59, 59, 59), id="name-in-capitals"),
        pytest.param("name", _plain_name, _Rates(13, 13, 13, 13), id="name-without-diacritics"),
        pytest.param("name", _spelt_out_name, _Rates(4, 4, 4, 4), id="name-with-umlauts-spelt-out"),
        pytest.param("name", lambda row: row["LastName"], _Rates(59, 59, 59, 59), id="last-name-alone"),
        pytest.param("account", lambda row: row["CustomerId"], _Rates(59, 59, 59, 59), id="account"),
    ],
)
def test_the_hit_rates_are_unchanged(
    ask: Ask, customers: dict[str, Customer], key: str, typed: Callable[[Customer], str], rates: _Rates
) -> None:
    """Update the rates if they become better."""
    hits = []
    for profile_id, row in customers.items():
        if value := typed(row):
            criteria = [{"key": key, "values": [value]}]
            page = ask("POST", "/v1/profiles/search", {"criteria": criteria, "limit": 100})
            ids = [item["profile"]["profile_id"] for item in page["items"]]
            hits.append((profile_id in ids, ids[:1] == [profile_id], ids == [profile_id]))
    assert _Rates(len(hits), *(sum(each) for each in zip(*hits, strict=True))) == rates


def test_every_customers_call_matches_one_profile(ask: Ask, customers: dict[str, Customer]) -> None:
    """Calls arrive with the number in E.164."""
    for profile_id, row in customers.items():
        if row["Phone"]:
            call = {"channel": "voice", "phone_number": _in_e164(row)}
            match = ask("POST", f"/v1/contacts/call-{row['CustomerId']}/match", call)
            ids = [candidate["profile"]["profile_id"] for candidate in match["candidates"]]
            assert (match["outcome"], ids) == ("unique", [profile_id]), row["Phone"]


@pytest.fixture(scope="module")
def profiles(ask: Ask, customers: dict[str, Customer]) -> dict[str, Any]:
    """Read all profiles. Return them by ID."""
    return {profile_id: ask("GET", f"/v1/profiles/{profile_id}") for profile_id in customers}


def test_values_are_returned_as_typed(profiles: dict[str, Any], customers: dict[str, Customer]) -> None:
    """The stored names, phone numbers and e-mail addresses are not normalised."""
    for profile_id, row in customers.items():
        profile = profiles[profile_id]
        assert (profile["first_name"], profile["last_name"]) == (row["FirstName"], row["LastName"])
        assert [each["value"] for each in profile["email_addresses"]] == [row["Email"]]
        assert [each["value"] for each in profile["phone_numbers"]] == [
            number for number in (row["Phone"], row["Fax"]) if number
        ]


def test_impossible_numbers_are_stored_without_e164(profiles: dict[str, Any]) -> None:
    """One number is too long for Denmark. Another number is too short for Chile."""
    impossible = {
        number["value"]
        for profile in profiles.values()
        for number in profile["phone_numbers"]
        if number["e164"] is None
    }
    assert impossible == {"+453 3331 9991", "+56 (0)2 635 4444"}
