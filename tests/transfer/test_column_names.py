"""The columns of values that the service rejects."""

import pytest

from service.transfer.importing.column_names import ColumnNames

_COLUMNS = {
    "Full name": "name",
    "Vorname": "first_name",
    "Main, phone": "phone_numbers",
    "Mobile": "phone_numbers.mobile",
    "City": "addresses.home.city",
    "Zip": "addresses.home.postal_code",
    "CustomerNo": "keys.customer_number",
    "N": "last_name, middle_name",
    "phone_numbers.2.value": "phone_numbers.2.value",
}


@pytest.mark.parametrize(
    ("pointer", "column"),
    [
        ("/profile/first_name", "Vorname"),
        ("/profile/middle_name", "N"),
        ("/profile/business_name", "business_name"),
        ("/profile/phone_numbers/0/value", "Main, phone, Mobile, phone_numbers.2.value"),
        ("/profile/phone_numbers/1/value", "phone_numbers.2.value"),
        ("/profile/phone_numbers", "Main, phone, Mobile, phone_numbers.2.value"),
        ("/profile/addresses/0/city", "City"),
        ("/profile/addresses/3", "City, Zip"),
        ("/profile/email_addresses/0/value", "email_addresses.1.value"),
        ("/profile/keys/customer_number/0", "CustomerNo"),
        ("/profile/keys/vip", "keys.vip"),
        ("/match_on/value", "CustomerNo"),
        ("", None),
    ],
)
def test_the_columns_of_a_rejected_value_are_named(pointer: str, column: str | None) -> None:
    """If no column has the field, it is named as the API does."""
    problem = {"errors": [{"pointer": pointer, "detail": "Wrong."}]}
    assert ColumnNames(_COLUMNS, "customer_number").of_problem(problem) == column


def test_the_column_of_a_unique_value_that_is_taken_is_named() -> None:
    """The problem has the search key instead of a pointer."""
    problem = {"code": "unique_key_taken", "key": "customer_number"}
    assert ColumnNames(_COLUMNS, None).of_problem(problem) == "CustomerNo"


def test_the_column_of_a_profile_id_is_named() -> None:
    """Rows can be matched on it."""
    problem = {"errors": [{"pointer": "/profile_id", "detail": "Wrong."}]}
    assert ColumnNames({"ID": "profile_id"}, "profile_id").of_problem(problem) == "ID"
