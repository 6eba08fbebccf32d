"""Which profiles are taken for the same person, and why."""

import pytest

from service.matching.duplicates.blocking import blocking_keys
from service.matching.duplicates.comparison import Likeness, compare, prepare
from service.matching.profiles import index
from service.model.match import Tier
from service.model.profile import EMPTY_PROFILE, Profile
from service.model.search_key import KeyType, SearchKey
from tests.matching.partial_profiles import profile_with

_KEYS = {
    "tax_number": SearchKey(name="tax_number", label="Tax number", type=KeyType.DIGITS),
    "tariff": SearchKey(name="tariff", label="Tariff", type=KeyType.TEXT),
}
_HOME = {"address_1": "Hauptstraße 5", "city": "Bern", "postal_code": "3011"}
_SAME_HOME = {"address_1": "Hauptstr. 5", "address_2": "2. Stock", "city": "BERN", "postal_code": "3011"}


def _profile(
    name: str, *, phone: str = "", email: str = "", home: object = None, **fields: object
) -> Profile:
    """Return an indexed profile. The name is ``first/last``."""
    first, _, last = name.partition("/")
    lines = dict.fromkeys(("address_1", "address_2", "address_3", "address_4", "city", "postal_code"))
    profile = profile_with(
        **EMPTY_PROFILE
        | {
            "profile_id": "0" * 32,
            "first_name": first or None,
            "last_name": last or None,
            "phone_numbers": [{"value": phone, "e164": None}] if phone else [],
            "email_addresses": [{"value": email}] if email else [],
            "addresses": [lines | home] if isinstance(home, dict) else [],
        }
        | fields
    )
    return {**profile, "lookup": index(profile, _KEYS, "CH").lookup}


def _compare(one: Profile, other: Profile) -> Likeness | None:
    """Compare in both directions, and check that the profiles are in one block if they are alike."""
    likeness = compare(prepare(one, _KEYS), prepare(other, _KEYS))
    assert compare(prepare(other, _KEYS), prepare(one, _KEYS)) == likeness
    assert likeness is None or blocking_keys(one, _KEYS) & blocking_keys(other, _KEYS)
    return likeness


_PHONE = "+41 44 668 18 00"
_EMAIL = "jane@example.com"
_BORN = "1980-04-01"


@pytest.mark.parametrize(
    ("one", "other", "tier", "reasons"),
    [
        (
            _profile("Jane/Doe", phone=_PHONE, email=_EMAIL),
            _profile("Doe/Jane", phone="044 668 18 00", email=_EMAIL.upper()),
            Tier.EXACT,
            ("email", "phone", "same_name"),
        ),
        (
            _profile("Jane/Doe", email="info@doe.example"),
            _profile("Jane/Doe", email="info@doe.example"),
            Tier.RAW,
            ("email", "same_name"),
        ),
        (
            _profile("Robert/Miller", phone=_PHONE),
            _profile("Bob/Miler", phone=_PHONE),
            Tier.VARIANT,
            ("phone", "similar_name"),
        ),
        (
            _profile("Jane/Doe", email=_EMAIL),
            _profile("Jane/Miller", email=_EMAIL),
            Tier.VARIANT,
            ("email", "same_first_name"),
        ),
        (
            _profile("Jane/Doe", birth_date=_BORN, home=_HOME),
            _profile("Jane/Miller", birth_date="1.4.1980", home=_SAME_HOME),
            Tier.PARTIAL_NAME,
            ("same_first_name", "same_birth_date", "same_address"),
        ),
        (
            _profile("Jane/Doe", phone=_PHONE),
            _profile("Jane", phone=_PHONE),
            Tier.VARIANT,
            ("phone", "same_first_name"),
        ),
        (
            _profile("J./Doe", email=_EMAIL),
            _profile("Jane/Doe", email=_EMAIL),
            Tier.VARIANT,
            ("email", "same_last_name"),
        ),
        (
            _profile("太郎/山田", email=_EMAIL, phone=_PHONE),
            _profile("Taro/Yamada", email=_EMAIL, phone=_PHONE),
            Tier.VARIANT,
            ("email", "phone"),
        ),
        (
            _profile("Jane/Doe", birth_date=_BORN),
            _profile("JANE/DOE", birth_date="1 April 1980"),
            Tier.FULL_NAME,
            ("same_name", "same_birth_date"),
        ),
        (
            _profile("Jane/Doe", home=_HOME),
            _profile("Jane/Doe", home=_SAME_HOME),
            Tier.FULL_NAME,
            ("same_name", "same_address"),
        ),
        (
            _profile("Jane/Doe", account_number="A-1"),
            _profile("Jane/Doe", account_number="a1"),
            Tier.EXACT,
            ("account", "same_name"),
        ),
        (
            _profile("Jane/Doe", keys={"tax_number": ["756-1234-97"]}),
            _profile("Jane/Miller", keys={"tax_number": ["756123497"]}),
            Tier.VARIANT,
            ("tax_number", "same_first_name"),
        ),
        (
            _profile("", business_name="Acme GmbH", phone=_PHONE),
            _profile("", business_name="ACME", phone=_PHONE),
            Tier.EXACT,
            ("phone", "same_business_name"),
        ),
        (
            _profile("John/Doe", birth_date=_BORN, phone=_PHONE),
            _profile("John/Doe Jr.", birth_date=_BORN),
            Tier.FULL_NAME,
            ("same_name", "same_birth_date"),
        ),
    ],
)
def test_these_are_the_same_person(
    one: Profile, other: Profile, tier: Tier, reasons: tuple[str, ...]
) -> None:
    """With these reasons: first the search keys, then the other evidence."""
    likeness = _compare(one, other)
    assert likeness is not None
    assert (likeness.tier, likeness.reasons) == (tier, reasons)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # Namesakes, and other people with nothing in common.
        (_profile("Jane/Doe"), _profile("Jane/Doe")),
        # A family that shares a line, an address and an account.
        (
            _profile("Jane/Doe", phone=_PHONE, home=_HOME, account_number="A-1"),
            _profile("John/Doe", phone=_PHONE, home=_HOME, account_number="A-1"),
        ),
        (_profile("J./Doe", account_number="A-1"), _profile("John/Doe", account_number="A-1")),
        (_profile("Doe", phone=_PHONE, home=_HOME), _profile("John/Doe", phone=_PHONE, home=_HOME)),
        # Twins.
        (
            _profile("Jan/Doe", phone=_PHONE, birth_date=_BORN, home=_HOME),
            _profile("Jana/Doe", phone=_PHONE, birth_date=_BORN, home=_HOME),
        ),
        # A parent and a child with the same name.
        (
            _profile("John/Doe", phone=_PHONE, birth_date=_BORN, home=_HOME),
            _profile("John/Doe", phone=_PHONE, birth_date="2010-04-01", home=_HOME),
        ),
        (_profile("John/Doe", phone=_PHONE), _profile("John/Doe Jr.", phone=_PHONE)),
        # Colleagues who share a switchboard, an address and a mailbox.
        (_profile("Jane/Doe", phone=_PHONE, home=_HOME), _profile("Jane/Miller", phone=_PHONE, home=_HOME)),
        (_profile("Jane/Doe", email="info@doe.example"), _profile("Jane/Miller", email="info@doe.example")),
        # A person and her company, and two companies in one house.
        (
            _profile("Jane/Doe", business_name="Acme", phone=_PHONE),
            _profile("", business_name="Acme", phone=_PHONE),
        ),
        (_profile("Jane/Doe", email=_EMAIL), _profile("", business_name="Acme", email=_EMAIL)),
        (
            _profile("", business_name="Acme", phone=_PHONE),
            _profile("", business_name="Ikon", phone=_PHONE),
        ),
        # Many people have the same tariff.
        (
            _profile("Jane/Doe", keys={"tariff": ["Gold 12345"]}),
            _profile("Jane/Doe", keys={"tariff": ["Gold 12345"]}),
        ),
        (_profile("太郎/山田", phone=_PHONE), _profile("Taro/Yamada", phone=_PHONE)),
    ],
)
def test_these_are_different_people(one: Profile, other: Profile) -> None:
    """Or it is not certain enough that they are the same."""
    assert _compare(one, other) is None


def test_ignored_values_identify_nobody() -> None:
    """Such as the number of the company's own switchboard."""
    one, other = _profile("Jane/Doe", phone=_PHONE), _profile("Jane/Doe", phone=_PHONE)
    ignored = {"phone:+41446681800"}
    assert compare(prepare(one, ignored=ignored), prepare(other, ignored=ignored)) is None
    assert blocking_keys(one, ignored=ignored) == frozenset()
