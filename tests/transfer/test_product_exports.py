"""Exports of other products are understood by their headers. The people are made up."""

from pathlib import Path
from typing import Any

import pytest

from service.transfer.row_types import Kind
from tests.transfer.opening import notes, profile_of, reasons, rows_of, source_of

_FILES = Path(__file__).parent / "exports"


def _profiles(name: str, **options: Any) -> list[Any]:
    rows = list(source_of(_FILES / name, **options))
    assert [row.rejected for row in rows] == [None] * len(rows)
    return [row.profile for row in rows]


def _unknown(name: str) -> set[str]:
    return set(source_of(_FILES / name).unknown)


def test_a_report_of_contacts_from_salesforce() -> None:
    """Its last lines are no rows."""
    (jane, acme) = _profiles("salesforce_contacts_report.csv")
    assert jane == {
        "first_name": "Jane",
        "last_name": "Doe",
        "business_name": "Acme Ltd",
        "birth_date": "4/12/1980",
        "phone_numbers": [
            {"value": "(415) 555-2671"},
            {"type": "mobile", "value": "+1 415-555-0199"},
            {"type": "fax", "value": "(415) 555-2672"},
        ],
        "email_addresses": [{"value": "jane@acme.example"}],
        "addresses": [
            {
                "type": "mailing",
                "address_1": "1 Market St",
                "address_2": "Suite 300",
                "city": "San Francisco",
                "state": "CA",
                "postal_code": "94105",
                "country": "United States",
            }
        ],
        "attributes": {"salutation": "Ms.", "job_title": "CFO", "salesforce_contact_id": "0035g00000XyZ1a"},
    }
    assert acme["last_name"] == "Miller"
    assert _unknown("salesforce_contacts_report.csv") == {"Contact Owner", "Last Activity"}


def test_accounts_of_data_loader_are_companies() -> None:
    """Their names are in a column that has names of people in other exports."""
    (account,) = _profiles("salesforce_accounts_data_loader.csv")
    assert account["business_name"] == "Blue Ocean Trading"
    assert account["account_number"] == "CD-451796"
    assert account["attributes"] == {"id": "0015g00000AbC2b"}
    assert [address["type"] for address in account["addresses"]] == ["billing", "shipping"]
    assert "first_name" not in account


def test_leads_of_salesforce_have_a_company() -> None:
    """A lead needs no first name."""
    (lead,) = _profiles("salesforce_leads_report.csv")
    assert (lead["last_name"], lead["business_name"]) == ("Okafor", "Lagos Freight")
    assert lead["addresses"] == [{"address_1": "5 Marina", "city": "Lagos", "country": "Nigeria"}]


def test_contacts_of_hubspot() -> None:
    """Additional addresses are in one cell."""
    (contact,) = _profiles("hubspot_contacts.csv")
    assert contact["phone_numbers"] == [
        {"value": "+353 1 234 5678"},
        {"type": "mobile", "value": "+353 85 012 3456"},
    ]
    assert [email["value"] for email in contact["email_addresses"]] == [
        "aoife@example.ie",
        "aoife.byrne@example.com",
        "ab@example.org",
    ]
    assert contact["attributes"] == {"hubspot_record_id": "51", "job_title": "Buyer"}
    assert _unknown("hubspot_contacts.csv") == {
        "Contact owner",
        "Lead Status",
        "Create Date",
        "Associated Company IDs",
    }


def test_users_of_zendesk() -> None:
    """The name is in one column: it is divided if the order is clear."""
    (user, company) = _profiles("zendesk_users.csv")
    assert (user["first_name"], user["last_name"]) == ("Priya", "Sharma")
    assert user["account_number"] == "E-77"
    assert user["additional_information"] == "Calls on Mondays"
    assert company["business_name"] == "Example Widgets GmbH"
    assert "first_name" not in company


def test_contacts_of_google_before_2024() -> None:
    """Several values in a cell have three colons between them."""
    (contact,) = _profiles("google_contacts_old.csv")
    assert (contact["first_name"], contact["last_name"]) == ("太郎", "山田")
    assert (contact["phonetic_first_name"], contact["phonetic_last_name"]) == ("タロウ", "ヤマダ")
    assert contact["business_name"] == "株式会社サンプル"
    assert contact["phone_numbers"] == [
        {"type": "mobile", "value": "090-1234-5678"},
        {"type": "mobile", "value": "080-1234-5678"},
        {"type": "work", "value": "03-1234-5678"},
    ]
    assert contact["addresses"] == [
        {
            "type": "home",
            "address_1": "千代田1-1",
            "city": "千代田区",
            "state": "東京都",
            "postal_code": "100-0001",
            "country": "日本",
        }
    ]


def test_contacts_of_google_since_2024() -> None:
    """The default has a star, and an address that is not divided has lines."""
    (contact, company) = _profiles("google_contacts_new.csv")
    assert contact["email_addresses"] == [
        {"type": "work", "value": "ada@example.org"},
        {"type": "home", "value": "ada@home.example"},
    ]
    assert contact["phone_numbers"] == [{"type": "Grandma", "value": "+44 20 7946 0018"}]
    assert contact["addresses"] == [{"type": "home", "address_1": "12 Elm St", "address_2": "London N1"}]
    assert company["business_name"] == "Analytical Engines"


def test_contacts_of_outlook() -> None:
    """A birthday of zeros is none."""
    (contact,) = _profiles("outlook_contacts.csv")
    assert "birth_date" not in contact
    assert contact["phone_numbers"] == [
        {"type": "fax", "value": "+44 20 7946 0002"},
        {"type": "work", "value": "+44 20 7946 0001"},
        {"type": "work", "value": "+44 20 7946 0003"},
        {"type": "mobile", "value": "+44 7700 900123"},
    ]
    assert [address["type"] for address in contact["addresses"]] == ["work", "home"]
    assert contact["addresses"][0]["address_1"] == "1 Strand"
    assert contact["addresses"][0]["address_2"] == "Floor 2"


def test_japanese_contacts_of_outlook() -> None:
    """The file is in Shift_JIS, as Outlook writes it."""
    (contact,) = _profiles("outlook_contacts_japanese.csv")
    assert source_of(_FILES / "outlook_contacts_japanese.csv").description.startswith("CSV in Shift_JIS")
    assert contact == {
        "last_name": "佐藤",
        "first_name": "花子",
        "phonetic_last_name": "サトウ",
        "phonetic_first_name": "ハナコ",
        "business_name": "サンプル商事",
        "additional_information": "お得意様",
        "gender": "指定なし",
        "phone_numbers": [
            {"type": "work", "value": "06-1234-5678"},
            {"type": "mobile", "value": "070-1234-5678"},
        ],
        "email_addresses": [{"value": "hanako@example.jp"}],
        "addresses": [
            {
                "type": "work",
                "address_1": "梅田1-1-1",
                "city": "大阪市北区",
                "province": "大阪府",
                "postal_code": "530-0001",
                "country": "日本",
            }
        ],
        "attributes": {"department": "営業部", "job_title": "課長"},
    }


def test_a_japanese_list_of_customers() -> None:
    """Headers that Japanese users expect, and values that a spreadsheet has changed."""
    rows = list(source_of(_FILES / "japanese_customers.csv", region="JP"))
    assert rows[0].profile == {
        "account_number": "1001",
        "last_name": "山田",
        "first_name": "太郎",
        "phonetic_last_name": "ヤマダ",
        "phonetic_first_name": "タロウ",
        "business_name": "株式会社テスト",
        "phone_numbers": [{"value": "03-1234-5678"}, {"type": "mobile", "value": "9012345678"}],
        "email_addresses": [{"value": "taro@example.jp"}, {"value": "yamada@example.jp"}],
        "addresses": [{"postal_code": "100-0001", "address_1": "東京都千代田区千代田1-1"}],
    }
    assert {kind for _, kind in notes(rows[0])} == {Kind.REPAIRED}
    assert rows[1].profile["first_name"] == "鈴木一郎"
    assert notes(rows[1]) == [("電話番号", Kind.LEFT_OUT)]


def test_profiles_of_amazon_in_csv(tmp_path: Path) -> None:
    """The columns are the paths in its Profile. The names of attributes keep their case."""
    header = "AccountNumber,PartyType,BusinessName,PhoneNumber,BusinessPhoneNumber,PersonalEmailAddress"
    addresses = "ShippingAddress.Address1,ShippingAddress.PostalCode,Attributes.LoyaltyTier"
    line = "A-1,BUSINESS,Acme,+14155552671,+14155550199,x@example.com,1 St,E1,Gold"
    assert profile_of(tmp_path, f"{header},{addresses}\n{line}\n") == {
        "account_number": "A-1",
        "party_type": "BUSINESS",
        "business_name": "Acme",
        "phone_numbers": [{"value": "+14155552671"}, {"type": "business", "value": "+14155550199"}],
        "email_addresses": [{"type": "personal", "value": "x@example.com"}],
        "addresses": [{"type": "shipping", "address_1": "1 St", "postal_code": "E1"}],
        "attributes": {"LoyaltyTier": "Gold"},
    }


@pytest.mark.parametrize(
    "header", ["FIRST NAME", "first_name", "First-Name", " firstname ", "\uff26irst Name"]
)
def test_case_and_blanks_of_a_header_do_not_matter(header: str, tmp_path: Path) -> None:
    """Nor do full-width letters."""
    assert profile_of(tmp_path, f"{header}\nJane\n") == {"first_name": "Jane"}


def test_single_cells_in_the_middle_are_rejected(tmp_path: Path) -> None:
    """They are no end of a report."""
    content = "First Name,Last Name\nA,B\nConfidential Information - Do Not Distribute\nC,D\n" + "x\n" * 10
    rows = rows_of(tmp_path, content)
    assert list(reasons(rows)) == [3, *range(5, 15)]
    assert [row.number for row in rows] == list(range(2, 15))
