"""Turn profiles into the cells of our own CSV files."""

from collections.abc import Iterator
from typing import Any

from service.model.profile import Address
from service.transfer.json_types import JsonMapping

_TEXTS = (
    "profile_id",
    "first_name",
    "middle_name",
    "last_name",
    "phonetic_first_name",
    "phonetic_last_name",
    "business_name",
    "account_number",
    "birth_date",
    "gender",
    "party_type",
    "additional_information",
)
_LAST = ("created_at", "updated_at", "version")
_LISTS = ("phone_numbers", "email_addresses", "addresses")
_NOT_IMPORTED = {"e164", "region"}
"""Members of phone numbers that the service derives from the value."""
_GROUPS = {name: n for n, name in enumerate((*_TEXTS, *_LISTS, "attributes", "keys", *_LAST))}
_MEMBERS = {name: n for n, name in enumerate((*Address.__annotations__, "value"))}


def to_cells(profile: JsonMapping) -> dict[str, str]:
    """Return the cells of a profile by their columns. Fields without a value have no cell.

    The first value of a search key is in the column ``keys.NAME``, the second one in ``keys.NAME.2``.
    """
    return {column: str(value) for column, value in _cells(profile) if value is not None}


def _cells(profile: JsonMapping) -> Iterator[tuple[str, Any]]:
    for name in (*_TEXTS, *_LAST):
        yield name, profile[name]
    for field in _LISTS:
        for number, item in enumerate(profile[field], 1):
            for member, value in item.items():
                if member not in _NOT_IMPORTED:
                    yield f"{field}.{number}.{member}", value
    for name, value in profile["attributes"].items():
        yield f"attributes.{name}", value
    for name, values in profile["keys"].items():
        for number, value in enumerate(values, 1):
            yield f"keys.{name}" if number == 1 else f"keys.{name}.{number}", value


def position(column: str) -> tuple[int, str, int, int]:
    """Return the sort key of a column: field, name, number of the item, member of the item."""
    field, _, rest = column.partition(".")
    if field in _LISTS:
        number, _, member = rest.partition(".")
        return _GROUPS[field], "", int(number), _MEMBERS[member]
    if field == "keys":
        name, _, number = rest.partition(".")
        return _GROUPS[field], name, int(number or 1), 0
    return _GROUPS[field], rest, 0, 0
