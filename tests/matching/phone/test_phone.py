"""Phone numbers: the E.164 form, the raw form of texts that are no possible number, and prefixes."""

# ruff: noqa: RUF001  (characters that look alike are what is tested)

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.matching import phone

laws = settings(derandomize=True, deadline=None, database=None, max_examples=100)

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)


@pytest.mark.parametrize(
    ("typed", "region", "number"),
    [
        ("03-1234-5678", "JP", "+81312345678"),
        ("03-1234-5678", "jp", "+81312345678"),
        ("０３－１２３４－５６７８", "JP", "+81312345678"),
        ("٠٣١٢٣٤٥٦٧٨", "JP", "+81312345678"),
        ("(03) 1234.5678", "JP", "+81312345678"),
        ("03/1234/5678", "JP", "+81312345678"),
        ("+81 (0)3-1234-5678", "US", "+81312345678"),
        ("＋81 3 1234 5678", "US", "+81312345678"),
        ("tel:+81-3-1234-5678", "US", "+81312345678"),
        ("tel:+1-201-555-0123;ext=5", "JP", "+12015550123"),
        ("+1 201 555 0123 x12", "JP", "+12015550123"),
        ("sip:+81312345678@example.com;user=phone", "US", "+81312345678"),
        ('"Taro" <sips:+81312345678@example.com>', "US", "+81312345678"),
        ("0081 3 1234 5678", "US", "+81312345678"),
        ("011 81 3 1234 5678", "GB", "+81312345678"),
        ("010 81 3 1234 5678", "US", "+81312345678"),
        ("(201) 555-0123", "US", "+12015550123"),
        ("+49 0711 2842222", "US", "+497112842222"),
        ("+61 (02) 9332 3633", "US", "+61293323633"),
        ("+39 06 39733434", "US", "+390639733434"),
        ("+39 (0)6 39733434", "US", "+390639733434"),
        ("+44 020 7707 0707", "US", "+442077070707"),
        ("+54 (0)11 4311 4333", "US", "+541143114333"),
        ("+56 (0)2 2635 4444", "US", "+56226354444"),
        ("03-1234-5678 (内線123)", "JP", "+81312345678"),
        ("03・1234・5678", "JP", "+81312345678"),
        ("tel:3-1234-5678;phone-context=+81", "US", "+81312345678"),
        ("sip:+81312345678:secret@example.com", "US", "+81312345678"),
        ("sip:%2B81312345678@10.0.0.1:5060", "US", "+81312345678"),
        ('"Room 12" <tel:+81-3-1234-5678>', "US", "+81312345678"),
        ("+267 (0) 2401234", "US", "+2672401234"),
        ("1-800-FLOWERS", "US", "+18003569377"),
        ("044 55 1234 5678", "MX", "+525512345678"),
        ("+52 01 55 1234 5678", "US", "+525512345678"),
        ("011 15 2345-6789", "AR", "+5491123456789"),
        ("+54 9 11 15 2345 6789", "US", "+5491123456789"),
        ("00 54 11 15 2345 6789 x12", "JP", "+5491123456789"),
        ("+358 09 870 2000", "US", "+35898702000"),
        ("+31 020 6223130", "US", "+31206223130"),
        ("+32 02 219 03 03", "US", "+3222190303"),
        ("+33 01 49 70 65 65", "US", "+33149706565"),
        ("+351 (213) 466-111", "US", "+351213466111"),
        ("+353 01 6792424", "US", "+35316792424"),
        ("+420 2 4172 5555", "US", "+420241725555"),
        ("+43 01 5134505", "US", "+4315134505"),
        ("+46 08-651 52 52", "US", "+4686515252"),
        ("+55 (12) 3923-5555", "US", "+551239235555"),
        ("+91 0124 39883988", "US", "+9112439883988"),
        ("+1 (0)201 555 0123", "JP", "+12015550123"),
        ("4002", "NU", "+6834002"),
        ("415-555-2671 home", "US", "+14155552671"),
        ("(415)555-2671 cell", "US", "+14155552671"),
        ("+1 (415) 555-2671 (mobile)", "JP", "+14155552671"),
        ("+14155552671 (WhatsApp)", "JP", "+14155552671"),
        ("+33 6 12 34 56 78 (portable)", "US", "+33612345678"),
        ("090-1234-5678（自宅）", "JP", "+819012345678"),
        ("090-1234-5678(携帯)", "JP", "+819012345678"),
        ("03-1234-5678 (代)", "JP", "+81312345678"),
        ("03-1234-5678 ㈹", "JP", "+81312345678"),
        ("0711 123456 home", "DE", "+49711123456"),
        ("0711 123456, privat/abends", "DE", "+49711123456"),
        ("0711 123456 DW 22", "DE", "+49711123456"),
        ("0711 123456 Durchwahl 22", "DE", "+49711123456"),
        ("01 5134505 Nst. 22", "AT", "+4315134505"),
        ("01 49 70 65 65 poste 12", "FR", "+33149706565"),
        ("11 2345-6789 Ramal 12", "BR", "+551123456789"),
        ("010-6552-9988 转123", "CN", "+861065529988"),
        ("010-6552-9988转123", "CN", "+861065529988"),
        ("03-1234-5678 内12", "JP", "+81312345678"),
        ("+14155552671w12", "JP", "+14155552671"),
        ("+14155552671p12", "JP", "+14155552671"),
        ("1-888-GO-FEDEX", "US", "+18884633339"),
        ("442079460018", "US", "+442079460018"),
        ("5511987654321", "US", "+5511987654321"),
        ("81312345678", "US", "+81312345678"),
        ("14155552671", "JP", "+14155552671"),
        ("4915123456789", "DE", "+4915123456789"),
        ("49711123456", "DE", "+49711123456"),
        ("62812345678", "ID", "+62812345678"),
        ("sip:442079460018@trunk", "US", "+442079460018"),
        ("551187654321", "US", "+551187654321"),
        ("sip:0711123456;phone-context=+49@h", "US", "+49711123456"),
        ("+14155552671;verstat=TN-Validation-Passed", "JP", "+14155552671"),
        ("+14155552671;cpc=ordinary", "JP", "+14155552671"),
        ("tel:+14155552671;phone-context=+1", "JP", "+14155552671"),
        ("tel:%2B14155552671", "JP", "+14155552671"),
        ("%2B14155552671", "JP", "+14155552671"),
        ("sip:(415)5552671@h", "US", "+14155552671"),
        ("+14155552671@host", "JP", "+14155552671"),
        ("4155552671@host", "US", "+14155552671"),
        ("<+14155552671@host;user=phone>", "JP", "+14155552671"),
    ],
)
def test_a_number_has_one_e164_form(typed: str, region: str, number: str) -> None:
    """Separators, width, extensions, schemes and trunk zeros do not matter."""
    assert phone.e164(typed, region) == number


@pytest.mark.parametrize(
    ("typed", "region"),
    [
        ("1234", "JP"),
        ("110", "JP"),
        ("+1234", "JP"),
        ("+49 00", "JP"),
        ("555-0123", "US"),
        ("+453 3331 9991", "DK"),
        ("+56 (0)2 635 4444", "CL"),
        ("+1 011 81 3 1234 5678", "US"),
        ("sip:192.168.0.1", "US"),
        ("415-555-267l", "US"),
        ("Room 123", "US"),
        ("*86", "US"),
        ("683-4002", "US"),
        ("555-0123 home", "US"),
        ("0711 123456 home@example.com", "US"),
        ("14155552671", "MX"),
        ("anonymous", "JP"),
        ("sip:alice@example.com", "US"),
        ("03-1234-5678", ""),
        ("03-1234-5678", "XX"),
        ("9" * 255, "JP"),
        ("+", "JP"),
        ("", "JP"),
        ("\x00", "JP"),
        ("\ud800", "JP"),
    ],
)
def test_an_impossible_number_has_no_e164_form(typed: str, region: str) -> None:
    """Examples are an extension, a word and a number of impossible length."""
    assert phone.e164(typed, region) is None


@pytest.mark.parametrize("region", REGIONS)
def test_a_short_extension_is_a_number_in_no_region(region: str) -> None:
    """Some numbering plans have no minimum length. In their regions, it is no number either."""
    assert phone.e164("1234", region) is None


@pytest.mark.parametrize("region", REGIONS)
def test_every_region_reads_all_forms_of_its_example_number(region: str) -> None:
    """These are the E.164, the international, the national and the `tel:` URI form."""
    example = phonenumbers.example_number(region)
    assert example is not None
    number = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    forms = (
        phonenumbers.PhoneNumberFormat.E164,
        phonenumbers.PhoneNumberFormat.INTERNATIONAL,
        phonenumbers.PhoneNumberFormat.NATIONAL,
        phonenumbers.PhoneNumberFormat.RFC3966,
    )
    typed = [phonenumbers.format_number(example, form) for form in forms]
    assert {phone.e164(form, region) for form in typed} == {number}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1234", "1234"),
        ("１２-３４", "1234"),
        ("+1234", "+1234"),
        ("+453 3331 9991", "+45333319991"),
        ("+56 (0)2 635 4444", "+5626354444"),
        ("+39 06", "+3906"),
        ("555-0123 x12", "5550123"),
        ("tel:1234;phone-context=pbx.example.com", "1234"),
        ("1-800-FLOWERS", "1-800-flowers"),
        ("sip:192.168.0.1", "sip:192.168.0.1"),
        ("ext. 12", "12"),
        ("Reception", "reception"),
        ("sip:1234@pbx.example.com", "1234"),
        ("sip:bob1@example.com", "sip:bob1@example.com"),
        ("内線 12", "12"),
        ("x12", "12"),
        ("Room 123", "room 123"),
        ("ABC-123", "abc-123"),
        ("see account 5551234", "see account 5551234"),
        ("*86", "*86"),
        ("#86", "#86"),
        ("415-555-267l", "415-555-267l"),
        ("第3会議室", "第3会議室"),
        ("5215512345678", "+5215512345678"),
        ("+", "+"),
    ],
)
def test_the_raw_form_is_the_digits_or_the_text(typed: str, kept: str) -> None:
    """A plus sign is kept. A text without digits, or with letters in the number, is folded."""
    assert phone.raw(typed) == kept


@pytest.mark.parametrize(
    ("typed", "region", "prefixes"),
    [
        ("+8131", "US", ("+8131", "8131")),
        ("+81 (0)3 1", "US", ("+8131", "8131")),
        ("03-12", "JP", ("+81312", "0312")),
        ("312", "JP", ("+81312", "312")),
        ("03", "JP", ("+813", "03")),
        ("06 39", "IT", ("+390639", "0639")),
        ("1 201", "US", ("+1201", "1201")),
        ("201", "US", ("+1201", "201")),
        ("0081 3", "JP", ("+813", "+810813", "00813")),
        ("0312", "XX", ("0312",)),
        ("011 15 2345 6789", "AR", ("+1523456789", "+54111523456789", "+5491123456789", "0111523456789")),
        ("00", "JP", ("+810", "00")),
        ("0", "JP", ("0",)),
        ("reception", "JP", ("reception",)),
    ],
)
def test_first_digits_are_prefixes_of_the_national_and_international_form(
    typed: str, region: str, prefixes: tuple[str, ...]
) -> None:
    """A dialled international prefix such as 00 alone is not the prefix of every number."""
    assert phone.prefixes(typed, region) == prefixes


@laws
@given(value=st.text(st.sampled_from("0123456789+()-/. x"), max_size=25), region=st.sampled_from(REGIONS))
def test_e164_of_e164_is_itself(value: str, region: str) -> None:
    """The default region does not matter. The raw form of a raw form is also the same."""
    assert phone.raw(phone.raw(value)) == phone.raw(value)
    number = phone.e164(value, region)
    if number is not None:
        assert number[0] == "+"
        assert number[1:].isdecimal()
        assert all(phone.e164(number, anywhere) == number for anywhere in ("JP", "US", "IT", region, ""))


@laws
@given(value=st.text(max_size=255), region=st.sampled_from([*REGIONS, "", "XX"]))
def test_no_text_raises(value: str, region: str) -> None:
    """The variants are sorted by tier. Only a blank text has no raw form."""
    phone.e164(value, region)
    phone.is_withheld(value)
    assert list(phone.query_variants(value, region).values()) == sorted(
        phone.query_variants(value, region).values(), key=lambda tier: tier.rank
    )
    phone.prefixes(value, region)
    assert phone.raw(value) or not value.strip()
