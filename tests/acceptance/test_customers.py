"""Real people: the 59 customers of the Chinook sample database, created and looked up as they are typed."""

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
    not _FILE.exists(), reason="needs recorded data, which is no part of the repository"
)

# Letters that Unicode does not take apart, as somebody without them on the keyboard types them.
_PLAIN = str.maketrans("øł", "ol")
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe"})


@dataclass(frozen=True)
class _Rates:
    """How a kind of look-up did: asked, found at all, found as the first, found and nobody else."""

    asked: int
    found: int
    first: int
    unique: int


@pytest.fixture(scope="module")
def customers(ask: Ask) -> dict[str, Customer]:
    """Create every customer; return the rows by the ID of the profile made of each."""
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
    """Return the number as a network delivers it: no trunk zero, which Italy alone dials from abroad."""
    trunk_zero = r"(?!)" if row["Country"] == "Italy" else r"(?<=^\+\d\d )\(?0|(?<=^\+\d\d\d )0"
    return "+" + re.sub(r"\D", "", re.sub(trunk_zero, "", row["Phone"]))


def _without_diacritics(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.translate(_PLAIN))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _name(row: Customer) -> str:
    return f"{row['FirstName']} {row['LastName']}"


def _plain_name(row: Customer) -> str:
    """Return the name without diacritics, or nothing where it has none."""
    plain = _without_diacritics(_name(row))
    return "" if plain == _name(row) else plain


def _spelt_out_name(row: Customer) -> str:
    """Return the name with umlauts spelt out (Koehler), or nothing where it has none."""
    spelt_out = _name(row).translate(_SPELT_OUT)
    return "" if spelt_out == _name(row) else spelt_out


# One of the 59 has no phone number, 12 have a fax, 13 a name with diacritics and 4 one that can be spelt out.
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
def test_customers_are_found_as_often_as_before(
    ask: Ask, customers: dict[str, Customer], key: str, typed: Callable[[Customer], str], rates: _Rates
) -> None:
    """The hit rate of each kind of look-up is exactly what it was; better is a change, too."""
    hits = []
    for profile_id, row in customers.items():
        if value := typed(row):
            criteria = [{"key": key, "values": [value]}]
            page = ask("POST", "/v1/profiles/search", {"criteria": criteria, "limit": 100})
            found = [item["profile"]["profile_id"] for item in page["items"]]
            hits.append((profile_id in found, found[:1] == [profile_id], found == [profile_id]))
    assert _Rates(len(hits), *(sum(each) for each in zip(*hits, strict=True))) == rates


def test_every_call_of_a_customer_is_matched(ask: Ask, customers: dict[str, Customer]) -> None:
    """The number in E.164, as a network delivers it, gives the one profile of each who has a number."""
    for profile_id, row in customers.items():
        if row["Phone"]:
            call = {"channel": "voice", "phone_number": _in_e164(row)}
            match = ask("POST", f"/v1/contacts/call-{row['CustomerId']}/match", call)
            found = [candidate["profile"]["profile_id"] for candidate in match["candidates"]]
            assert (match["outcome"], found) == ("unique", [profile_id]), row["Phone"]


def test_what_was_typed_is_kept(ask: Ask, customers: dict[str, Customer]) -> None:
    """Beside its normalised form every number, address and name stands as it was sent."""
    for profile_id, row in customers.items():
        profile = ask("GET", f"/v1/profiles/{profile_id}")
        assert (profile["first_name"], profile["last_name"]) == (row["FirstName"], row["LastName"])
        assert [each["value"] for each in profile["email_addresses"]] == [row["Email"]]
        assert [each["value"] for each in profile["phone_numbers"]] == [
            number for number in (row["Phone"], row["Fax"]) if number
        ]


def test_the_impossible_numbers_are_kept_without_e164(ask: Ask, customers: dict[str, Customer]) -> None:
    """One has a digit too many for Denmark, one a digit too few for Chile; both are found by their digits."""
    unread = {
        number["value"]
        for profile_id in customers
        for number in ask("GET", f"/v1/profiles/{profile_id}")["phone_numbers"]
        if number["e164"] is None
    }
    assert unread == {"+453 3331 9991", "+56 (0)2 635 4444"}
