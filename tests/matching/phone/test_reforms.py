"""Spellings of numbers before and after a reform, and numbers that only look like them."""

import re
from functools import cache
from itertools import product

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.matching.phone import reforms
from service.matching.phone.reform_rules import REFORMS
from service.matching.search_keys import index_terms, query_terms
from service.model.match import Tier
from service.model.search_key import BUILT_IN, KeyType, SearchKey

laws = settings(derandomize=True, deadline=None, database=None, max_examples=100)

KEYS = [BUILT_IN["phone"], SearchKey(name="fax", label="Fax", type=KeyType.PHONE)]


def best(stored: str, asked: str, region: str, key: SearchKey = KEYS[0]) -> Tier | None:
    """Return the best tier on which a stored value matches, if it does."""
    kept = index_terms(key, stored, region)
    return next((term.tier for term in query_terms(key, asked, region) if term.lookup in kept), None)


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
@pytest.mark.parametrize(
    ("one", "another", "region"),
    [
        ("+55 31 98888-8888", "+55 31 8888-8888", "US"),
        ("(31) 98888-8888", "(31) 8888-8888", "BR"),
        ("(11) 97123-4567", "+55 11 7123-4567", "BR"),
        ("+52 55 1234 5678", "+52 1 55 1234 5678", "US"),
        ("55 1234 5678", "1 55 1234 5678", "MX"),
        ("+52 55 1234 5678", "1 55 1234 5678", "MX"),
        ("+52 55 1234 5678", "00 52 1 55 1234 5678", "MX"),
        ("+52 55 1234 5678", "011 52 1 55 1234 5678", "GB"),
        ("+55 11 96123-4567", "00 55 11 6123-4567", "BR"),
        ("+55 11 96123-4567", "010 55 11 6123-4567", "US"),
        ("+54 9 11 2345 6789", "+54 11 2345 6789", "US"),
        ("011 15 2345 6789", "011 2345 6789", "AR"),
        ("+54 11 15 2345 6789", "+54 11 2345 6789", "US"),
        ("+54 9 11 15 2345 6789", "11 2345 6789", "AR"),
        ("0223 15 456-7890", "+54 223 456 7890", "AR"),
        ("+56 2 2635 4444", "+56 (0)2 635 4444", "US"),
        ("2 2635 4444", "02 635 4444", "CL"),
        ("+56 61 222 3456", "+56 61 22 3456", "US"),
        ("+229 01 90 01 12 34", "+229 90 01 12 34", "US"),
        ("01 90 01 12 34", "90 01 12 34", "BJ"),
        ("+229 01 90 01 12 34", "90 01 12 34", "BJ"),
        ("+84 39 123 4567", "+84 169 123 4567", "US"),
        ("039 123 4567", "0169 123 4567", "VN"),
        ("079 123 4567", "+84 121 123 4567", "VN"),
        ("+57 601 2345678", "+57 1 2345678", "US"),
        ("601 234 5678", "+57 1 2345678", "CO"),
        ("+241 66 28 01 50", "+241 06 28 01 50", "US"),
        ("+241 77 28 01 50", "+241 07 28 01 50", "US"),
        ("+241 11 73 00 00", "+241 01 73 00 00", "US"),
        ("+225 07 07 12 34 56", "+225 07 12 34 56", "US"),
        ("07 07 12 34 56", "07 12 34 56", "CI"),
        ("+225 07 47 12 34 56", "47 12 34 56", "CI"),
        ("00 225 05 64 12 34 56", "+225 64 12 34 56", "FR"),
        ("+225 01 40 12 34 56", "+225 40 12 34 56", "US"),
        ("+225 27 22 41 23 45", "+225 22 41 23 45", "US"),
        ("+225 25 20 01 23 45", "20 01 23 45", "CI"),
        ("+225 21 20 81 23 45", "+225 20 81 23 45", "US"),
        ("+84 24 3936 2345", "+84 4 3936 2345", "US"),
        ("0236 365 1234", "0511 365 1234", "VN"),
        ("+63 2 8525 1234", "+63 2 525 1234", "US"),
        ("(02) 7219 1234", "(02) 219 1234", "PH"),
        ("+234 201 234 5678", "+234 1 234 5678", "US"),
        ("+20 100 123 4567", "+20 10 123 4567", "US"),
        ("0127 123 4567", "017 123 4567", "EG"),
        ("+974 3312 3456", "+974 312 3456", "US"),
        ("4412 3456", "412 3456", "QA"),
        ("+966 11 234 5678", "+966 1 234 5678", "US"),
        ("+237 6 77 12 34 56", "+237 77 12 34 56", "US"),
        ("+224 621 12 34 56", "+224 61 12 34 56", "US"),
        ("+593 99 123 4567", "+593 9 123 4567", "US"),
        ("+598 4446 2000", "+598 446 2000", "US"),
        ("+230 5 251 2345", "+230 251 2345", "US"),
        ("+233 30 223 4567", "+233 21 23 45 67", "US"),
        ("+233 30 359 1596", "+233 968 91 596", "US"),
        ("+233 30 349 1596", "+233 22 49 1596", "US"),
        ("+994 20 203 45 67", "+994 110 3 45 67", "US"),
        ("+995 577 12 34 56", "+995 77 12 34 56", "US"),
        ("+995 32 212 34 56", "+995 32 12 34 56", "US"),
        ("+995 422 21 23 45", "+995 222 12345", "US"),
        ("+995 350 21 23 45", "+995 350 12345", "US"),
        ("+856 20 55 123 456", "+856 20 5 123 456", "US"),
        ("+504 2221 2345", "+504 221 2345", "US"),
        ("+245 955 12 34 56", "+245 512 34 56", "US"),
        ("+247 40000", "+247 247 40000", "US"),
        ("+52 55 1234 5678", "+52 1 55 1234 5678 (celular)", "US"),
        ("+52 55 1234 5678", "1 55 1234 5678 casa", "MX"),
        ("+52 55 1234 5678", "5215512345678", "MX"),
        ("+52 55 1234 5678", "5215512345678", "US"),
    ],
)
def test_two_spellings_of_one_number_match_each_other(
    one: str, another: str, region: str, key: SearchKey
) -> None:
    """Either spelling may be stored. The match is a variant. A spelling in E.164 matches itself exactly."""
    assert best(one, another, region, key) == best(another, one, region, key) == Tier.VARIANT
    assert best(one, one, region, key) == Tier.EXACT
    assert best(another, another, region, key) in {Tier.EXACT, Tier.VARIANT}


def test_two_former_spellings_of_one_number_match_on_the_same_tier() -> None:
    """So two profiles with the same number have the same rank."""
    for one, another in (("1 55 1234 5678", "00 52 1 55 1234 5678"), ("+5215512345678", "+525512345678")):
        assert best(one, "+5215512345678", "MX") == best(another, "+5215512345678", "MX") == Tier.VARIANT


@pytest.mark.parametrize(
    ("stored", "asked", "region", "tier"),
    [
        ("+442079460018", "442079460018", "US", Tier.EXACT),
        ("442079460018", "+44 20 7946 0018", "US", Tier.EXACT),
        ("442079460018", "442079460018", "US", Tier.EXACT),
        ("04971 1123456", "49711123456", "DE", Tier.VARIANT),
        ("+4671234567", "4671234567", "US", None),
        ("Room 123", "ROOM 123", "US", Tier.RAW),
        ("*86", "*86", "US", Tier.RAW),
        ("*86", "86", "US", None),
        ("Room 123", "123", "US", None),
        ("123", "ABC-123", "US", None),
        ("5551234", "see account 5551234", "US", None),
        ("11 6123-9742", "1161239742 DW 12", "BR", Tier.EXACT),
        ("+16123974212", "1161239742 DW 12", "BR", None),
        ("415-555-2671 home", "4155552671", "US", Tier.EXACT),
        ("4155552671", "415-555-2671 home", "US", Tier.EXACT),
        ("0711 123456 4663", "0711 123456 home", "DE", None),
    ],
)
def test_a_note_or_a_missing_plus_does_not_matter(
    stored: str, asked: str, region: str, tier: Tier | None
) -> None:
    """Digits that may also be a national number are at most a variant. A text matches only the same text."""
    assert best(stored, asked, region) is tier


@pytest.mark.parametrize(
    ("stored", "asked", "region"),
    [
        ("45333319991", "+453 3331 9991", "US"),
        ("+453 3331 9991", "45333319991", "JP"),
        ("+229 90 01 12 34 5", "90 01 12 34 5", "BJ"),
        ("90 01 12 34 5", "+229 90 01 12 34 5", "BJ"),
        ("555-0123 x12", "555-0123", "US"),
        ("Reception", "reception", "US"),
        ("1234", "sip:1234@pbx.example.com", "US"),
    ],
)
def test_an_impossible_number_matches_on_the_raw_tier(stored: str, asked: str, region: str) -> None:
    """It matches the same digits, with or without the country code."""
    assert best(stored, asked, region) == Tier.RAW


@pytest.mark.parametrize(
    ("stored", "asked", "region"),
    [
        ("+81312345678", "+81312345679", "JP"),
        ("+81312345678", "+82312345678", "JP"),
        ("+81312345678", "+49312345678", "JP"),
        ("+442071234567", "+12071234567", "US"),
        ("+81312345678", "1234", "JP"),
        ("+811234", "1234", "JP"),
        ("1234", "+1234", "US"),
        ("+1234", "1234", "US"),
        ("1234", "+81312341234", "JP"),
        ("1234", "12345", "JP"),
        ("1234", "01234", "JP"),
        ("12345", "1234 x5", "JP"),
        ("1234 x5", "12345", "JP"),
        ("1800", "1-800-FLOWERS", "US"),
        ("+12015550123", "+812015550123", "US"),
        ("+2015550123", "2015550123", "JP"),
        ("+81312345678", "312345678", "US"),
        ("+81312345678", "0312345678", "US"),
        ("+12015550123", "201-555-0123", "GB"),
        ("+1 011 81 3 1234 5678", "011 81 3 1234 5678", "US"),
        ("+1 81312345678", "+81312345678", "US"),
        ("+811 2015550123", "+12015550123", "JP"),
        ("555-0123", "+1 201 555 0123", "US"),
        ("+1 201 555 0123", "555-0123", "US"),
        ("+1 201 555 0123", "+1 202 555 0123", "US"),
        ("+39 06 39733434", "+39 6 39733435", "IT"),
        ("+39 0331 234567", "+39 331 234567", "IT"),
        ("+39 06 6982 1234", "6 6982 1234", "US"),
        ("+55 31 98888-8888", "+55 31 8888-8889", "BR"),
        ("+55 31 93333-3333", "+55 31 3333-3333", "BR"),
        ("+55 31 3333-3333", "+55 31 93333-3333", "BR"),
        ("+55 31 98888-8888", "+55 11 8888-8888", "BR"),
        ("+233 30 359 1596", "+233 22 59 1596", "GH"),
        ("+230 525 1234", "+230 251 234", "MU"),
        ("+598 4405 1234", "+598 405 1234", "UY"),
        ("+598 4420 1234", "+598 420 1234", "UY"),
        ("+52 1 55 1234 5678", "+1 55 1234 5678", "MX"),
        ("+54 800 123 4567", "+54 9 800 123 4567", "AR"),
        ("+225 07 07 12 34 56", "+225 05 07 12 34 56", "CI"),
        ("+225 07 07 12 34 56", "+225 08 12 34 56", "CI"),
        ("+225 27 22 41 23 45", "+225 25 22 41 23 45", "CI"),
        ("+84 28 3829 1234", "+84 8 3829 1234", "VN"),
        ("+974 3312 3456", "+974 412 3456", "QA"),
        ("+245 955 55 01 82", "245-555-0182", "US"),
        ("+222 22 12 34 56", "222-212-3456", "US"),
        ("+63 2 8525 1234", "+63 2 7525 1234", "PH"),
        ("Reception", "Reception 1", "US"),
        ("sip:alice@example.com", "sip:bob@example.com", "US"),
        ("sip:alice1@example.com", "1", "US"),
    ],
)
def test_another_number_does_not_match(stored: str, asked: str, region: str) -> None:
    """It does not match on any tier."""
    assert best(stored, asked, region) is None


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
@pytest.mark.parametrize(
    ("one", "another", "region"),
    [
        ("+390669821234", "+39 6 6982 1234", "US"),
        ("06 6982 1234", "+39 (6) 6982 1234", "IT"),
        ("06 6982 1234", "6 6982 1234", "IT"),
        ("+39 02 1234 5678", "0039 2 1234 5678", "DE"),
        ("+39 06 6982", "+39 6 6982", "VA"),
        ("+390549886377", "+39549886377", "SM"),
        ("+3780549886377", "+378549886377", "SM"),
        ("+39 347 123 4567", "+39 0347 123 4567", "IT"),
        ("+242 06 401 2345", "+242 6 401 2345", "US"),
        ("+241 11 73 00 00", "+241 011 73 00 00", "US"),
    ],
)
def test_a_zero_that_is_kept_from_abroad_may_be_omitted_or_added(
    one: str, another: str, region: str, key: SearchKey
) -> None:
    """Both spellings match each other if only one of them can be a number."""
    assert best(one, another, region, key) in {Tier.VARIANT, Tier.EXACT}
    assert best(another, one, region, key) in {Tier.VARIANT, Tier.EXACT}


def test_italys_zero_is_a_variant() -> None:
    """Either spelling may be stored. Each spelling matches itself exactly."""
    kept, omitted = "+390669821234", "+39 6 6982 1234"
    assert best(kept, omitted, "IT") == best(omitted, kept, "IT") == Tier.VARIANT
    assert best(kept, kept, "IT") == best(omitted, omitted, "IT") == Tier.EXACT


_PAIRS = [
    (code, before, *pair.split(":"), behind)
    for code, before, pairs, behind in REFORMS
    for pair in pairs.split()
]
_EXAMPLES = 25
"""The approximate number of examples of each rule."""
# In Argentina, a number without 9 can be a fixed one. For the others, phonenumbers still has the old numbers.
_STILL_VALID = ("+54", "+55", "+5746", "+241", "+247")


@cache
def _digits(pattern: str) -> list[str]:
    """Return digits of each length that match the pattern, with all possible first three digits."""
    candidates = (
        "".join(first) + "1415926"[: length - len(first)]
        for length in range(11)
        for first in product("0123456789", repeat=min(length, 3))
    )
    return [digits for digits in candidates if re.fullmatch(pattern, digits)]


@pytest.mark.parametrize("pair", _PAIRS, ids=lambda pair: f"+{pair[0]} {pair[1]} {pair[2]}:{pair[3]}")
def test_a_rule_is_one_to_one_and_no_other_subscriber_has_its_old_numbers(pair: tuple[str, ...]) -> None:
    """Old numbers have one length. One that is valid today could be the number of another subscriber."""
    code, before, old, new, behind = pair
    examples = list(product(_digits(before), _digits(behind)))
    assert len({len(first) + len(last) for first, last in examples}) == 1
    # An odd step varies the last of the three digits.
    for first, last in examples[:: len(examples) // _EXAMPLES | 1]:
        number, other = f"+{code}{first}{old}{last}", f"+{code}{first}{new}{last}"
        assert reforms.other_spellings(number) == [other]
        assert reforms.other_spellings(other) == [number]
        assert number.startswith(_STILL_VALID) or not phonenumbers.is_valid_number(phonenumbers.parse(number))


@laws
@given(number=st.from_regex(r"\A\+(?:55|521?|549?|56|5760?|229|2410?|84)[0-9]{7,11}\Z"))
def test_a_variant_of_a_variant_is_the_number(number: str) -> None:
    """Each rule has a reverse rule."""
    assert all(number in reforms.other_spellings(other) for other in reforms.other_spellings(number))
