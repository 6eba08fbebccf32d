"""The example numbers of every region and number type, in every spelling."""

from collections.abc import Iterator
from functools import cache
from itertools import cycle, islice, product

import phonenumbers
import pytest
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

from service.matching import phone
from service.matching.search_keys import index_terms, query_terms
from service.model.match import Tier
from service.model.search_key import BUILT_IN
from tests.measuring import unmeasured

KEY = BUILT_IN["phone"]
REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
ENTITIES = sorted(phonenumbers.COUNTRY_CODES_FOR_NON_GEO_REGIONS)
INTERNATIONAL = (PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.E164, PhoneNumberFormat.RFC3966)
EXTENSION = 4
MIN_LENGTH_WITHOUT_PLUS = 9

DIALLING_PREFIXES = ("00", "011", "010")
DIALLED_IN = ("US", "DE", "MX", "")
NOTES = (" (mobile)", " home", "\uff08自宅\uff09", " DW 22", "转123", "w12", " дом.")

WRITTEN = (
    "{international} ext. 12",
    "{international} x12",
    "{international};ext=12",
    "{international} 内線12",
    "({international})",
    "\u202d{international}\u202c",
    "sip:{e164}@example.com;user=phone",
    "sips:{e164};ext=3@example.com:5061;transport=tls",
    "<sip:%2B{digits}@10.0.0.1>",
    '"Room 12" <tel:{e164}>',
    "{dots}",
    "{slashes}",
    "{middle_dots}",
    "\uff0b{full_width}",
    "+{arabic}",
)

# Where 011 or 010 is an area code or begins a number: Buenos Aires, Turin and Genoa, Abidjan, Korean mobiles,
# and Brazil's area 11 behind its trunk prefix. In Brazil, Japan and Korea 00 may begin a code of a carrier.
OTHERWISE_DIALLED = ("AR", "BR", "CI", "IT", "JP", "KR")


def examples(region: str) -> Iterator[PhoneNumber]:
    """Yield a number of each type that the region has an example for."""
    found = (phonenumbers.example_number_for_type(region, kind) for kind in PhoneNumberType.values())
    yield from (number for number in found if number is not None)


@cache
def all_examples() -> tuple[PhoneNumber, ...]:
    """Return the examples of all regions, and of the country codes that belong to no country."""
    entities = (phonenumbers.example_number_for_non_geo_entity(code) for code in ENTITIES)
    return (
        *(number for region in REGIONS for number in examples(region)),
        *(number for number in entities if number is not None),
    )


@cache
def one_of_each() -> tuple[PhoneNumber, ...]:
    """Return one example number of each region and of each country code that belongs to no country."""
    return tuple({phonenumbers.region_code_for_number(number): number for number in all_examples()}.values())


def spelled(number: PhoneNumber, form: int) -> str:
    """Return a number in a format of the library phonenumbers."""
    return phonenumbers.format_number(number, form)


def tiers(stored: str, asked: str, region: str, asked_in: str | None = None) -> list[Tier]:
    """Return the tiers on which a stored value matches. ``asked_in`` is the region of the query."""
    kept = set(index_terms(KEY, stored, region))
    return [term.tier for term in query_terms(KEY, asked, asked_in or region) if term.lookup in kept]


def test_there_are_as_many_examples_as_expected() -> None:
    """245 regions have 1,374 examples, and 9 entities one each."""
    assert len(REGIONS) >= 245
    assert len(ENTITIES) >= 9
    assert len(all_examples()) >= 1383


@pytest.mark.parametrize("region", REGIONS)
def test_every_number_of_a_region_matches_exactly_in_any_form(region: str) -> None:
    """All pairs of a stored and a typed form are tested.

    One number of the region is tested in all forms, the others in the national and one other form in turn.
    """
    others = cycle(INTERNATIONAL)
    tested = len(INTERNATIONAL)
    for number in examples(region):
        texts = [spelled(number, form) for form in (PhoneNumberFormat.NATIONAL, *islice(others, tested))]
        tested = 1
        kept = [set(index_terms(KEY, text, region)) for text in texts]
        found = [query_terms(KEY, text, region)[0] for text in texts]
        assert {term.tier for term in found} == {Tier.EXACT}
        assert all(term.lookup in stored for term in found for stored in kept), texts


@pytest.mark.parametrize("region", REGIONS)
def test_a_number_with_its_country_code_matches_under_any_default_region(region: str) -> None:
    """One number of a region is tested in each form with the country code, the others in one form in turn."""
    forms = cycle(INTERNATIONAL)
    tested = len(INTERNATIONAL)
    for number in examples(region):
        kept = set(index_terms(KEY, spelled(number, PhoneNumberFormat.NATIONAL), region))
        abroad = "JP" if region == "US" else "US"
        for form in islice(forms, tested):
            for asked_in in (abroad, ""):
                assert query_terms(KEY, spelled(number, form), asked_in)[0].lookup in kept
        tested = 1


@pytest.mark.parametrize("code", ENTITIES)
def test_a_number_without_a_country_matches_in_each_international_form(code: int) -> None:
    """Examples are +800 and +870, for freephone and satellite numbers."""
    number = phonenumbers.example_number_for_non_geo_entity(code)
    assert number is not None
    for stored in INTERNATIONAL:
        for asked in INTERNATIONAL:
            assert tiers(spelled(number, stored), spelled(number, asked), "JP") == [Tier.EXACT]
    bare = spelled(number, PhoneNumberFormat.NATIONAL)
    assert tiers(bare, bare, "") in ([Tier.RAW], [Tier.EXACT])  # one looks like a number of North America
    assert tiers(spelled(number, PhoneNumberFormat.E164), bare, "") == []


@unmeasured()
def test_every_number_is_read_as_dialled_abroad() -> None:
    """The prefixes are 00, 011 and 010. In these regions, no national number begins with them.

    Each number is tested with one prefix per region, and with each of the three in at least one region.
    """
    for first, number in enumerate(one_of_each()):
        digits = spelled(number, PhoneNumberFormat.INTERNATIONAL)[1:]
        for index, dialled_in in enumerate(DIALLED_IN, start=first):
            typed = f"{DIALLING_PREFIXES[index % len(DIALLING_PREFIXES)]} {digits}"
            assert phone.e164(typed, dialled_in) == spelled(number, PhoneNumberFormat.E164), typed


@unmeasured()
def test_every_number_matches_with_00() -> None:
    """In these regions, the code of a carrier may begin with 00."""
    for number in one_of_each():
        international = spelled(number, PhoneNumberFormat.INTERNATIONAL)
        for dialled_in in OTHERWISE_DIALLED:
            assert tiers(international, f"00 {international[1:]}", dialled_in), dialled_in


@unmeasured()
def test_every_number_is_read_in_front_of_a_note() -> None:
    """The note may be in any script and in brackets, or contain an extension.

    Each number is tested with each note in one form, and in each form with at least two notes.
    """
    for first, number in enumerate(one_of_each()):
        for index, note in enumerate(NOTES, start=first):
            written = spelled(number, INTERNATIONAL[index % len(INTERNATIONAL)])
            assert phone.e164(f"{written}{note}", "JP") == spelled(number, PhoneNumberFormat.E164), note


@pytest.mark.parametrize("region", REGIONS)
def test_a_national_number_is_read_in_front_of_a_note(region: str) -> None:
    """The note does not change how the number is read."""
    number = next(examples(region))
    national = spelled(number, PhoneNumberFormat.NATIONAL)
    assert phone.e164(f"{national} (mobile)", region) == phone.e164(national, region)


@unmeasured()
def test_every_long_number_matches_without_its_plus() -> None:
    """Switchboards send numbers without the plus sign.

    The match is exact, or a variant if the digits may also be a number of the region. Digits that are another
    valid number of the region are not tested.
    """
    for number, dialled_in in product(one_of_each(), ("US", "JP", "SG", "")):
        e164 = spelled(number, PhoneNumberFormat.E164)
        at_home = phone.e164(e164[1:], dialled_in)
        valid = at_home is not None and phonenumbers.is_valid_number(phonenumbers.parse(at_home))
        if len(e164) > MIN_LENGTH_WITHOUT_PLUS and not (valid and at_home != e164):
            assert tiers(e164, e164[1:], dialled_in) in ([Tier.EXACT], [Tier.VARIANT]), (e164, dialled_in)


@pytest.mark.parametrize("region", REGIONS)
def test_every_number_of_a_region_is_read_without_its_plus(region: str) -> None:
    """Exceptions are short numbers, and digits that are also another valid number of the region."""
    number = next(examples(region))
    e164 = spelled(number, PhoneNumberFormat.E164)
    at_home = phone.e164(e164[1:], region)
    assert (
        at_home == e164
        or len(e164) <= MIN_LENGTH_WITHOUT_PLUS
        or phonenumbers.is_valid_number(phonenumbers.parse(at_home or "+1"))
    )


@unmeasured()
def test_every_number_is_read_however_it_is_written() -> None:
    """It may have an extension, other separators or digits of another script, or be a URI."""
    for number in one_of_each():
        e164 = spelled(number, PhoneNumberFormat.E164)
        international = spelled(number, PhoneNumberFormat.INTERNATIONAL)
        for written in WRITTEN:
            typed = written.format(
                e164=e164,
                digits=e164[1:],
                international=international,
                dots=international.replace(" ", "."),
                slashes=international.replace(" ", "/"),
                middle_dots=international.replace(" ", "・"),
                full_width="".join(chr(0xFF10 + int(digit)) for digit in e164[1:]),
                arabic="".join(chr(0x660 + int(digit)) for digit in e164[1:]),
            )
            assert phone.e164(typed, "JP") == e164, typed


def test_a_trunk_zero_after_the_country_code_does_not_matter() -> None:
    """Examples are +49 (0)711 and +49 0711."""
    zeros = [
        region
        for region in REGIONS
        if phonenumbers.ndd_prefix_for_region(region, strip_non_digits=True) == "0"
    ]
    for number in (number for region in zeros for number in examples(region)):
        code, rest = number.country_code, phonenumbers.national_significant_number(number)
        for typed in (f"+{code} (0) {rest}", f"+{code}(0){rest}", f"+{code} 0{rest}"):
            assert phone.e164(typed, "US") == spelled(number, PhoneNumberFormat.E164)


@pytest.mark.parametrize("region", REGIONS)
def test_another_last_digit_is_another_number(region: str) -> None:
    """It does not match on any tier."""
    for number in examples(region):
        e164 = spelled(number, PhoneNumberFormat.E164)
        neighbour = f"{e164[:-1]}{(int(e164[-1]) + 1) % 10}"
        asked = {term.lookup for term in query_terms(KEY, neighbour, region)}
        for stored in (e164, spelled(number, PhoneNumberFormat.NATIONAL)):
            assert asked.isdisjoint(index_terms(KEY, stored, region))


@pytest.mark.parametrize("region", REGIONS)
def test_extensions_and_numbers_do_not_match_each_other(region: str) -> None:
    """The last four digits of a number do not match the number. Niue's numbers have only four digits."""
    for number in examples(region):
        if len(phonenumbers.national_significant_number(number)) <= EXTENSION:
            continue
        e164 = spelled(number, PhoneNumberFormat.E164)
        assert tiers(e164, e164[-EXTENSION:], region) == tiers(e164[-EXTENSION:], e164, region) == []
