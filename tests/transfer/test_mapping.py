"""Map columns to fields with ``--map``, and check the values by the rules of the API."""

import gc
from pathlib import Path

import pytest

from service.model import limits
from service.transfer.errors import UnknownTarget
from service.transfer.row_types import Kind
from tests.measuring import unmeasured
from tests.transfer.opening import notes, profile_of, reasons, rows_of, source_of, write


def test_columns_are_mapped_to_any_field(tmp_path: Path) -> None:
    """The mapping overrides recognition. Case and blanks of a column's name do not matter."""
    columns = {
        "A": "first_name",
        "b b": "phone_numbers.mobile",
        "C": "email_addresses.work",
        "D": "addresses.home.city",
        "E": "attributes.Shoe size",
        "F": "keys.crm_id",
        "Phone": "-",
        "Email": "",
        "G": "addresses.country",
        "H": "phone_numbers",
    }
    path = write(tmp_path, "A,B b,C,D,E,F,Phone,Email,G,H,I\na,+49711123456,c@x.org,d,e,f,p,q,g,110,i\n")
    source = source_of(path, columns=columns)
    assert source.unknown == ("I",)
    assert source.understood == {
        column: field for column, field in (columns | {"B b": "phone_numbers.mobile"}).items()
        if field not in {"-", ""} and column != "b b"
    }  # fmt: skip
    (row,) = source
    assert row.profile == {
        "first_name": "a",
        "phone_numbers": [{"type": "mobile", "value": "+49711123456"}, {"value": "110"}],
        "email_addresses": [{"type": "work", "value": "c@x.org"}],
        "addresses": [{"type": "home", "city": "d"}, {"country": "g"}],
        "attributes": {"Shoe size": "e"},
        "keys": {"crm_id": ["f"]},
    }


_UNKNOWN_FIELDS = "firstname phone_numbers. keys. keys.A attributes addresses.home addresses.x.town keys.$x"


@pytest.mark.parametrize("field", _UNKNOWN_FIELDS.split())
def test_an_unknown_field_is_an_error(field: str, tmp_path: Path) -> None:
    """The message lists the kinds of fields."""
    with pytest.raises(UnknownTarget, match=r"There is no field .*; use one such as first_name"):
        source_of(write(tmp_path, "a\n1\n"), columns={"a": field})


def test_an_unknown_column_is_an_error(tmp_path: Path) -> None:
    """It is probably misspelt."""
    with pytest.raises(UnknownTarget, match='The file has no column "b"'):
        source_of(write(tmp_path, "a\n1\n"), columns={"b": "first_name"})


def test_the_column_of_the_search_key_to_match_on_is_recognised(tmp_path: Path) -> None:
    """Its value is the row's own ID."""
    content = "Customer Number,first_name\nC-1,Jane\n"
    (row,) = rows_of(tmp_path, content, match_on="customer_number")
    assert (row.ref, row.profile["keys"]) == ("C-1", {"customer_number": ["C-1"]})
    (row,) = rows_of(tmp_path, content)
    assert (row.ref, row.profile["account_number"]) == (None, "C-1")


def test_blank_cells_change_nothing(tmp_path: Path) -> None:
    """Nor do cells of invisible characters."""
    assert profile_of(tmp_path, "first_name,last_name,city\nJane,  ,\u200b\n") == {"first_name": "Jane"}


def test_a_row_without_values_is_rejected(tmp_path: Path) -> None:
    """It has values in columns that are not imported only."""
    rows = rows_of(tmp_path, "first_name,zodiac\nJane,\n,leo\n")
    assert reasons(rows) == {3: "The row has no value that can be imported."}


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("first_name", "x" * 256, "longer than 255 characters"),
        ("first_name", "\ufdfa" * 200, "in its NFKC form"),
        ("first_name", '"a\nb"', "control characters"),
        ("additional_information", "x" * 1001, "longer than 1,000 characters"),
        ("phone_numbers", "1" * 256, "longer than 255 characters"),
        ("phone_numbers", ":::".join(map(str, range(1000, 1101))), "more than 100 values"),
        ("phone_numbers", "1" * 10_001, "too long"),
        ("email_addresses", "x" * 256, "longer than 255 characters"),
        ("addresses.city", "x" * 256, "longer than 255 characters"),
        ("keys.a", "x" * 256, "longer than 255 characters"),
        ("attributes.a", "x" * 256, "longer than 255 characters"),
        (f"attributes.{'x' * 256}", "qq", "longer than 255 characters"),
        (f"phone_numbers.{'x' * 65}", "777", "longer than 64 characters"),
    ],
)
def test_a_value_over_a_limit_rejects_its_row(column: str, value: str, reason: str, tmp_path: Path) -> None:
    """The rejection has the column. The reason does not have the value."""
    (row, other) = rows_of(tmp_path, f"last_name,{column}\nDoe,{value}\nDoe,\n")
    assert row.rejected is not None
    assert row.rejected.column == column
    assert reason in row.rejected.reason
    assert value not in row.rejected.reason
    assert other.rejected is None


@pytest.mark.parametrize(
    "columns",
    [
        [f"attributes.a{number}" for number in range(limits.MAX_ATTRIBUTES + 1)],
        [f"keys.a{number}" for number in range(limits.MAX_PROFILE_SEARCH_KEYS + 1)],
        [f"keys.a.{number}" for number in range(limits.MAX_PROFILE_SEARCH_KEY_VALUES + 1)],
    ],
)
def test_too_many_values_reject_the_row(columns: list[str], tmp_path: Path) -> None:
    """By the limits of the API."""
    values = ",".join(str(number) for number in range(len(columns)))
    rows = rows_of(tmp_path, f"{','.join(columns)}\n{values}\n")
    assert "more than" in reasons(rows)[2] or "too many" in reasons(rows)[2]


@pytest.mark.parametrize(
    ("header", "street"),
    [
        ("Vorname;Nachname;Telefon;E-Mail-Adresse;PLZ", "Straße"),
        ("Prénom;Nom;Téléphone;Adresse e-mail;Code postal", "Rue"),
        ("Nombre;Apellidos;Teléfono;Correo electrónico;Código postal", "Calle"),
    ],
)
def test_headers_in_german_french_and_spanish_are_understood(
    header: str, street: str, tmp_path: Path
) -> None:
    """Those of Outlook and Google Contacts, and common ones."""
    content = f"{header};{street}\nJane;Doe;+4420794600;a@x.org;123;High\n"
    assert profile_of(tmp_path, content) == {
        "first_name": "Jane",
        "last_name": "Doe",
        "phone_numbers": [{"value": "+4420794600"}],
        "email_addresses": [{"value": "a@x.org"}],
        "addresses": [{"postal_code": "123", "address_1": "High"}],
    }


def test_two_columns_of_a_list_are_both_imported(tmp_path: Path) -> None:
    """The same value twice is one. The parts of an address of one type are one address."""
    content = "first_name,Phone,Tel,Home City,Home Country,City\nJane,110,119,a,b,c\nJane,110,110,,,\n"
    first, second = (row.profile for row in rows_of(tmp_path, content))
    assert first["phone_numbers"] == [{"value": "110"}, {"value": "119"}]
    assert first["addresses"] == [{"type": "home", "city": "a", "country": "b"}, {"city": "c"}]
    assert second["phone_numbers"] == [{"value": "110"}]


@pytest.mark.parametrize("gender", ["Unspecified", "未指定"])
def test_a_gender_that_is_not_specified_is_blank(gender: str, tmp_path: Path) -> None:
    """Outlook writes it for people without one."""
    assert profile_of(tmp_path, f"first_name,gender\nJane,{gender}\n") == {"first_name": "Jane"}


def test_a_title_is_a_job_title_in_the_files_of_all_products(tmp_path: Path) -> None:
    """Salesforce, HubSpot and Google have a header of their own."""
    for header in ("Title", "Job Title", "Organization Title"):
        profile = profile_of(tmp_path, f"first_name,{header}\nJane,Buyer\n")
        assert profile["attributes"] == {"job_title": "Buyer"}
    profile = profile_of(tmp_path, "first_name,Title,Job Title\nJane,Dr.,Buyer\n")
    assert profile["attributes"] == {"title": "Dr.", "job_title": "Buyer"}


def test_the_first_of_two_columns_of_a_field_counts(tmp_path: Path) -> None:
    """If it is blank, it is the second one."""
    rows = rows_of(tmp_path, "Company,Account Name\nA,B\n,C\n")
    assert [row.profile["business_name"] for row in rows] == ["A", "C"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Jane Doe", {"first_name": "Jane", "last_name": "Doe"}),
        ("Doe, Jane Q.", {"first_name": "Jane Q.", "last_name": "Doe"}),
        ("山田 太郎", {"first_name": "太郎", "last_name": "山田"}),
        ("김 철수", {"first_name": "철수", "last_name": "김"}),
        ("山田太郎", {"first_name": "山田太郎"}),
        ("José García López", {"first_name": "José García López"}),
        ("Dr. Doe", {"first_name": "Dr. Doe"}),
        ("Jean-Luc O'Neill", {"first_name": "Jean-Luc", "last_name": "O'Neill"}),
        ("Caller 4155552671", {"first_name": "Caller 4155552671"}),
        ("Acme Ltd", {"business_name": "Acme Ltd"}),
        ("Acme, Inc.", {"business_name": "Acme, Inc."}),
        ("Acme S.A.", {"business_name": "Acme S.A."}),
        ("Foo, Bar, Inc.", {"business_name": "Foo, Bar, Inc."}),
        ("株式会社サンプル", {"business_name": "株式会社サンプル"}),
    ],
)
def test_a_name_in_one_column_is_divided_if_its_order_is_clear(
    name: str, expected: dict[str, str], tmp_path: Path
) -> None:
    """Otherwise it is kept whole."""
    assert profile_of(tmp_path, f'Name\n"{name}"\n') == expected


def test_a_whole_name_beside_its_parts_is_ignored(tmp_path: Path) -> None:
    """The parts are better. A reading of one word is that of the last name."""
    content = "氏名,姓,名,フリガナ\n山田太郎,山田,太郎,ヤマダタロウ\n"
    assert profile_of(tmp_path, content) == {
        "last_name": "山田",
        "first_name": "太郎",
        "phonetic_last_name": "ヤマダタロウ",
    }


def test_the_customers_of_the_public_sample_are_understood() -> None:
    """All columns and all customers."""
    path = Path(__file__).parents[3] / "shared" / "data" / "chinook_customers.csv"
    if not path.exists():
        pytest.skip("no shared data")
    source = source_of(path)
    rows = list(source)
    assert source.unknown == ()
    assert len(rows) == 59
    assert [row.number for row in rows if row.rejected] == []
    # A Danish number with a digit too many, and a Chilean one from before the reform of 2012 and 2013.
    no_e164 = [("Phone", Kind.NO_E164)]
    assert {row.number: notes(row) for row in rows if row.notes} == {10: no_e164, 58: no_e164}
    assert rows[0].profile["business_name"].startswith("Embraer")


def test_memory_does_not_grow_with_the_number_of_rows(tmp_path: Path) -> None:
    """No row is kept."""
    header = "account_number,first_name,phone\n"
    path = write(tmp_path, header + "".join(f"C-{n},Jane,+4420794{n:05}\n" for n in range(3000)))
    with unmeasured():
        rows = iter(source_of(path))
        next(rows)
        gc.collect()
        before = len(gc.get_objects())
        for _ in range(2500):
            next(rows)
        gc.collect()
        assert len(gc.get_objects()) - before < 500
