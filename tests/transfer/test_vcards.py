"""Read vCards of several versions and programs."""

from pathlib import Path

import pytest

from service.matching import phone
from service.transfer.errors import UnreadableFile
from service.transfer.files.vcard import MAX_CARD_LENGTH
from tests.transfer.opening import profile_of, reasons, rows_of, source_of, write


def _card(*lines: str, version: str = "3.0") -> str:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])


def test_a_card_of_version_2_1_is_read(tmp_path: Path) -> None:
    """As Android writes it: quoted-printable, with soft line breaks and types without a name."""
    card = _card(
        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E5=B1=B1=E7=94=B0;=E5=A4=AA=E9=83=8E;;;",
        "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E5=B1=B1=E7=94=B0",
        "X-PHONETIC-FIRST-NAME;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E3=82=BF",
        "X-PHONETIC-LAST-NAME:Yamada",
        "TEL;CELL;PREF:090-1234-5678",
        "TEL;HOME;FAX:03-1234-5678",
        "EMAIL;PREF;INTERNET:taro@example.jp",
        "ADR;WORK:;;1-1 Chiyoda;Tokyo;;100-0001;Japan",
        "NOTE;ENCODING=QUOTED-PRINTABLE:first=0D=0A=",
        "second",
        "PHOTO;ENCODING=BASE64;JPEG:AAAA",
        " BBBB",
        "",
        version="2.1",
    )
    assert profile_of(tmp_path, card, "a.vcf") == {
        "last_name": "山田",
        "first_name": "太郎",
        "phonetic_first_name": "タ",
        "phonetic_last_name": "Yamada",
        "additional_information": "first\nsecond",
        "phone_numbers": [
            {"type": "mobile", "value": "090-1234-5678"},
            {"type": "fax", "value": "03-1234-5678"},
        ],
        "email_addresses": [{"value": "taro@example.jp"}],
        "addresses": [
            {
                "type": "work",
                "address_1": "1-1 Chiyoda",
                "city": "Tokyo",
                "postal_code": "100-0001",
                "country": "Japan",
            }
        ],
    }


def test_a_card_of_version_3_0_is_read(tmp_path: Path) -> None:
    """As Apple writes it: groups with labels, folded lines, escaped characters."""
    card = _card(
        "N:Doe\\, Jr.;Jane;Q.,R.;;",
        "ORG:Acme\\; Sons;Sales",
        "item1.TEL;type=VOICE:+44 20 7946 0018",
        "item1.X-ABLabel:_$!<Mobile>!$_",
        "item2.TEL:+44 20 7946 0019",
        "item2.X-ABLabel:Boat",
        "EMAIL;type=INTERNET;type=WORK;type=pref:jane@ex",
        " ample.com",
        "ADR;type=HOME:PO 1;Flat 2;1 High St;London;;E1;UK",
        "BDAY;value=date:1980-01-02",
        "NOTE:a\\nb\\, c",
        "UID:4fbe8971-0bc3",
        "TITLE:CFO",
    )
    profile = profile_of(tmp_path, card, "a.vcf")
    assert profile["last_name"] == "Doe, Jr."
    assert (profile["middle_name"], profile["business_name"]) == ("Q. R.", "Acme; Sons")
    assert profile["birth_date"] == "1980-01-02"
    assert profile["additional_information"] == "a\nb, c"
    assert profile["phone_numbers"] == [
        {"type": "mobile", "value": "+44 20 7946 0018"},
        {"type": "Boat", "value": "+44 20 7946 0019"},
    ]
    assert profile["email_addresses"] == [{"type": "work", "value": "jane@example.com"}]
    (address,) = profile["addresses"]
    assert [address[f"address_{n}"] for n in (1, 2, 3)] == ["1 High St", "Flat 2", "PO 1"]
    assert profile["attributes"] == {"department": "Sales", "uid": "4fbe8971-0bc3", "job_title": "CFO"}


def test_a_card_of_version_4_0_is_read(tmp_path: Path) -> None:
    """Numbers are URIs, and types are in quotation marks."""
    card = _card(
        "FN:Jane Doe",
        'TEL;VALUE=uri;PREF=1;TYPE="voice,home":tel:+1-415-555-2671',
        "TEL;VALUE=uri;TYPE=cell:tel:+1-415-555-0199",
        "BDAY:19800102",
        "GENDER:F;woman",
        "EMAIL:mailto:jane@example.com",
        version="4.0",
    )
    assert profile_of(tmp_path, card, "a.vcf", region="US") == {
        "first_name": "Jane",
        "last_name": "Doe",
        "birth_date": "1980-01-02",
        "gender": "woman",
        "phone_numbers": [
            {"type": "home", "value": "+1-415-555-2671"},
            {"type": "mobile", "value": "+1-415-555-0199"},
        ],
        "email_addresses": [{"value": "jane@example.com"}],
    }


def test_a_number_with_an_extension_is_kept_in_the_form_that_the_service_reads(tmp_path: Path) -> None:
    """RFC 3966 has the extension as a parameter."""
    (number,) = profile_of(
        tmp_path,
        _card("FN:Jane Doe", "TEL;VALUE=uri:tel:+44-7700-900123;ext=5", version="4.0"),
        "a.vcf",
        region="US",
    )["phone_numbers"]
    assert phone.e164(number["value"], "US") == "+447700900123"
    assert number == {"value": "+44-7700-900123 ext. 5"}


def test_a_card_of_a_japanese_mobile_phone_is_read(tmp_path: Path) -> None:
    """In Shift_JIS, with the reading in half-width katakana."""
    card = _card("N:山田;太郎", "SOUND;X-IRMC-N:ﾔﾏﾀﾞ;ﾀﾛｳ;;;", "TEL;CELL:09012345678", version="2.1")
    source = source_of(write(tmp_path, card.encode("cp932"), "a.vcf"))
    assert source.description == "vCard in Shift_JIS (CP932)"
    (row,) = source
    assert (row.profile["phonetic_last_name"], row.profile["phonetic_first_name"]) == ("ﾔﾏﾀﾞ", "ﾀﾛｳ")


def test_the_card_of_a_company_has_no_person(tmp_path: Path) -> None:
    """Its name is in two properties."""
    card = _card("N:;;;;", "FN:Acme Foods", "ORG:Acme Foods", "X-ABShowAs:COMPANY")
    assert profile_of(tmp_path, card, "a.vcf") == {"business_name": "Acme Foods"}


def test_properties_are_columns(tmp_path: Path) -> None:
    """Those that are not understood are listed, and ``--map`` names them."""
    path = write(tmp_path, _card("FN:Jane", "UID:7", "X-LEVEL:gold", "X-SHOE:40", "TEL:1"), "a.vcf")
    source = source_of(
        path, columns={"UID": "keys.crm_id", "X-LEVEL": "attributes.level", "TEL": "-"}, match_on="crm_id"
    )
    assert source.understood == {"FN": "name", "UID": "keys.crm_id", "X-LEVEL": "attributes.level"}
    assert source.unknown == ("X-SHOE",)
    (row,) = source
    assert row.profile == {"first_name": "Jane", "keys": {"crm_id": ["7"]}, "attributes": {"level": "gold"}}
    assert row.ref == "7"


def test_damaged_cards_are_rejected(tmp_path: Path) -> None:
    """Rows have the numbers of the cards."""
    good = _card("FN:Jane")
    bad = _card("N;CHARSET=X-NONE;ENCODING=QUOTED-PRINTABLE:=E5")
    long = _card("NOTE:" + "x" * MAX_CARD_LENGTH)
    rows = rows_of(tmp_path, f"junk\n{good}{bad}{long}{good}BEGIN:VCARD\nFN:x\n", "a.vcf")
    no_end = "The card is too long, or has no end."
    assert reasons(rows) == {2: "The card is not valid.", 3: no_end, 5: no_end}


def test_a_card_without_an_end_is_rejected(tmp_path: Path) -> None:
    """The next card is read."""
    rows = rows_of(tmp_path, _card("FN:Jane").removesuffix("END:VCARD\r\n") + _card("FN:Bob"), "a.vcf")
    assert [row.profile for row in rows] == [{}, {"first_name": "Bob"}]
    assert reasons(rows) == {1: "The card is too long, or has no end."}


def test_a_file_without_a_card_is_unreadable(tmp_path: Path) -> None:
    """It may be in another format."""
    with pytest.raises(UnreadableFile, match="contains no vCard"):
        source_of(write(tmp_path, "first_name\nJane\n", "a.vcf"))
